import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { goTo, noChromium, openPage, type WatchedPage } from '../browser/chromium.ts'
import { until } from '../server/process.ts'
import { attackEvents, attacks } from './attacks.ts'
import { ShopServer } from './shop-server.ts'

const limitMs = 60_000
const waitMs = 20_000
const shop = { startMs: Date.parse('2026-11-22T12:00:00Z'), minutes: 2, perMinute: 10 }
const facilities = attacks.map((text) => text.slice(0, 100))

/* What services send is shown as it is, letter by letter, in every view, and none of it runs. */

describe.skipIf(noChromium !== null)('what would run if it were no text', () => {
  let server: ShopServer
  let watched: WatchedPage
  let page: Page
  let calls = 0

  beforeAll(async () => {
    server = await ShopServer.start(shop)
    watched = await openPage()
    page = watched.page
    page.setDefaultTimeout(waitMs)
    page.on('dialog', (dialog) => {
      calls++
      void dialog.dismiss()
    })
    await page.exposeFunction('hacked', () => void calls++)
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const visit = (path: string): Promise<void> => goTo(page, `${server.url}${path}`)

  /** Waits until the elements together say all of those texts, or so many of them. */
  async function shows(
    selector: string,
    texts: readonly string[],
    atLeast = texts.length,
  ): Promise<void> {
    let missing: readonly string[] = texts
    const isThere = async (): Promise<boolean> => {
      const said = (await page.locator(selector).allTextContents()).join('\n')
      missing = texts.filter((text) => !said.includes(text))
      return texts.length - missing.length >= atLeast
    }
    await until('the texts', waitMs, isThere).catch(() => undefined)
    if (missing.length > texts.length - atLeast) expect(missing).toEqual([])
    expect(calls).toBe(0)
  }

  test('is text in a tail that was open before', async () => {
    await visit('/tail')
    await page.locator('.live-dot.on').waitFor()
    await server.log(attackEvents)
    await shows('button.event-row .cell-event', attacks)
    await page.locator('button.event-row').first().click()
    await page.locator('.detail .value').first().waitFor()
    await shows('.detail dt', [attacks.at(-1) ?? ''])
    await server.closeMinute()
  })

  test('is text in the overview, as facilities and as what is new', async () => {
    await visit('/')
    await shows('.facility-name', facilities.slice(0, 3))
    await shows('.change', attacks, 3)
  })

  test('is text in the catalogue, also when it is sought', async () => {
    await visit('/catalogue?limit=100')
    await shows('tbody td:nth-child(3) a', attacks)
    await page.getByRole('searchbox').fill('<script>hacked()</script>')
    await page.waitForURL(/contains=/)
    await shows('tbody td:nth-child(3) a', ['<script>hacked()</script>'])
  })

  test('is text in a statistic, as a legend and as a table', async () => {
    const q = encodeURIComponent('nested:*')
    await visit(`/stats?by=event&top=20&chart=table&q=${q}`)
    await shows('tbody td:nth-child(1)', attacks)
    await visit(`/stats?by=event&top=20&q=${q}`)
    await shows('.legend li', attacks, 3)
  })

  test('is text in facets and in what completes a query', async () => {
    await visit('/explore')
    await page.locator('button.event-row').first().waitFor()
    await shows('.facets .facet-value', attacks, 1)
    const query = page.getByRole('combobox', { name: 'Query' })
    await query.fill('facility:')
    await query.press('End')
    await shows('[role=option]', attacks, 1)
  })

  test('is text as an address, a view that is kept, and a title', async () => {
    const [first = ''] = attacks
    await visit(
      `/explore?q=${encodeURIComponent(JSON.stringify(first))}&facility=${encodeURIComponent(first)}`,
    )
    await page.getByRole('button', { name: 'Views', exact: true }).click()
    await page.getByRole('textbox', { name: 'Name of this view' }).fill(first)
    await page.getByRole('button', { name: 'Keep' }).click()
    await visit('/explore')
    await page.getByRole('button', { name: 'Views', exact: true }).click()
    await shows('a', [first])
  })

  test('is text for an administrator: as what was removed, and as what a producer is called', async () => {
    const [facility = ''] = attacks
    const api = `${server.url}/api/v1/eventlog`
    const call = (producer: string): Promise<Response> =>
      fetch(api, {
        method: 'POST',
        headers: { 'minutebook-producer': producer, 'minutebook-sequence': '1-1' },
        body: JSON.stringify({ facility: 'till', level: 'info', event: 'came' }),
      })
    expect((await call('javascript:hacked')).status).toBe(202)
    // HTML is no name of a producer.
    expect((await call(facility)).status).toBe(400)
    const asked = new URLSearchParams({ facility, before: '2026-11-23' })
    expect((await fetch(`${api}?${asked}`, { method: 'DELETE' })).ok).toBe(true)
    await visit('/admin')
    await shows('[aria-label="Producers"] td', ['javascript:hacked'])
    await shows('[aria-label="Removed events"] td', [facility])
  })

  test('asked nothing of another machine, and left the console silent', () => {
    expect(watched.foreign).toEqual([])
    expect(watched.complaints).toEqual([])
  })
})
