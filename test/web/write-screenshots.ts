import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { makeGenerator } from '../../bench/events.ts'
import { ShopServer } from './shop-server.ts'

/*
 * Takes the pictures of docs/screenshots: each view in both themes, on a desk and on a phone, of a shop's three hours.
 *
 *   bun test/web/write-screenshots.ts [name …]
 */

const directory = join(import.meta.dir, '../../docs/screenshots')
const shop = { startMs: Date.parse('2026-11-22T09:00:00Z'), minutes: 180, perMinute: 220 }
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
const sizes = { desk: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } } as const
const quality = 82

interface View {
  readonly name: string
  readonly path: string
  /** Brings the view into the state that is shown. */
  readonly act?: (page: Page) => Promise<void>
}

const views: readonly View[] = [
  { name: 'overview', path: '/?from=-3h', act: showRate },
  { name: 'catalogue', path: '/catalogue?from=-3h' },
  {
    name: 'changes',
    path: '/catalogue?from=2026-11-22T10:58:00Z&to=2026-11-22T11:08:00Z&show=changes',
  },
  { name: 'explore', path: '/explore?from=-3h' },
  { name: 'event', path: '/explore?from=-3h&facility=payments&level=error', act: openEvent },
  { name: 'tail', path: '/tail', act: showTailRate },
  { name: 'stats', path: '/stats?from=-3h&by=facility&every=5m' },
  { name: 'admin', path: '/admin' },
  { name: 'sign-in', path: '/sign-in' },
]

/** The rate of taking in is known after two looks at it. */
async function showRate(page: Page): Promise<void> {
  await page.locator('.facility').first().waitFor()
  await page.waitForFunction(
    () => document.querySelector('.numbers')?.textContent?.includes('–') === false,
  )
}

async function showTailRate(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('.explore-state')?.textContent?.includes(' 0.0 ') === false,
  )
}

async function openEvent(page: Page): Promise<void> {
  await page.locator('button.event-row').nth(2).click()
  await page.locator('.detail .trace').waitFor()
}

async function takeAll(
  browser: Browser,
  server: ShopServer,
  wanted: readonly string[],
): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport, colorScheme, timezoneId: 'UTC' })
      const page = await context.newPage()
      for (const view of views) {
        if (wanted.length > 0 && !wanted.includes(view.name)) continue
        await page.goto(server.url + view.path)
        await page.waitForLoadState('load')
        await view.act?.(page)
        await page.waitForFunction(() => document.querySelector('main .spinner') === null)
        // The last answers are drawn.
        await page.waitForTimeout(500)
        await take(page, join(directory, `${view.name}-${size}-${colorScheme}.webp`))
      }
      await context.close()
    }
  }
}

async function take(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality })
  await Bun.write(path, Buffer.from(data, 'base64'))
  process.stdout.write(`${path}\n`)
}

await mkdir(directory, { recursive: true })
await using server = await ShopServer.start(shop, [], { isOld: true })
let told = 0
const generator = makeGenerator()
const traffic = setInterval(() => {
  const events = Array.from({ length: 120 }, () => {
    const timestamp = new Date(server.nowMs + told * 4).toISOString()
    return { ...generator.event(400_000 + told++), timestamp }
  })
  void server.log(events)
}, 500)
const browser = await chromium.launch({
  executablePath: process.env['MINUTEBOOK_CHROMIUM'] ?? '/usr/bin/chromium',
  args: flags,
})
try {
  await takeAll(browser, server, process.argv.slice(2))
} finally {
  clearInterval(traffic)
  await browser.close()
}
