import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { goTo, noChromium, openPage, type WatchedPage } from '../browser/chromium.ts'
import { post } from '../server/ask.ts'
import { until } from '../server/process.ts'
import { clockAt, startInProcess, tempDirectory } from '../server/in-process.ts'

const limitMs = 60_000
const start = '2026-11-22T12:34:30Z'

async function log(url: string, numbers: readonly number[], filler = ''): Promise<void> {
  const common = { facility: 'shop', level: 'info', event: 'numbered', timestamp: start }
  const events = numbers.map((number) => ({ ...common, additional: { number, filler } }))
  expect((await post(url, JSON.stringify(events))).status).toBe(202)
}

const from = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, nth) => first + nth)

/** The numbers of the rows in sight, the newest first. */
const shownNumbers = (page: Page): Promise<number[]> =>
  page
    .locator('button.event-row .cell-additional')
    .allInnerTexts()
    .then((texts) => texts.map((text) => Number(/number=(\d+)/.exec(text)?.[1])))

describe.skipIf(noChromium !== null)('a tail whose connection breaks', () => {
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    watched = await openPage()
    page = watched.page
  }, limitMs)
  afterAll(() => watched[Symbol.asyncDispose]())

  test(
    'goes on where it was when the server has been away, each event once',
    async () => {
      using data = tempDirectory()
      const clock = clockAt(start)
      const first = await startInProcess(data.path, clock)
      try {
        await goTo(page, `${first.url}/tail`)
        await page.locator('.live-dot.on').waitFor()
        await log(first.url, from(0, 5))
        await page.locator('button.event-row').nth(4).waitFor()
      } finally {
        await first.stop()
      }
      await page.getByText('coming back…').waitFor()
      const port = new URL(first.url).port
      await using second = await startInProcess(data.path, clock, ['--port', port])
      await log(second.url, from(5, 4))
      await page.getByText('came back once, nothing left out').waitFor()
      await page.locator('button.event-row').nth(8).waitFor()
      expect(await shownNumbers(page)).toEqual(from(0, 9).toReversed())
      await page.getByText('9 received').waitFor()
      expect(await page.locator('.missed').count()).toBe(0)
    },
    limitMs,
  )

  test(
    'says how many events it has missed when the page stands still, and gets them when asked',
    async () => {
      using data = tempDirectory()
      await using server = await startInProcess(data.path, clockAt(start))
      await goTo(page, `${server.url}/tail`)
      await page.locator('.live-dot.on').waitFor()
      // It holds the page's only thread until an event is refused, which is the test's word for enough.
      const held = page.evaluate(() => {
        for (;;) {
          const request = new XMLHttpRequest()
          request.open('GET', '/api/v1/eventqry/now', false)
          request.send()
          if (/"refused": ?[1-9]/.test(request.responseText)) return
        }
      })
      // More than the server keeps for a slow reader, and more than lies on the way to it.
      const filler = 'x'.repeat(4_000)
      for (let batch = 0; batch < 12; batch++)
        await log(server.url, from(batch * 1_000, 1_000), filler)
      await post(server.url, '[{"facility":1}]')
      await held
      const numberIn = async (pattern: RegExp): Promise<number> => {
        const text = await page.locator('.explore-tools').innerText()
        return Number(pattern.exec(text)?.[1]?.replaceAll(',', '') ?? 0)
      }
      const missed = (): Promise<number> => numberIn(/([\d,]+) missed/)
      await until('each event has come or is counted', limitMs, async () => {
        return (
          (await missed()) > 0 &&
          (await numberIn(/([\d,]+) received/)) + (await missed()) === 12_000
        )
      })
      await log(server.url, [12_000])
      await page.locator('button.event-row', { hasText: 'number=12000' }).waitFor()
      await page.getByRole('button', { name: 'Get them' }).click()
      await page.getByText('12,001 received').waitFor()
      expect(await page.locator('.missed').count()).toBe(0)
      const numbers = await shownNumbers(page)
      expect(numbers).toEqual(from(12_001 - numbers.length, numbers.length).toReversed())
    },
    limitMs,
  )
})
