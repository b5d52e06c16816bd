import { beforeAll, describe, expect, test } from 'bun:test'
import { goTo, noChromium, openPage, reload } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { startServer } from '../server/process.ts'
import { limitMs, testSilence, useShop } from './shop-page.ts'

describe.skipIf(noChromium !== null)('the overview', () => {
  const shop = useShop()
  beforeAll(async () => {
    await goTo(shop.page, `${shop.server.url}/`)
    await shop.page.locator('.facility').first().waitFor()
  }, limitMs)

  const figure = (label: string) =>
    shop.page.locator('.figure', { has: shop.page.locator('dt', { hasText: label }) })

  /** Waits until the figure is that one: the views' parts come one by one. */
  const says = (label: string, count: number): Promise<void> =>
    figure(label)
      .and(shop.page.locator(`[title="${count.toLocaleString('en-US')}"]`))
      .first()
      .waitFor()

  async function totalOf(query: string): Promise<number> {
    const answer = asObject(await shop.server.json(`/eventqry/stats?${query}`))
    return Number(asObject(asList(answer['rows'])[0])['count'])
  }

  test('says how many events and errors there are, as the API counts them', async () => {
    const events = await totalOf('from=2026-11-22T12:00:00Z')
    const errors = await totalOf('from=2026-11-22T12:00:00Z&minLevel=error')
    await says('Events', events)
    await says('Errors', errors)
  })

  test('lists the facilities, those that log most first, and what is new', async () => {
    const answer = asObject(await shop.server.json('/eventqry/stats?by=facility&top=12'))
    const wanted = asList(answer['rows']).map((row) => String(asObject(row)['facility']))
    expect(await shop.page.locator('.facility-name').allInnerTexts()).toEqual(wanted)
    await shop.page.locator('.change', { hasText: 'card processor refused' }).waitFor()
  })

  test('follows the book: a minute that closes is there without a reload', async () => {
    const before = await figure('Events').first().getAttribute('title')
    await shop.server.nextMinute()
    await shop.page.waitForFunction(
      (title) => document.querySelector('.figure')?.getAttribute('title') !== title,
      before,
    )
    const events = await totalOf('from=2026-11-22T12:00:00Z')
    await says('Events', events)
  })

  test('counts the open minute, of which no event is shown yet', async () => {
    await shop.server.log(
      Array.from({ length: 7 }, () => ({ facility: 'x', level: 'info', event: 'y' })),
    )
    await shop.page.getByText('7 in the open minute').waitFor()
  })

  test('zooms by dragging, and leads to the events of a level', async () => {
    const link = shop.page.locator('.legend a', { hasText: 'error' })
    const whole = await link.getAttribute('title')
    const box = await shop.page.locator('.histogram .u-over').boundingBox()
    if (box === null) throw new Error('there is no chart')
    await shop.page.mouse.move(box.x + box.width * 0.6, box.y + 50)
    await shop.page.mouse.down()
    await shop.page.mouse.move(box.x + box.width * 0.9, box.y + 50, { steps: 4 })
    await shop.page.mouse.up()
    await shop.page.waitForURL(/from=.*to=/)
    await shop.page.locator(`.legend a:not([title="${whole}"])`, { hasText: 'error' }).waitFor()
    const count = (await link.getAttribute('title')) ?? ''
    await link.click()
    await shop.page.waitForURL(/\/explore\?.*level=error/)
    await shop.page.locator('.chart-note b', { hasText: count.replace(' events', '') }).waitFor()
    await shop.page.goBack()
    await shop.page.goBack()
    await shop.page.locator('.facility').first().waitFor()
    expect(new URL(shop.page.url()).search).toBe('')
  })

  test('shows times in UTC when asked to, and remembers it', async () => {
    await shop.page.getByRole('button', { name: 'Time range' }).click()
    await shop.page.getByRole('button', { name: 'UTC' }).click()
    await reload(shop.page)
    expect(await shop.page.getByRole('button', { name: 'Time range' }).innerText()).toContain('UTC')
  })

  testSilence(shop)
})

describe.skipIf(noChromium !== null)('a server that goes away', () => {
  test(
    'is marked with the time, and unmarked when it is back',
    async () => {
      await using first = await startServer()
      const { port } = new URL(first.url)
      await using watched = await openPage()
      const { page } = watched
      await goTo(page, `${first.url}/explore`)
      await page.getByText('No event was found').waitFor()
      await first.kill9()
      const marker = page.locator('.stale')
      await marker.waitFor()
      expect(await marker.innerText()).toContain('has not answered since')
      await using again = await startServer({ data: first.data, flags: ['--port', port] })
      expect(new URL(again.url).port).toBe(port)
      await page.getByRole('button', { name: 'Try now' }).click()
      await marker.waitFor({ state: 'detached' })
    },
    limitMs,
  )
})
