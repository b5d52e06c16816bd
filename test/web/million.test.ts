import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { formatShort } from '../../src/web/components/number-text.ts'
import { goTo, noChromium, openPage, reload, type WatchedPage } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { until } from '../server/process.ts'
import { generatedEvents, LargeBook } from './large-book.ts'

/* Each view on a million generated events and Loghub's: what it shows is what the API answers. */

const limitMs = 120_000
const waitMs = 20_000
const { range } = LargeBook

const grouped = (count: number): string => count.toLocaleString('en-US')

describe.skipIf(noChromium !== null)('on a million events', () => {
  let book: LargeBook
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    book = await LargeBook.open()
    watched = await openPage()
    page = watched.page
    page.setDefaultTimeout(waitMs)
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await book[Symbol.asyncDispose]()
  })

  /** The view with all of its data. */
  async function visit(path: string): Promise<void> {
    await goTo(page, `${book.url}${path}`)
    await settled()
  }

  async function settled(): Promise<void> {
    await page.locator('main :is(h1, h2, .state, button.event-row, .figure)').first().waitFor()
    await page.waitForFunction(
      () => document.querySelector('main :is(.loading, .spinner)') === null,
    )
  }

  /** What a reader sees, without what tells how long it took, or is of the machine. */
  async function shown(): Promise<string> {
    const text = await page.locator('main').innerText()
    return (
      text
        .replace(/(counted|looked at .*) in [\d.]+ \w+|[\d.]+ \w+ free/g, '')
        // It is known some seconds after the view has come.
        .replace(/Events a second, now\s+\S+/, '')
    )
  }

  /** What is shown when all parts of a view have come: it stays the same for many looks. */
  async function shownAtLast(): Promise<string> {
    let last = ''
    let looks = 0
    await until('a view that stands still', waitMs, async () => {
      await settled()
      const text = await shown()
      looks = text === last ? looks + 1 : 0
      last = text
      return looks === 25
    })
    return last
  }

  /** A reload shows the same again. */
  async function expectTheSameAgain(): Promise<void> {
    const before = await shownAtLast()
    await reload(page)
    expect(await shownAtLast()).toBe(before)
    expect(before.length).toBeGreaterThan(100)
  }

  async function countOf(query: string): Promise<number> {
    const answer = await book.json(`/stats?${query}`)
    return Number(asObject(asList(answer['rows'])[0])['count'])
  }

  const cells = (column: number) => page.locator(`tbody td:nth-child(${column})`)
  const chartCount = (count: number) =>
    page.locator('.chart-note b', { hasText: new RegExp(`^${grouped(count)}$`) })
  const parameters = () => new URL(page.url()).searchParams

  async function dragAcross(from: number, to: number): Promise<void> {
    const box = await page.locator('.histogram .u-over').first().boundingBox()
    if (box === null) throw new Error('there is no chart')
    const y = box.y + box.height / 2
    const address = page.url()
    await page.mouse.move(box.x + box.width * from, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * to, y, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL((url) => url.href !== address)
  }

  test('the overview counts them, zooms by dragging, and is the same after a reload', async () => {
    await visit(`/?${range}`)
    const figure = (label: string) =>
      page.locator('.figure', { has: page.locator('dt', { hasText: label }) }).first()
    expect(await figure('Events').getAttribute('title')).toBe(grouped(generatedEvents))
    const errors = await countOf(`${range}&minLevel=error`)
    expect(await figure('Errors').getAttribute('title')).toBe(grouped(errors))
    const facilities = await book.json(`/stats?${range}&by=facility&top=12`)
    expect(await page.locator('.facility-name').allInnerTexts()).toEqual(
      asList(facilities['rows']).map((row) => String(asObject(row)['facility'])),
    )
    await expectTheSameAgain()
    await dragAcross(0.5, 0.8)
    const part = await countOf(`from=${parameters().get('from')}&to=${parameters().get('to')}`)
    expect(part).toBeWithin(generatedEvents / 5, generatedEvents / 2)
    await page
      .locator(`.figure[title="${grouped(part)}"]`)
      .first()
      .waitFor()
    await expectTheSameAgain()
  }, 60_000)

  test('the catalogue lists every event type with its count', async () => {
    await visit(`/catalogue?${range}&order=-count`)
    const answer = await book.json(`/catalogue?${range}&order=-count&limit=20`)
    const pairs = asList(answer['pairs']).map(asObject)
    await cells(6).nth(19).waitFor()
    expect((await cells(6).allInnerTexts()).slice(0, 20)).toEqual(
      pairs.map(({ count }) => formatShort(Number(count))),
    )
    await expectTheSameAgain()
    const [first] = pairs
    await cells(3).locator('a').first().click()
    await page.waitForURL(/\/explore/)
    await chartCount(Number(first?.['count'])).waitFor()
  }, 60_000)

  test('Explore narrows by query, facets and time, and every count is that of the API', async () => {
    await visit(`/explore?${range}`)
    await chartCount(generatedEvents).waitFor()
    const [most] = asList((await book.json(`/stats?${range}&by=facility&top=1`))['rows'])
    const facility = String(asObject(most)['facility'])
    const facet = page.locator('.facets section', { hasText: 'facility' }).first()
    await facet.getByRole('button', { name: facility }).first().click()
    const ofFacility = await countOf(`${range}&facility=${facility}`)
    await chartCount(ofFacility).waitFor()
    const query = page.getByRole('combobox', { name: 'Query' })
    await query.fill('duration_ms>10 -level:debug')
    await query.press('Enter')
    const q = encodeURIComponent('duration_ms>10 -level:debug')
    const slow = await countOf(`${range}&facility=${facility}&q=${q}`)
    expect(slow).toBeWithin(1, ofFacility)
    await chartCount(slow).waitFor()
    await dragAcross(0.2, 0.6)
    const asked = new URLSearchParams(parameters())
    const zoomed = await countOf(String(asked))
    expect(zoomed).toBeLessThan(slow)
    await chartCount(zoomed).waitFor()
    await page.locator('button.event-row').first().click()
    await page.locator('.detail .value').nth(6).waitFor()
    await expectTheSameAgain()
    await page.goBack()
    await page.goBack()
    await chartCount(slow).waitFor()
  }, 60_000)

  test.each(['ndjson', 'csv', 'msgpack'])(
    'an export as %s is what the API answers',
    async (format) => {
      const selection = `${range}&facility=sessions&minLevel=error`
      await visit(`/explore?${range}&facility=sessions&q=${encodeURIComponent('level>=error')}`)
      const count = await countOf(selection)
      await chartCount(count).waitFor()
      await page.getByRole('button', { name: 'Export', exact: true }).click()
      const saved = page.waitForEvent('download')
      await page.locator('.menu button', { hasText: new RegExp(`^${format},`, 'i') }).click()
      const bytes = readFileSync(await (await saved).path())
      const url = `${book.url}/api/v1/eventqry/search.${format}?${selection}&order=desc`
      const expected = Buffer.from(await (await fetch(url)).arrayBuffer())
      expect(expected.length).toBeGreaterThan(100_000)
      expect(bytes.equals(expected)).toBe(true)
      await page.getByText('Saved').waitFor()
      expect(await page.locator('.export-state').innerText()).toContain(`${grouped(count)} events`)
    },
    60_000,
  )

  test("Loghub's events are found among them, however old they say they are", async () => {
    await visit('/explore?from=all')
    await chartCount(generatedEvents + book.loghubEvents).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('e')
    await page.locator('.event-row.active', { hasText: /error|crit|alert|emerg/ }).waitFor()
  }, 60_000)

  test('a statistic of all of them is the table of the API, and a link', async () => {
    const question = `${range}&by=facility&agg=count,p99(duration_ms)&top=20`
    await visit(`/stats?${question}&chart=table`)
    const rows = asList((await book.json(`/stats?${question}`))['rows']).map(asObject)
    await cells(1)
      .nth(rows.length - 1)
      .waitFor()
    expect(await cells(1).allInnerTexts()).toEqual(rows.map((row) => String(row['facility'])))
    expect(await cells(2).allInnerTexts()).toEqual(rows.map((row) => grouped(Number(row['count']))))
    await expectTheSameAgain()
  }, 60_000)

  test('the tail shows 500 events a second beside them, and leaves none out', async () => {
    await visit('/tail')
    await page.locator('.live-dot.on').waitFor()
    const batches = 30
    for (let batch = 0; batch < batches; batch++) {
      const events = Array.from({ length: 50 }, (_, nth) => ({
        facility: 'load',
        level: 'info',
        event: 'one of many',
        additional: { number: batch * 50 + nth },
      }))
      // The rate is what is tested: a batch each tenth of a second, however fast the last one was.
      await Promise.all([book.log(events), Bun.sleep(100)])
    }
    await page.getByText(`${grouped(batches * 50)} received`).waitFor()
    expect(await page.locator('.missed').count()).toBe(0)
    const newest = page.locator('button.event-row .cell-additional').first()
    await newest.filter({ hasText: new RegExp(`^number=${batches * 50 - 1}$`) }).waitFor()
    await book.closeMinute()
  }, 60_000)

  test('an administrator sees their days and checks their chain', async () => {
    await visit('/admin')
    const index = await book.json('')
    const { pages, events } = asObject(index['totals'])
    expect(await page.locator('main').innerText()).toContain(grouped(Number(events)))
    await expectTheSameAgain()
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText(`${String(pages)} pages: each goes on from the one before.`).waitFor()
  }, 60_000)

  test('nothing was asked of another machine, and the console is silent', () => {
    expect(watched.foreign).toEqual([])
    expect(watched.complaints).toEqual([])
  })
})
