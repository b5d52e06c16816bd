import { openBlock } from '../page/block-reader.ts'
import type { OpenBlock, Summary, Tally } from '../page/contract.ts'
import { linkOf } from '../page/summary.ts'
import { decodeTally } from '../page/tally-decoder.ts'
import { encodeTally } from '../page/tally-encoder.ts'
import type { DayPages } from './day-pages.ts'
import type { RedactedPages } from './verify-redactions.ts'
import { minutesOfUnit } from './layout.ts'
import { rollUp, type TallySource } from './rollup.ts'
import { StoredPage } from './stored-page.ts'

/** Checks pages one after the other and keeps count. */
export class PageVerifier {
  count = 0
  blocks = 0
  events = 0
  bytes = 0
  /** Link that the next page must name as its previous, hex; null after something unreadable. */
  expected: string | null
  readonly #found: (minute: number, what: string) => void

  constructor(start: string, found: (minute: number, what: string) => void) {
    this.expected = start
    this.#found = found
  }

  breakChain(): void {
    this.expected = null
  }

  /** One finding at most for each page: what follows from the first is no news. `redacted`: null where it never was. */
  check(pages: DayPages, minute: number, redacted: RedactedPages | null = null): void {
    this.count++
    const expected = this.expected
    // Until this page's link is known: one that cannot be read leaves the next without a previous.
    this.expected = null
    try {
      const page = StoredPage.read(pages, minute)
      if (page === null) throw new Error('the page is missing')
      const { summary } = page
      if (summary.minute !== minute) throw new Error(`the page says minute ${summary.minute}`)
      this.events += summary.eventCount
      this.bytes += summary.bytes
      this.#checkChain(summary, expected, redacted?.originalOf(page) ?? summary.digest)
      this.#checkBlocks(page, pages)
      if (summary.eventCount === 0) return
      const tally = page.tally(pages)
      if (tally === null) throw new Error('the tally is missing')
      if (!isSameCount(summary, decodeTally(tally))) throw new Error('the tally counts otherwise')
    } catch (error) {
      this.#found(minute, error instanceof Error ? error.message : String(error))
    }
  }

  /** `original`: the digest with which the page was closed. */
  #checkChain(summary: Summary, expected: string | null, original: Uint8Array): void {
    const { minute } = summary
    const link = Buffer.from(linkOf(summary.previous, minute, original)).toString('hex')
    this.expected = Buffer.from(summary.link).toString('hex')
    if (link !== this.expected) throw new Error('the link of the page is not its own')
    const previous = Buffer.from(summary.previous).toString('hex')
    if (expected !== null && previous !== expected) {
      throw new Error('the page is not chained to the page before it')
    }
  }

  #checkBlocks(page: StoredPage, pages: DayPages): void {
    const { summary, directory } = page
    const levels = Array.from({ length: 8 }, () => 0)
    let rows = 0
    for (const entry of directory.blocks) {
      const block = openBlock(page.block(pages, entry.part))
      if (block.rowCount !== entry.rowCount) throw new Error(`block ${entry.part} has other rows`)
      decodeAll(block)
      for (const level of block.level()) levels[level] = (levels[level] ?? 0) + 1
      rows += block.rowCount
      this.blocks++
    }
    const isSame = levels.every((count, level) => count === summary.levels[level])
    if (rows !== summary.eventCount || !isSame) throw new Error('the summary counts otherwise')
  }
}

/** Stored roll-ups must equal what their pages sum up to, byte for byte. */
export function checkRollups(
  pages: DayPages,
  minutes: readonly number[],
  visible: { readonly first: number; readonly last: number },
  found: (what: string) => void,
): void {
  const source: TallySource = {
    minutes: (from, through) => minutes.filter((minute) => minute >= from && minute <= through),
    tally: (minute) => {
      const bytes = StoredPage.read(pages, minute)?.tally(pages) ?? null
      return bytes === null ? null : decodeTally(bytes)
    },
    storedHour: () => null,
  }
  for (const { unit, start } of pages.rollups()) {
    if (start < visible.first || start + minutesOfUnit(unit) - 1 > visible.last) continue
    try {
      const stored = pages.rollup(unit, start)
      const known = stored === null ? null : Buffer.from(stored)
      const merged = rollUp(source, unit, start)
      if (merged !== null && known !== null && known.equals(encodeTally(merged))) continue
      found(`the roll-up of the ${unit} from minute ${start} does not sum up its pages`)
    } catch (error) {
      found(error instanceof Error ? error.message : String(error))
    }
  }
}

/** Every part of a block, so that what cannot be decoded throws. */
function decodeAll(block: OpenBlock): void {
  block.timestampMs()
  block.timestampNanos()
  block.receivedMs()
  block.facility()
  block.event()
  for (let i = 0; i < block.columns.length; i++) block.column(i)
  block.rest()
}

function isSameCount(summary: Summary, tally: Tally): boolean {
  return (
    tally.eventCount === summary.eventCount &&
    tally.levels.every((count, level) => count === summary.levels[level]) &&
    tally.timestampMinMs === summary.timestampMinMs &&
    tally.timestampMaxMs === summary.timestampMaxMs
  )
}
