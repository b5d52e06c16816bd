import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { eventsPerSecond, firstTimestampMs } from './events.ts'
import { writeBook } from './query-book.ts'
import { type BenchOptions, countOf, printResult, readOptions } from './result.ts'
import { makeDataDir, startServer } from './server-under-test.ts'
import { framesOf, scrollTraced } from './web-frames.ts'

/*
 * How soon does the web app answer? A real server on a book of 4,000,000 events over three hours, and the
 * machine's Chromium, drawing in software: medians of several visits with an empty cache. Times are taken inside the
 * page, from the navigation or the click to the frame that shows it; frames are counted from the browser's trace.
 *
 *   bun bench/web.ts [--events 4000000] [--rounds 5] [--rows 100000] [--json] [--smoke]
 */

const defaults = { events: '4000000', rounds: '5', rows: '100000' }
const serveFlags = ['--retain-days', '0', '--accept-clock', '--log-level', 'warn']
const browserPath = process.env['MINUTEBOOK_CHROMIUM'] ?? '/usr/bin/chromium'
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
]
const limitMs = 60_000

async function measure(options: BenchOptions): Promise<void> {
  const events = options.smoke ? 20_000 : countOf(options, 'events')
  const rounds = options.smoke ? 1 : countOf(options, 'rounds')
  const rows = Math.min(options.smoke ? 2_000 : countOf(options, 'rows'), events)
  const dataDir = await makeDataDir()
  try {
    await writeBook(dataDir, events, 'live')
    await using server = await startServer({ dataDir, flags: serveFlags })
    const browser = await chromium.launch({ executablePath: browserPath, args: flags })
    try {
      const range = rangeOf(events)
      // What the server loads for its first questions is no part of a visit.
      await visit(browser, `${server.url}/?${range}`)
      const visits: Visit[] = []
      for (let round = 0; round < rounds; round++) {
        visits.push(await visit(browser, `${server.url}/?${range}`))
      }
      const explored = await explore(browser, `${server.url}/explore?${range}`, { rounds, rows })
      const figures = {
        events,
        firstPaintMs: median(visits.map(({ paintMs }) => paintMs)),
        interactiveMs: median(visits.map(({ renderedMs }) => renderedMs)),
        overviewMs: median(visits.map(({ drawnMs }) => drawnMs)),
        ...explored,
      }
      printResult({ bench: 'web', name: 'the app in Chromium', figures }, options.json)
    } finally {
      await browser.close()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** The event time of the book, as the app's address has it. */
function rangeOf(events: number): string {
  const endMs = firstTimestampMs + Math.ceil(events / eventsPerSecond / 60) * 60_000
  return `from=${new Date(firstTimestampMs).toISOString()}&to=${new Date(endMs).toISOString()}`
}

interface Visit {
  readonly paintMs: number
  readonly renderedMs: number
  readonly drawnMs: number
}

/** Opens the overview in a browser context of its own, and waits until numbers, chart and lists are drawn. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript(() => {
    const look = (): void => {
      const isDrawn =
        document.querySelector('.histogram canvas') !== null &&
        document.querySelector('.facility') !== null
      if (isDrawn) performance.mark('drawn')
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto(url)
  await page.waitForFunction(() => performance.getEntriesByName('drawn').length > 0, null, {
    timeout: limitMs,
  })
  const names = ['first-contentful-paint', 'minutebook-rendered', 'drawn']
  const found = await page.evaluate(
    (asked) => asked.map((name) => performance.getEntriesByName(name)[0]?.startTime ?? 0),
    names,
  )
  await context.close()
  const [paintMs = 0, renderedMs = 0, drawnMs = 0] = found
  return { paintMs, renderedMs, drawnMs }
}

interface Explored {
  readonly facetMs: number
  readonly rowsLoaded: number
  readonly framesPerSecond: number
  readonly droppedFramesPercent: number
}

/** Clicks facets, then loads rows to the wanted number and scrolls through them. */
async function explore(
  browser: Browser,
  url: string,
  { rounds, rows }: { readonly rounds: number; readonly rows: number },
): Promise<Explored> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await page.goto(url)
  await page.locator('.event-row').nth(5).waitFor({ timeout: limitMs })
  const times: number[] = []
  for (const nth of Array.from({ length: rounds + 1 }, (_, round) => round % 6)) {
    times.push(await clickFacet(page, nth))
    await page.goBack()
    await page.waitForFunction(() => document.querySelector('.chips') === null)
  }
  const rowsLoaded = await loadRows(page, rows)
  const trace = await scrollTraced(browser, page, { selector: '.virtual', px: 30_000, seconds: 4 })
  await page.close()
  return { facetMs: median(times.slice(1)), rowsLoaded, ...framesOf(trace) }
}

/** From the press on the nth facility to the frame in which all rows are of it. */
async function clickFacet(page: Page, nth: number): Promise<number> {
  await page.locator('.facets section').nth(1).locator('.facet-include').nth(nth).waitFor()
  return page.evaluate((index) => {
    const section = document.querySelectorAll('.facets section')[1]
    const button = section?.querySelectorAll<HTMLElement>('.facet-include')[index]
    const wanted = button?.title ?? ''
    const began = performance.now()
    button?.click()
    return new Promise<number>((resolve) => {
      const look = (): void => {
        const cells = [...document.querySelectorAll('.virtual-row .cell-facility')]
        const isThere = cells.length > 0 && cells.every(({ textContent }) => textContent === wanted)
        if (isThere) resolve(performance.now() - began)
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    })
  }, nth)
}

/** Scrolls to the end of what is loaded until enough is; gives the number of rows. */
function loadRows(page: Page, rows: number): Promise<number> {
  return page.evaluate(async (wanted) => {
    const list = document.querySelector('.virtual')
    const body = document.querySelector<HTMLElement>('.virtual-body')
    if (list === null || body === null) return 0
    const end = performance.now() + 60_000
    while (body.offsetHeight < wanted * 27 && performance.now() < end) {
      list.scrollTop = list.scrollHeight
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    list.scrollTop = 0
    return Math.round(body.offsetHeight / 27)
  }, rows)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

if (import.meta.main) {
  if (existsSync(browserPath)) await measure(readOptions(process.argv.slice(2), defaults))
  else process.stderr.write(`there is no ${browserPath}: the web app is not measured\n`)
}
