import { encodeBlock } from '../page/block-encoder.ts'
import { openBlock } from '../page/block-reader.ts'
import type { BlockEntry, OpenBlock, Tally } from '../page/contract.ts'
import { digestOf, encodeDirectory } from '../page/directory.ts'
import { sealRows } from '../page/seal-rows.ts'
import { selectRows } from '../page/select-rows.ts'
import { encodeSummary } from '../page/summary.ts'
import { emptyTally, mergeTally } from '../page/tally.ts'
import { encodeTally } from '../page/tally-encoder.ts'
import { decodeTally } from '../page/tally-decoder.ts'
import type { RedactRule } from './contract.ts'
import type { DayPages } from './day-pages.ts'
import type { PageToWrite } from './day-entries.ts'
import { countTallied, rowsLeft } from './redact-rows.ts'
import type { PageChange } from './redaction-chain.ts'
import { StoredPage } from './stored-page.ts'

export interface RedactedPage {
  readonly page: PageToWrite
  readonly change: PageChange
  /** Bytes of the page before and since, as its summary counts them. */
  readonly bytesBefore: number
  readonly bytesSince: number
}

/** Where a page is now: its day may get another environment between two steps. */
export type CurrentPages = () => DayPages

/** How many events a page loses. Yields after a block that had to be looked into. Throws what says that it is damaged. */
export function* countGone(
  pages: CurrentPages,
  minute: number,
  rules: readonly RedactRule[],
): Generator<null, number> {
  const page = StoredPage.read(pages(), minute)
  if (page === null || page.summary.eventCount === 0) return 0
  const bytes = page.tally(pages())
  const tallied = bytes === null ? null : countTallied(decodeTally(bytes), rules)
  if (tallied !== null) return tallied
  let count = 0
  for (const { part } of page.directory.blocks) {
    const block = openBlock(page.block(pages(), part).slice())
    count += block.rowCount - (rowsLeft(block, rules)?.length ?? block.rowCount)
    yield null
  }
  return count
}

/**
 * The page without the events that the rules mean; null when it loses none. What remains keeps its part and row.
 * Yields after each block. Throws what says that it is damaged.
 */
export function* redactPage(
  pages: CurrentPages,
  minute: number,
  rules: readonly RedactRule[],
): Generator<null, RedactedPage | null> {
  const page = StoredPage.read(pages(), minute)
  if (page === null) return null
  const built = new RemainingBlocks(minute, rules)
  for (const entry of page.directory.blocks) {
    built.add(entry, page.block(pages(), entry.part).slice())
    yield null
  }
  return built.gone === 0 ? null : finish(page, built)
}

/** The blocks of a page, as they are when the rules have been applied. */
class RemainingBlocks {
  readonly entries: BlockEntry[] = []
  readonly bytes = new Map<number, Uint8Array>()
  readonly tally: Tally = emptyTally()
  gone = 0
  readonly #minute: number
  readonly #rules: readonly RedactRule[]

  constructor(minute: number, rules: readonly RedactRule[]) {
    this.#minute = minute
    this.#rules = rules
  }

  add(entry: BlockEntry, bytes: Uint8Array): void {
    const block = openBlock(bytes)
    const rows = rowsLeft(block, this.#rules)
    this.gone += block.rowCount - (rows?.length ?? block.rowCount)
    if (rows?.length === 0) return
    const left: OpenBlock = rows === null ? block : selectRows(block, rows)
    const encoded = encodeBlock(this.#minute, entry.part, sealRows(left), left.rowNumbers)
    mergeTally(this.tally, encoded.tally)
    // Of a block that loses nothing only the counts are new.
    this.entries.push(rows === null ? entry : encoded.entry)
    this.bytes.set(entry.part, rows === null ? bytes : encoded.bytes)
  }
}

function finish(
  stored: StoredPage,
  { entries, bytes, tally, gone }: RemainingBlocks,
): RedactedPage {
  const { minute, summary: before } = stored
  const rowsBefore = stored.directory.blocks.map(({ part, rowCount }) => [part, rowCount] as const)
  const originalRows = stored.directory.originalRows ?? new Map(rowsBefore)
  const directory = encodeDirectory(minute, entries, originalRows)
  const digest = digestOf(directory)
  const startMs = minute * 60_000
  const isEmpty = tally.eventCount === 0
  const summary = {
    ...before,
    eventCount: tally.eventCount,
    levels: tally.levels,
    bytes: directory.length + entries.reduce((sum, entry) => sum + entry.bytes, 0),
    digest,
    timestampMinMs: isEmpty ? startMs : tally.timestampMinMs,
    timestampMaxMs: isEmpty ? startMs : tally.timestampMaxMs,
    receivedMinMs: isEmpty ? startMs : tally.receivedMinMs,
    receivedMaxMs: isEmpty ? startMs : tally.receivedMaxMs,
  }
  const page = {
    minute,
    digest,
    directory,
    summary: encodeSummary(summary),
    tally: isEmpty ? new Uint8Array(0) : encodeTally(tally),
    held: bytes,
    isAllHeld: entries.every(({ part }, i) => part === i),
  }
  const change = { minute, events: gone, before: before.digest, since: digest }
  return { page, change, bytesBefore: before.bytes, bytesSince: summary.bytes }
}
