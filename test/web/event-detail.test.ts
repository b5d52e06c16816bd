import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { goTo, noChromium, openPage, type WatchedPage } from '../browser/chromium.ts'
import { ShopServer } from './shop-server.ts'

const limitMs = 60_000
const shop = { startMs: Date.parse('2026-11-22T12:00:00Z'), minutes: 12, perMinute: 40 }
const range = 'from=2026-11-22T12:00:00Z&to=2026-11-22T13:00:00Z'

/** An event with a value of every kind, as JSON: numbers must stay as they are written. */
const typed = `{"facility":"kinds","level":"crit","event":"all kinds of values","timestamp":"2026-11-22T12:12:30.123456789Z","additional":{
  "big":9007199254740993,"double":42.0,"no":false,"nothing":null,"empty":"","words":"two words",
  "http":{"method":"GET","status":503},"tags":["a","b"],
  "exception":"TypeError: x is not a function\\n    at run (/srv/app.ts:1:2)\\n    at load (/srv/node_modules/y.js:3:4)"}}`

describe.skipIf(noChromium !== null)('an event in Explore', () => {
  let server: ShopServer
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    server = await ShopServer.start(shop)
    await fetch(`${server.url}/api/v1/eventlog`, { method: 'POST', body: typed })
    await server.closeMinute()
    watched = await openPage()
    page = watched.page
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const value = (name: string) =>
    page.locator('.value', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
  const query = () => new URL(page.url()).searchParams.get('q')

  test('shows every value as it was posted, with its kind', async () => {
    await goTo(page, `${server.url}/explore?q=facility:kinds&${range}`)
    await page.locator('button.event-row').first().click()
    await value('big').waitFor()
    const text = (name: string) => value(name).locator('.value-text').innerText()
    expect(await text('big')).toBe('9007199254740993')
    expect(await text('double')).toBe('42.0')
    expect(await text('no')).toBe('false')
    expect(await text('nothing')).toBe('null')
    expect(await text('empty')).toBe('empty text')
    expect(await text('words')).toBe('two words')
    expect(await text('http.method')).toBe('GET')
    expect(await text('http.status')).toBe('503')
    expect(await text('tags')).toBe('["a", "b"]')
    expect(await text('timestamp')).toContain('2026-11-22T12:12:30.123456789Z')
    expect(await page.locator('.value-number').allInnerTexts()).toEqual([
      '9007199254740993',
      '42.0',
      '503',
    ])
  })

  test('sets a stack trace out: the message first, frames of libraries paler', async () => {
    const trace = value('exception').locator('.trace')
    expect(await trace.locator('.trace-message').innerText()).toContain(
      'TypeError: x is not a function',
    )
    expect(await trace.locator('.trace-frame').innerText()).toContain('/srv/app.ts:1:2')
    expect(await trace.locator('.trace-foreign').innerText()).toContain('node_modules')
  })

  test('can be copied as JSON, as a curl command and as a link', async () => {
    const id = await value('id').locator('.value-text').innerText()
    const copied = async (label: string): Promise<string> => {
      await page.evaluate(() => navigator.clipboard.writeText(''))
      await page.getByRole('button', { name: label }).click()
      await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '')
      return page.evaluate(() => navigator.clipboard.readText())
    }
    const url = `${server.url}/api/v1/eventqry/events/${id}`
    expect(await copied('Copy JSON')).toBe(await (await fetch(url)).text())
    expect(await copied('Copy curl')).toBe(`curl '${url}'`)
    const link = await copied('Copy link')
    const before = await page.locator('.values').innerText()
    await goTo(page, link)
    await page.locator('.values').waitFor()
    expect(await page.locator('.values').innerText()).toBe(before)
    expect(await page.locator('button.event-row').count()).toBe(1)
  })

  test('leads to what came before and after it', async () => {
    await goTo(page, `${server.url}/explore?q=facility:payments&${range}`)
    await page.locator('button.event-row').nth(8).click()
    await page.getByRole('button', { name: 'What came before and after' }).click()
    const context = page.locator('.context li')
    await context.nth(10).waitFor()
    expect(await context.count()).toBe(11)
    expect(await page.locator('.context li.this').count()).toBe(1)
    await page.getByRole('button', { name: 'Earlier' }).click()
    await context.nth(15).waitFor()
  })

  test('narrows to any of its values, and leaves any out', async () => {
    await goTo(page, `${server.url}/explore?q=facility:kinds&${range}`)
    await page.locator('button.event-row').first().click()
    for (const [name, term] of [
      ['big', 'big:9007199254740993'],
      ['words', 'words:"two words"'],
      ['http.status', 'http.status:503'],
      ['no', 'no:false'],
    ] as const) {
      await value(name).getByRole('button', { name: 'Only this' }).click()
      await page.waitForURL((url) => url.searchParams.get('q') === `facility:kinds ${term}`)
      await page.locator('button.event-row').first().click()
      expect(await page.locator('button.event-row').count()).toBe(1)
      await page.locator('.detail').waitFor()
      await goTo(page, `${server.url}/explore?q=facility:kinds&${range}`)
      await page.locator('button.event-row').first().click()
    }
    await value('words').getByRole('button', { name: 'Without this' }).click()
    await page.getByText('No event was found').waitFor()
    expect(query()).toBe('facility:kinds -words:"two words"')
  })

  test('gives any of its values a column', async () => {
    await goTo(page, `${server.url}/explore?q=facility:kinds&${range}`)
    await page.locator('button.event-row').first().click()
    await value('http.method').getByRole('button', { name: 'Column http.method' }).click()
    await page.locator('.event-head', { hasText: 'http.method' }).waitFor()
    expect(await page.locator('button.event-row .cell-field').allInnerTexts()).toEqual(['GET'])
  })

  test.each(['ndjson', 'csv', 'msgpack'])(
    'exports %s byte for byte as the API gives it',
    async (format) => {
      await goTo(page, `${server.url}/explore?facility=payments&${range}`)
      await page.locator('button.event-row').first().waitFor()
      await page.getByRole('button', { name: 'Export', exact: true }).click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: new RegExp(format, 'i') }).click(),
      ])
      const saved = await readFile(await download.path())
      const asked = `${server.url}/api/v1/eventqry/search.${format}?facility=payments&${range}&order=desc`
      const answer = Buffer.from(await (await fetch(asked)).arrayBuffer())
      expect(answer.length).toBeGreaterThan(1_000)
      expect(saved.equals(answer)).toBe(true)
      await page.getByText('Saved').waitFor()
    },
  )

  test('a search that takes long can be cancelled, and asked again', async () => {
    let held = 0
    await page.route('**/eventqry/search?*', () => void held++)
    await goTo(page, `${server.url}/explore?q=level:crit&${range}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('The search was not finished').waitFor()
    expect(held).toBe(1)
    await page.unroute('**/eventqry/search?*')
    await page.getByRole('button', { name: 'Search again' }).click()
    await page.locator('button.event-row').first().waitFor()
  })

  test('nothing was asked of another machine, and the console is silent', () => {
    expect(watched.foreign).toEqual([])
    expect(watched.complaints).toEqual([])
  })
})
