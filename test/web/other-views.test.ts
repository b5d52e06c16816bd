import { describe, expect, test } from 'bun:test'
import { goTo, noChromium, openPage } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { ClockedServer } from '../http/clocked-server.ts'
import { limitMs, testSilence, useShop } from './shop-page.ts'

describe.skipIf(noChromium !== null)('the other views', () => {
  const shop = useShop()

  const cells = (column: number) => shop.page.locator(`tbody td:nth-child(${column})`)

  test('the catalogue lists what the API lists, sorts and filters it, and leads to the events', async () => {
    await goTo(shop.page, `${shop.server.url}/catalogue`)
    await cells(3).first().waitFor()
    const answer = asObject(await shop.server.json('/eventqry/catalogue?limit=5'))
    const wanted = asList(answer['pairs']).map((pair) => String(asObject(pair)['event']))
    expect(
      (await cells(3).locator('a').allTextContents())
        .slice(0, 5)
        .map((text, nth) => text.startsWith(wanted[nth] ?? '?')),
    ).toEqual([true, true, true, true, true])
    await shop.page.getByRole('button', { name: 'Facility' }).click()
    await shop.page.waitForURL(/order=facility/)
    await shop.page.locator('th[aria-sort="ascending"]', { hasText: 'Facility' }).waitFor()
    await shop.page.getByRole('searchbox').fill('card processor')
    await shop.page.waitForURL(/contains=card/)
    await shop.page.locator('tbody tr').nth(1).waitFor({ state: 'detached' })
    const found = asObject(await shop.server.json('/eventqry/catalogue?contains=card'))
    const count = String(asObject(asList(found['pairs'])[0])['count'])
    expect(await cells(6).innerText()).toBe(count)
    await shop.page.keyboard.press('Escape')
    await shop.page.getByRole('link', { name: 'card processor' }).click()
    await shop.page.locator('.chart-note b', { hasText: new RegExp(`^${count}$`) }).waitFor()
  })

  test('a statistic is drawn as bars, as lines and as a table, each a link', async () => {
    await goTo(shop.page, `${shop.server.url}/stats?by=facility&top=3`)
    await shop.page.locator('.legend li').nth(2).waitFor()
    const answer = asObject(await shop.server.json('/eventqry/stats?by=facility&top=3'))
    const names = asList(answer['rows']).map((row) => String(asObject(row)['facility']))
    expect(
      (await shop.page.locator('.legend li').allInnerTexts()).map((text) => text.trim()),
    ).toEqual(names)
    await shop.page.getByRole('button', { name: 'lines' }).click()
    await shop.page.waitForURL(/chart=line/)
    await shop.page.locator('.u-legend').waitFor()
    await goTo(
      shop.page,
      `${shop.server.url}/stats?by=facility&top=3&chart=table&agg=count,p99(duration_ms)`,
    )
    await cells(1).nth(2).waitFor()
    expect(await cells(1).allInnerTexts()).toEqual(names)
    const counts = asList(answer['rows']).map((row) =>
      Number(asObject(row)['count']).toLocaleString('en-US'),
    )
    expect(await cells(2).allInnerTexts()).toEqual(counts)
  })

  test('the tail shows events as they come, stands still when paused, and filters', async () => {
    await goTo(shop.page, `${shop.server.url}/tail?q=facility%3Alive`)
    await shop.page.locator('.live-dot.on').waitFor()
    const event = { facility: 'live', level: 'info', event: 'came in' }
    await shop.server.log([{ ...event, facility: 'other' }, event])
    await shop.page.locator('button.event-row').first().waitFor()
    expect(await shop.page.locator('button.event-row').count()).toBe(1)
    await shop.page.getByRole('button', { name: 'Pause' }).click()
    await shop.server.log([event, event, event])
    await shop.page.getByRole('button', { name: '3 new' }).waitFor()
    expect(await shop.page.locator('button.event-row').count()).toBe(1)
    await shop.page.keyboard.press('p')
    await shop.page.locator('button.event-row').nth(3).waitFor()
  })

  test(
    'the tail keeps up with 500 events a second, and keeps no more than it says',
    async () => {
      await goTo(shop.page, `${shop.server.url}/tail`)
      await shop.page.locator('.live-dot.on').waitFor()
      const rounds = 24
      for (let round = 0; round < rounds; round++) {
        const events = Array.from({ length: 250 }, (_, nth) => ({
          facility: 'load',
          level: 'info',
          event: 'one of many',
          additional: { number: round * 250 + nth },
        }))
        await Promise.all([shop.server.log(events), Bun.sleep(100)])
      }
      await shop.page.getByText(`${(rounds * 250).toLocaleString('en-US')} received`).waitFor()
      const newest = shop.page.locator('button.event-row .cell-additional').first()
      await newest.filter({ hasText: /^number=5999$/ }).waitFor()
      const height = await shop.page
        .locator('.virtual-body')
        .evaluate((body) => (body instanceof HTMLElement ? body.offsetHeight : 0))
      expect(height).toBe(5_000 * 27)
      expect(await shop.page.locator('.missed').count()).toBe(0)
    },
    limitMs,
  )

  test('an administrator sees the days, checks the chain, and removes pages after a look at what goes', async () => {
    await goTo(shop.page, `${shop.server.url}/admin`)
    const index = asObject(await shop.server.json('/eventqry'))
    const pages = Number(asObject(index['totals'])['pages'])
    await shop.page.getByRole('link', { name: '2026-11-22' }).waitFor()
    await shop.page.getByRole('button', { name: 'Check' }).click()
    await shop.page.getByText(`${pages} pages: each goes on from the one before.`).waitFor()
    await shop.page.getByLabel('Everything before (UTC)').fill('2026-11-22')
    await shop.page.getByRole('button', { name: 'What would go?' }).click()
    await shop.page.getByText('Nothing is as old as that').waitFor()
    await shop.page.getByRole('button', { name: 'Keep' }).click()
    await shop.page.getByText('The next purge removes nothing').waitFor()
  })

  test('events of one facility are removed after a look at how many go, and no others', async () => {
    const path = '/eventqry/stats?by=facility'
    const before = asList(asObject(await shop.server.json(path))['rows']).map(asObject)
    const gone = before.find((row) => row['facility'] === 'shipping')
    await shop.page.getByLabel('Everything before (UTC)').fill('2026-11-23')
    await shop.page.getByLabel('of facility').fill('shipping')
    await shop.page.getByRole('button', { name: 'What would go?' }).click()
    await shop.page
      .getByRole('dialog')
      .getByText(`${String(gone?.['count'])} events`)
      .waitFor()
    await shop.page.getByRole('button', { name: 'Remove for good' }).click()
    await shop.page.getByText(`Removed ${String(gone?.['count'])} events.`).waitFor()
    const after = asList(asObject(await shop.server.json(path))['rows']).map(asObject)
    expect(after).toEqual(before.filter((row) => row !== gone))
    const removed = shop.page.getByRole('table').filter({ hasText: 'What' }).locator('tbody tr')
    await removed.filter({ hasText: 'shipping' }).filter({ hasText: 'anonymous' }).waitFor()
    expect(await removed.count()).toBe(1)
  })

  testSilence(shop)
})

describe.skipIf(noChromium !== null)('an empty book', () => {
  test(
    'shows how to log, and turns green by itself',
    async () => {
      await using server = await ClockedServer.start()
      await using watched = await openPage()
      const { page } = watched
      await goTo(page, server.url)
      await page.getByText('Waiting for the first event').waitFor()
      expect(await page.locator('.snippet').first().innerText()).toContain(
        `${server.url}/api/v1/eventlog`,
      )
      await server.log({ facility: 'shop', level: 'info', event: 'first event' })
      await page.locator('.waiting-for.come').waitFor()
      await server.closeMinute()
      await page.locator('.facility', { hasText: 'shop' }).waitFor()
      expect(watched.complaints).toEqual([])
    },
    limitMs,
  )
})
