import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const path = process.env['MINUTEBOOK_CHROMIUM'] ?? '/usr/bin/chromium'

/** Why the tests in a browser cannot run here, or null. */
export const noChromium: string | null = existsSync(path)
  ? null
  : `there is no ${path}: set MINUTEBOOK_CHROMIUM to a Chromium`

if (noChromium !== null) process.stderr.write(`test/browser is skipped: ${noChromium}\n`)

/** A page on which nothing but loopback can be reached, and what it tried and said. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page
  /** URLs of other machines that something on the page asked for. */
  readonly foreign: readonly string[]
  /** Errors and warnings of the console, and what was thrown. */
  readonly complaints: readonly string[]
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
]

/** What a navigation and a start may take before they are tried once more, ms. */
const firstTryMs = 10_000

/** Goes to an address. On a busy machine Chromium has been seen to leave a navigation standing; it takes the next one. */
export async function goTo(page: Page, url: string): Promise<void> {
  await page.goto(url, { timeout: firstTryMs }).catch(() => page.goto(url))
}

/** Loads the page again, and once more if that stands, as with `goTo`. */
export async function reload(page: Page): Promise<void> {
  await page.reload({ timeout: firstTryMs }).catch(() => page.reload())
}

function launch(timeout: number): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: flags, timeout })
}

export async function openPage(): Promise<WatchedPage> {
  const browser = await launch(2 * firstTryMs).catch(() => launch(3 * firstTryMs))
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
  const foreign: string[] = []
  const complaints: string[] = []
  await page.route('**', async (route) => {
    const { protocol, hostname } = new URL(route.request().url())
    if (protocol === 'data:' || protocol === 'blob:' || hostname === '127.0.0.1') {
      await route.continue()
      return
    }
    foreign.push(route.request().url())
    await route.abort()
  })
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { page, foreign, complaints, [Symbol.asyncDispose]: () => browser.close() }
}
