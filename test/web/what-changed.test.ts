import { describe, expect, test } from 'bun:test'
import { goTo, noChromium, reload } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { testSilence, useShop } from './shop-page.ts'

const failure = 'card processor refused the connection'
const during = { from: '2026-11-22T12:20:00.000Z', to: '2026-11-22T12:24:00.000Z' }
const after = { from: '2026-11-22T12:28:00.000Z', to: '2026-11-22T12:30:00.000Z' }

describe.skipIf(noChromium !== null)('what has changed', () => {
  const shop = useShop()

  const row = () => shop.page.locator('tbody tr', { hasText: failure })
  const figures = async (): Promise<string[]> =>
    (await row().locator('td.number').allInnerTexts()).slice(0, 3)

  async function visit(range: Record<string, string>): Promise<void> {
    const asked = new URLSearchParams({ ...range, show: 'changes' })
    await goTo(shop.page, `${shop.server.url}/catalogue?${asked}`)
    await row().waitFor()
  }

  async function countOf(from: string, to: string): Promise<number> {
    const asked = new URLSearchParams({ from, to, event: failure })
    const answer = asObject(await shop.server.json(`/eventqry/stats?${asked}`))
    return Number(asObject(asList(answer['rows'])[0])['count'] ?? 0)
  }

  test('an event type that was not there before is new, with its figures, and leads to its events', async () => {
    await visit(during)
    const now = await countOf(during.from, during.to)
    expect(now).toBeGreaterThan(0)
    expect(await row().locator('.badge').first().innerText()).toBe('new')
    expect(await figures()).toEqual(['0', String(now), `+${now}`])
    await row().getByRole('link').click()
    await shop.page.locator('.chart-note b', { hasText: new RegExp(`^${now}$`) }).waitFor()
    await shop.page.goBack()
    await row().waitFor()
  })

  test('one that has ended is gone, and leads to the events of the time before', async () => {
    await visit(after)
    const before = await countOf('2026-11-22T12:26:00.000Z', after.from)
    expect(before).toBeGreaterThan(0)
    expect(await row().locator('.badge').first().innerText()).toBe('gone')
    expect(await figures()).toEqual([String(before), '0', `−${before}`])
    await row().getByRole('link').click()
    await shop.page.locator('.chart-note b', { hasText: new RegExp(`^${before}$`) }).waitFor()
  })

  test('kinds and order are in the address', async () => {
    await visit(after)
    await shop.page.getByRole('button', { name: /^gone/ }).click()
    await shop.page.waitForURL(/change=gone/)
    await shop.page.getByRole('button', { name: 'Difference' }).click()
    await shop.page.waitForURL(/order=-difference/)
    await reload(shop.page)
    await row().waitFor()
    const badges = await shop.page.locator('tbody td:first-child .badge').allInnerTexts()
    expect(new Set(badges)).toEqual(new Set(['gone']))
    await shop.page.getByRole('button', { name: 'All event types' }).click()
    await shop.page.waitForURL((url) => !url.search.includes('change'))
    await shop.page.getByText('active').first().waitFor()
  })

  test('it says when the book does not have all of the time before', async () => {
    await goTo(shop.page, `${shop.server.url}/catalogue?show=changes&from=-3h`)
    await shop.page.getByText('does not have all of the time before').waitFor()
    await goTo(shop.page, `${shop.server.url}/`)
    const link = shop.page.getByRole('link', { name: 'What changed' })
    await link.click()
    await shop.page.locator('.compared').waitFor()
  })

  testSilence(shop)
})
