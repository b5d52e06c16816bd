import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { openPage, type WatchedPage } from '../browser/chromium.ts'
import { ShopServer } from './shop-server.ts'

/** What starting and stopping a server and a browser may take, and what a long test may, ms. */
export const limitMs = 60_000

/** Half an hour, with an incident from 12:20 to 12:28. */
export const halfHour = {
  startMs: Date.parse('2026-11-22T12:00:00Z'),
  minutes: 30,
  perMinute: 60,
}

/** A shop's server and a page of its own for the tests of one `describe`: there before the first, gone after the last. */
export interface ShopPage {
  readonly server: ShopServer
  readonly watched: WatchedPage
  readonly page: Page
}

/** Makes the hooks. What is given can be read inside of tests and later hooks alone. */
export function useShop(shop = halfHour): ShopPage {
  let server: ShopServer | null = null
  let watched: WatchedPage | null = null

  beforeAll(async () => {
    server = await ShopServer.start(shop)
    watched = await openPage()
  }, limitMs)
  afterAll(async () => {
    await watched?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  }, limitMs)

  return {
    get server() {
      return there(server)
    },
    get watched() {
      return there(watched)
    },
    get page() {
      return there(watched).page
    },
  }
}

/**
 * The last test of a `describe`: nothing was asked of another machine, and the console is silent but for `allowed`,
 * which is what Chromium itself says of answers that a test has provoked.
 */
export function testSilence(shop: ShopPage, allowed: string | null = null): void {
  test('nothing was asked of another machine, and the console is silent', () => {
    const { foreign, complaints } = shop.watched
    expect(foreign).toEqual([])
    expect(complaints.filter((text) => allowed === null || !text.includes(allowed))).toEqual([])
  })
}

function there<T>(value: T | null): T {
  if (value === null) throw new Error('it is there in tests alone')
  return value
}
