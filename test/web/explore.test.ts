import { beforeEach, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { goTo, noChromium, reload } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { until } from '../server/process.ts'
import { testSilence, useShop } from './shop-page.ts'

describe.skipIf(noChromium !== null)('Explore', () => {
  const shop = useShop()
  beforeEach(() => visit(''))

  async function visit(query: string): Promise<void> {
    await goTo(shop.page, `${shop.server.url}/explore${query}`)
    await shop.page.locator('.event-row').nth(2).waitFor()
  }

  /** What a statistic of the API counts for the address that the page is at. */
  async function countOf(change: Record<string, string> = {}): Promise<number> {
    const asked = new URLSearchParams({
      ...Object.fromEntries(new URL(shop.page.url()).searchParams),
      ...change,
    })
    for (const name of ['open', 'columns', 'order']) asked.delete(name)
    if (!asked.has('from')) asked.set('from', '2026-11-22T11:30:00Z')
    const answer = asObject(await shop.server.json(`/eventqry/stats?${asked}`))
    return Number(asObject(asList(answer['rows'])[0])['count'] ?? 0)
  }

  /** Waits until the number over the chart is `wanted`, and the list is there. */
  async function shows(wanted: number): Promise<void> {
    const text = wanted.toLocaleString('en-US')
    await shop.page.locator('.chart-note b', { hasText: new RegExp(`^${text}$`) }).waitFor()
    // The list is asked by itself, and may come later.
    await shop.page.locator('.explore-state .spinner').waitFor({ state: 'detached' })
  }

  const query = () => shop.page.getByRole('combobox', { name: 'Query' })
  const rows = () => shop.page.locator('button.event-row')
  const holds = (text: string): Promise<true> =>
    until(`the query ${text}`, 10_000, async () => (await query().inputValue()) === text)
  const parameters = () => new URL(shop.page.url()).searchParams

  test('lists the newest events first, and counts all of them', async () => {
    await shows(await countOf())
    expect(await rows().first().innerText()).toContain('12:29:5')
    await shop.page.getByRole('button', { name: 'Newest first' }).click()
    await shop.page.locator('button.event-row', { hasText: '12:00:00' }).first().waitFor()
    expect(parameters().get('order')).toBe('asc')
  })

  test('finds what a query asks for', async () => {
    await query().fill('facility:payments level>=error')
    await query().press('Enter')
    await shows(await countOf({ q: 'facility:payments level>=error' }))
    expect(parameters().get('q')).toBe('facility:payments level>=error')
    const shown = await rows().allInnerTexts()
    expect(shown.length).toBeGreaterThan(5)
    for (const text of shown) expect(text).toContain('payments')
  })

  test('underlines what is wrong with a query, at its column', async () => {
    await query().fill('facility:payments duration_ms>abc')
    await query().press('Enter')
    const fault = shop.page.locator('.query-fault')
    await fault.waitFor()
    expect(await fault.innerText()).toContain('Column 31')
    expect(await shop.page.locator('.query-wrong').innerText()).toBe('abc')
  })

  test('completes fields and values by keyboard', async () => {
    await shop.page.keyboard.press('/')
    await shop.page.keyboard.type('faci')
    await shop.page.getByRole('option', { name: /facility:/ }).waitFor()
    await shop.page.keyboard.press('ArrowDown')
    await shop.page.keyboard.press('Enter')
    await holds('facility:')
    await shop.page.keyboard.type('pay')
    await shop.page.getByRole('option', { name: /payments/ }).waitFor()
    await shop.page.keyboard.press('ArrowDown')
    await shop.page.keyboard.press('Enter')
    await holds('facility:payments ')
    await shop.page.keyboard.type('dura')
    await shop.page.getByRole('option', { name: /duration_ms:/ }).waitFor()
    await shop.page.keyboard.press('Escape')
    await shop.page.keyboard.press('Escape')
    await shop.page.waitForFunction(() => document.activeElement === document.body)
  })

  test('includes and excludes by facets', async () => {
    const facility = shop.page.locator('.facets section', { hasText: 'facility' }).first()
    await facility.getByRole('button', { name: 'payments', exact: false }).first().click()
    await shows(await countOf({ facility: 'payments' }))
    expect(parameters().getAll('facility')).toEqual(['payments'])
    // The facet itself goes on to count the others: they are alternatives.
    expect(await facility.locator('.facet-value').count()).toBeGreaterThan(1)
    await shop.page.getByRole('button', { name: 'No longer facility payments' }).click()
    const level = shop.page.locator('.facets section', { hasText: 'level' }).first()
    await level.locator('.facet-value').first().hover()
    await shop.page.getByRole('button', { name: 'Exclude level info' }).click()
    await shows(await countOf({ q: '-level:info' }))
    expect(parameters().get('q')).toBe('-level:info')
  })

  test('zooms into the time that is drawn across', async () => {
    const chart = shop.page.locator('.histogram .u-over')
    const box = await chart.boundingBox()
    if (box === null) throw new Error('there is no chart')
    const y = box.y + box.height / 2
    await shop.page.mouse.move(box.x + box.width * 0.6, y)
    await shop.page.mouse.down()
    await shop.page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 })
    await shop.page.mouse.up()
    await shop.page.waitForURL(/to=/)
    const [from, to] = [parameters().get('from') ?? '', parameters().get('to') ?? '']
    expect(Date.parse(to) - Date.parse(from)).toBeWithin(8 * 60_000, 17 * 60_000)
    await shows(await countOf())
    await shop.page.goBack()
    await shows(await countOf())
    expect(parameters().has('from')).toBe(false)
  })

  test('a link shows the same again, wherever it is opened', async () => {
    await visit(
      '?q=level%3E%3Dwarn&facility=payments&order=asc&columns=timestamp,level,event,retry&from=2026-11-22T12:00:00Z&to=2026-11-22T12:30:00Z',
    )
    await rows().nth(1).click()
    await shop.page.locator('.detail .value').first().waitFor()
    const before = await shown(shop.page)
    await reload(shop.page)
    await shop.page.locator('.detail .value').first().waitFor()
    // What differs is told, if it goes on to.
    await until('the same', 10_000, async () => (await shown(shop.page)) === before).catch(
      () => null,
    )
    expect(await shown(shop.page)).toBe(before)
  })

  test('keeps a view under a name, and forgets it', async () => {
    await visit('?q=level%3E%3Dwarn&from=-15m')
    await shop.page.getByRole('button', { name: 'Views', exact: true }).click()
    await shop.page.getByRole('textbox', { name: 'Name of this view' }).fill('<b>bad</b> minutes')
    await shop.page.getByRole('button', { name: 'Keep' }).click()
    await visit('')
    await shop.page.getByRole('button', { name: 'Views', exact: true }).click()
    await shop.page.getByRole('link', { name: '<b>bad</b> minutes' }).click()
    await shop.page.waitForURL(/q=level%3E%3Dwarn&from=-15m/)
    await reload(shop.page)
    await shop.page.getByRole('button', { name: 'Views', exact: true }).click()
    await shop.page.getByRole('button', { name: 'Forget' }).click()
    await shop.page.getByText('keep the one you look at').waitFor()
  })

  test('moves by keyboard: rows, errors, the list of keys', async () => {
    await shop.page.keyboard.press('j')
    await shop.page.keyboard.press('j')
    const active = shop.page.locator('.event-row.active')
    const isActive = (nth: number): Promise<void> => rows().nth(nth).and(active).waitFor()
    await isActive(1)
    await shop.page.keyboard.press('k')
    await isActive(0)
    await shop.page.keyboard.press('e')
    await active.filter({ hasText: /error|crit|alert|emerg/ }).waitFor()
    await shop.page.keyboard.press('Enter')
    await shop.page.locator('.detail').waitFor()
    await shop.page.keyboard.press('Escape')
    await shop.page.locator('.detail').waitFor({ state: 'detached' })
    await shop.page.keyboard.press('?')
    expect(await shop.page.getByRole('dialog', { name: 'Keys' }).innerText()).toContain(
      'next error',
    )
    await shop.page.keyboard.press('Escape')
    await shop.page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' })
    await shop.page.keyboard.press('t')
    await shop.page.getByRole('dialog', { name: 'Time range' }).waitFor()
    await shop.page.getByRole('button', { name: 'Last 15 minutes' }).click()
    await shop.page.waitForURL(/from=-15m/)
  })

  testSilence(shop, 'status of 400')
})

/** What a reader sees, without what tells how long it took. */
async function shown(page: Page): Promise<string> {
  const text = await page.locator('.explore').innerText()
  return text.replace(/counted in [\d.]+ \w+/g, '').replace(/looked at .* in [\d.]+ \w+/g, '')
}
