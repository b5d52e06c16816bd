import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { MinutebookServer } from '../../src/server.ts'
import { goTo, noChromium, openPage, reload, type WatchedPage } from '../browser/chromium.ts'
import { post } from '../server/ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from '../server/in-process.ts'

const limitMs = 60_000
const start = '2026-11-22T12:34:00Z'
const startMs = Date.parse(start)
const count = 12_000
/** By the number of the event: one lies a little beyond what the list loads by itself, one far beyond it. */
const near = 9_000
const far = 500
const errors = new Map([
  [near, 'error'],
  [far, 'crit'],
])

const events = Array.from({ length: count }, (_, number) => ({
  facility: 'shop',
  level: errors.get(number) ?? 'info',
  event: 'numbered',
  timestamp: new Date(startMs + number * 2).toISOString(),
  additional: { number },
}))

describe.skipIf(noChromium !== null)('from error to error', () => {
  const data = tempDirectory()
  let server: MinutebookServer
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    const clock = clockAt(start)
    server = await startInProcess(data.path, clock)
    for (let at = 0; at < count; at += 4_000) {
      await post(server.url, JSON.stringify(events.slice(at, at + 4_000)))
    }
    pass(clock, minuteMs)
    await server.closeDue()
    watched = await openPage()
    page = watched.page
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server.stop()
    data[Symbol.dispose]()
  })

  const activeRow = (number: number) =>
    page.locator('button.event-row.active', { hasText: new RegExp(`number=${number}$`) })
  const row = (number: number) =>
    page.locator('button.event-row', { hasText: new RegExp(`number=${number}$`) })
  const parameters = () => new URL(page.url()).searchParams

  test('the next error is loaded with what lies on the way to it', async () => {
    await goTo(page, `${server.url}/explore?from=all`)
    await row(count - 1).waitFor()
    await page.keyboard.press('e')
    await activeRow(near).waitFor()
    expect(parameters().has('at')).toBe(false)
    expect(await row(near + 1).count()).toBe(1)
  })

  test('to one that is far away the list begins anew, some events before it', async () => {
    await page.keyboard.press('e')
    await activeRow(far).waitFor()
    expect(Date.parse(parameters().get('at') ?? '')).toBeGreaterThan(startMs + far * 2)
    expect(await row(far + 1).count()).toBe(1)
    expect(await row(far - 1).count()).toBe(1)
    await page.keyboard.press('e')
    await page.getByText('No error further down.').waitFor()
    await activeRow(far).waitFor()
  })

  test('and back, until there is none', async () => {
    await page.keyboard.press('E')
    await activeRow(near).waitFor()
    await page.keyboard.press('E')
    await page.getByText('No error further up.').waitFor()
  })

  test('where the list begins is in the address, and the newest are a click away', async () => {
    const first = await page.locator('button.event-row').first().innerText()
    await reload(page)
    await row(near).waitFor()
    expect(await page.locator('button.event-row').first().innerText()).toBe(first)
    // Counted are all that were found, wherever the list begins.
    await page.locator('.chart-note b', { hasText: /^12,000$/ }).waitFor()
    await page.getByRole('button', { name: 'List from' }).click()
    await row(count - 1).waitFor()
    expect(parameters().has('at')).toBe(false)
  })

  test('oldest first as well, of the events that are asked for alone', async () => {
    await goTo(page, `${server.url}/explore?from=all&order=asc&level=crit&level=info`)
    await row(0).waitFor()
    await page.keyboard.press('e')
    await activeRow(far).waitFor()
    await page.keyboard.press('e')
    await page.getByText('No error further down.').waitFor()
    await goTo(page, `${server.url}/explore?from=all&order=asc&q=number%3E${far}`)
    await row(far + 1).waitFor()
    await page.keyboard.press('e')
    await activeRow(near).waitFor()
    expect(parameters().has('at')).toBe(true)
    expect(watched.complaints).toEqual([])
  })
})
