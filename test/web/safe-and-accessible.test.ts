import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { appPaths } from '../../src/http/web/app-pages.ts'
import { goTo, noChromium, openPage, type WatchedPage } from '../browser/chromium.ts'
import { asList, asObject } from '../http/json-object.ts'
import { attackEvents, attacks } from './attacks.ts'
import { ShopServer } from './shop-server.ts'

const limitMs = 120_000
const shop = { startMs: Date.parse('2026-11-22T12:00:00Z'), minutes: 6, perMinute: 30 }

describe.skipIf(noChromium !== null)('every view', () => {
  let server: ShopServer
  let watched: WatchedPage
  let page: Page
  let calls = 0
  let axe: string

  beforeAll(async () => {
    axe = await readFile(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir), 'utf8')
    server = await ShopServer.start(shop)
    await server.log(attackEvents)
    await server.closeMinute()
    watched = await openPage()
    page = watched.page
    await page.exposeFunction('hacked', () => void calls++)
  }, limitMs)
  afterAll(async () => {
    await watched[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  /** The view with its data: nothing is loading any more. */
  async function visit(path: string): Promise<void> {
    await goTo(page, `${server.url}${path}`)
    await page.locator('main :is(h1, h2, .state, button.event-row)').first().waitFor()
    await page.waitForFunction(
      () => document.querySelector('main .loading, main .spinner') === null,
    )
  }

  const addresses = [
    ...appPaths.map((path) => (path === '/explore' ? '/explore?q=nested:*' : path)),
    '/catalogue?show=changes',
  ]

  test.each(addresses)('shows at %s what events say as text', async (path) => {
    await visit(path)
    // What the app itself draws: its icons. Nothing that an event says has become an element.
    const found = await page.evaluate(
      () =>
        document.querySelectorAll(
          'main :is(img, script, iframe, style, svg[onload], a[href^="javascript"])',
        ).length,
    )
    expect(found).toBe(0)
    expect(calls).toBe(0)
  })

  test(
    'shows in Explore each of them as it is, with all its names and values',
    async () => {
      for (const [index, text] of attacks.entries()) {
        await visit(
          `/explore?order=asc&q=nested:*&columns=timestamp,event,${encodeURIComponent(text.replace(/[%,]/g, encodeURIComponent))}`,
        )
        const row = page.locator('button.event-row').nth(index)
        expect(await row.locator('.cell-event').textContent()).toBe(text)
        expect(await row.locator('.cell-field').textContent()).toBe(text)
        await row.click()
        await page.locator('.detail .value').first().waitFor()
        const names = await page.locator('.detail dt').allTextContents()
        expect(names).toContain(text)
        expect(names).toContain(`nested.${text}`)
        expect(await page.locator('.trace').last().textContent()).toBe(`${text}\n    at ${text}\n`)
      }
      expect(calls).toBe(0)
    },
    limitMs,
  )

  const looks = (['light', 'dark'] as const).flatMap((theme) =>
    // On a desk and on a phone.
    [1280, 390].map((width) => ({ theme, width })),
  )
  for (const { theme, width } of looks) {
    test.each(addresses)(
      `has in ${theme} at ${width} px no serious fault of accessibility at %s`,
      async (path) => {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: 844 })
        await visit(path)
        if (path.startsWith('/explore')) {
          await page.locator('button.event-row').nth(1).click()
          await page.locator('.detail .value').first().waitFor()
        }
        expect(await faultsOf(page, axe)).toEqual([])
      },
    )
  }

  test('nothing was asked of another machine, and the console is silent', () => {
    expect(watched.foreign).toEqual([])
    expect(watched.complaints).toEqual([])
  })
})

/** What axe-core finds that is serious or critical: the rule, and where. */
async function faultsOf(page: Page, axe: string): Promise<string[]> {
  const found: unknown = await page.evaluate(
    `${axe}\n;axe.run(document, { resultTypes: ['violations'] })`,
  )
  return asList(asObject(found)['violations']).flatMap((each) => {
    const { impact, id, nodes } = asObject(each)
    if (impact !== 'serious' && impact !== 'critical') return []
    return asList(nodes).map((node) => `${id}: ${asList(asObject(node)['target']).join(' ')}`)
  })
}
