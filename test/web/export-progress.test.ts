import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { goTo, noChromium, openPage, type WatchedPage } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { ShopServer } from './shop-server.ts'

const limitMs = 60_000
const shop = { startMs: Date.parse('2026-11-22T12:00:00Z'), minutes: 5, perMinute: 60 }

describe.skipIf(noChromium !== null)('an export', () => {
  let server: ShopServer
  let watched: WatchedPage
  let page: Page
  let count = ''

  beforeAll(async () => {
    server = await ShopServer.start(shop)
    watched = await openPage()
    page = watched.page
    const answer = asObject(await server.json('/eventqry/stats'))
    count = Number(asObject(asList(answer['rows'])[0])['count']).toLocaleString('en-US')
    await goTo(page, `${server.url}/explore`)
    await page.locator('button.event-row').first().waitFor()
    await page.getByRole('button', { name: 'Export', exact: true }).click()
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  for (const format of ['NDJSON', 'CSV', 'msgpack']) {
    test(`of ${format} says how many events it has saved`, async () => {
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: `${format},` }).click()
      await (await saved).delete()
      await page.getByText('Saved').waitFor()
      const said = await page.locator('.export-state').innerText()
      expect(said).toMatch(new RegExp(`^${count} events, [\\d.]+ KB$`, 'm'))
      await page.getByRole('button', { name: 'Another one' }).click()
    })
  }

  test('says how many events are to come, and can be cancelled', async () => {
    const held = Promise.withResolvers<void>()
    await page.route('**/search.ndjson**', async (route) => {
      await held.promise
      // It has been cancelled by then.
      await route.abort().catch(() => undefined)
    })
    const ended = page.waitForEvent('requestfailed')
    await page.getByRole('button', { name: 'NDJSON,' }).click()
    await page.getByText(`0 of ${count} events`).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect((await ended).url()).toContain('search.ndjson')
    held.resolve()
    await page.getByRole('button', { name: 'NDJSON,' }).waitFor()
    expect(watched.complaints).toEqual([])
  })
})
