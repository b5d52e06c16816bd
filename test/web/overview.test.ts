import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { goTo, noChromium, openPage, reload, type WatchedPage } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { startServer } from '../server/process.ts'
import { ShopServer } from './shop-server.ts'

const limitMs = 60_000
const shop = { startMs: Date.parse('2026-11-22T12:00:00Z'), minutes: 30, perMinute: 60 }

describe.skipIf(noChromium !== null)('the overview', () => {
  let server: ShopServer
  let watched: WatchedPage
  let page: Page

  beforeAll(async () => {
    server = await ShopServer.start(shop)
    watched = await openPage()
    page = watched.page
    await goTo(page, `${server.url}/`)
    await page.locator('.facility').first().waitFor()
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  const figure = (label: string) =>
    page.locator('.figure', { has: page.locator('dt', { hasText: label }) })

  async function totalOf(query: string): Promise<number> {
    const answer = asObject(await server.json(`/eventqry/stats?${query}`))
    return Number(asObject(asList(answer['rows'])[0])['count'])
  }

  test('says how many events and errors there are, as the API counts them', async () => {
    const events = await totalOf('from=2026-11-22T12:00:00Z')
    const errors = await totalOf('from=2026-11-22T12:00:00Z&minLevel=error')
    expect(await figure('Events').first().getAttribute('title')).toBe(
      events.toLocaleString('en-US'),
    )
    expect(await figure('Errors').getAttribute('title')).toBe(errors.toLocaleString('en-US'))
  })

  test('lists the facilities, those that log most first, and what is new', async () => {
    const answer = asObject(await server.json('/eventqry/stats?by=facility&top=12'))
    const wanted = asList(answer['rows']).map((row) => String(asObject(row)['facility']))
    expect(await page.locator('.facility-name').allInnerTexts()).toEqual(wanted)
    await page.locator('.change', { hasText: 'card processor refused' }).waitFor()
  })

  test('follows the book: a minute that closes is there without a reload', async () => {
    const before = await figure('Events').first().getAttribute('title')
    await server.nextMinute()
    await page.waitForFunction(
      (title) => document.querySelector('.figure')?.getAttribute('title') !== title,
      before,
    )
    const events = await totalOf('from=2026-11-22T12:00:00Z')
    expect(await figure('Events').first().getAttribute('title')).toBe(
      events.toLocaleString('en-US'),
    )
  })

  test('counts the open minute, of which no event is shown yet', async () => {
    await server.log(
      Array.from({ length: 7 }, () => ({ facility: 'x', level: 'info', event: 'y' })),
    )
    await page.getByText('7 in the open minute').waitFor()
  })

  test('zooms by dragging, and leads to the events of a level', async () => {
    const link = page.locator('.legend a', { hasText: 'error' })
    const whole = await link.getAttribute('title')
    const box = await page.locator('.histogram .u-over').boundingBox()
    if (box === null) throw new Error('there is no chart')
    await page.mouse.move(box.x + box.width * 0.6, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.9, box.y + 50, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/from=.*to=/)
    await page.locator(`.legend a:not([title="${whole}"])`, { hasText: 'error' }).waitFor()
    const count = (await link.getAttribute('title')) ?? ''
    await link.click()
    await page.waitForURL(/\/explore\?.*level=error/)
    await page.locator('.chart-note b', { hasText: count.replace(' events', '') }).waitFor()
    await page.goBack()
    await page.goBack()
    await page.locator('.facility').first().waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  test('shows times in UTC when asked to, and remembers it', async () => {
    await page.getByRole('button', { name: 'Time range' }).click()
    await page.getByRole('button', { name: 'UTC' }).click()
    await reload(page)
    expect(await page.getByRole('button', { name: 'Time range' }).innerText()).toContain('UTC')
  })

  test('nothing was asked of another machine, and the console is silent', () => {
    expect(watched.foreign).toEqual([])
    expect(watched.complaints).toEqual([])
  })
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
