import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { goTo, noChromium, openPage, reload, type WatchedPage } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { ShopServer } from './shop-server.ts'

const limitMs = 60_000
/** Its incident lasts from 12:20 to 12:28. */
const shop = { startMs: Date.parse('2026-11-22T12:00:00Z'), minutes: 30, perMinute: 60 }
const failure = 'card processor refused the connection'
const during = { from: '2026-11-22T12:20:00.000Z', to: '2026-11-22T12:24:00.000Z' }
const after = { from: '2026-11-22T12:28:00.000Z', to: '2026-11-22T12:30:00.000Z' }

describe.skipIf(noChromium !== null)('what has changed', () => {
  let server: ShopServer
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    server = await ShopServer.start(shop)
    watched = await openPage()
    page = watched.page
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const row = () => page.locator('tbody tr', { hasText: failure })
  const figures = async (): Promise<string[]> =>
    (await row().locator('td.number').allInnerTexts()).slice(0, 3)

  async function visit(range: Record<string, string>): Promise<void> {
    const asked = new URLSearchParams({ ...range, show: 'changes' })
    await goTo(page, `${server.url}/catalogue?${asked}`)
    await row().waitFor()
  }

  async function countOf(from: string, to: string): Promise<number> {
    const asked = new URLSearchParams({ from, to, event: failure })
    const answer = asObject(await server.json(`/eventqry/stats?${asked}`))
    return Number(asObject(asList(answer['rows'])[0])['count'] ?? 0)
  }

  test('an event type that was not there before is new, with its figures, and leads to its events', async () => {
    await visit(during)
    const now = await countOf(during.from, during.to)
    expect(now).toBeGreaterThan(0)
    expect(await row().locator('.badge').first().innerText()).toBe('new')
    expect(await figures()).toEqual(['0', String(now), `+${now}`])
    await row().getByRole('link').click()
    await page.locator('.chart-note b', { hasText: new RegExp(`^${now}$`) }).waitFor()
    await page.goBack()
    await row().waitFor()
  })

  test('one that has ended is gone, and leads to the events of the time before', async () => {
    await visit(after)
    const before = await countOf('2026-11-22T12:26:00.000Z', after.from)
    expect(before).toBeGreaterThan(0)
    expect(await row().locator('.badge').first().innerText()).toBe('gone')
    expect(await figures()).toEqual([String(before), '0', `−${before}`])
    await row().getByRole('link').click()
    await page.locator('.chart-note b', { hasText: new RegExp(`^${before}$`) }).waitFor()
  })

  test('kinds and order are in the address', async () => {
    await visit(after)
    await page.getByRole('button', { name: /^gone/ }).click()
    await page.waitForURL(/change=gone/)
    await page.getByRole('button', { name: 'Difference' }).click()
    await page.waitForURL(/order=-difference/)
    await reload(page)
    await row().waitFor()
    const badges = await page.locator('tbody td:first-child .badge').allInnerTexts()
    expect(new Set(badges)).toEqual(new Set(['gone']))
    await page.getByRole('button', { name: 'All event types' }).click()
    await page.waitForURL((url) => !url.search.includes('change'))
    await page.getByText('active').first().waitFor()
  })

  test('it says when the book does not have all of the time before', async () => {
    await goTo(page, `${server.url}/catalogue?show=changes&from=-3h`)
    await page.getByText('does not have all of the time before').waitFor()
    await goTo(page, `${server.url}/`)
    const link = page.getByRole('link', { name: 'What changed' })
    await link.click()
    await page.locator('.compared').waitFor()
  })

  test('nothing was asked of another machine, and the console is silent', () => {
    expect(watched.foreign).toEqual([])
    expect(watched.complaints).toEqual([])
  })
})
