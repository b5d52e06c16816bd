import type { RedactReport, RedactRule } from './book/contract.ts'
import { DiskTrouble } from './book/disk-trouble.ts'
import { whyAsked } from './book/redaction-chain.ts'
import type { WorkerWriter } from './book/worker-writer.ts'
import type { BookAccess, DiskRefusal } from './http/dependencies.ts'
import type { ClosedMinutes } from './ingest/closed-minutes.ts'

export interface BookParts {
  readonly book: WorkerWriter
  readonly closed: ClosedMinutes
  readonly nowMs: () => number
  readonly producers: BookAccess['producers']
  /** Free space that a redaction leaves to others. */
  readonly diskReserveBytes: number
  readonly retention: BookAccess['retention']
}

/** What the HTTP layer may do with the book. */
export function bookAccess(parts: BookParts): BookAccess {
  const { book, closed, nowMs, producers } = parts
  return {
    producers,
    state: () => book.state,
    waitForClose: (after, ms, signal) => closed.wait(after, ms, signal),
    drop: (before, dryRun, why) => book.drop(before, dryRun, why, nowMs()),
    retention: parts.retention,
    redactions: () => book.redactions(),
    redact: (rule, dryRun, by) => redact(parts, { rule, dryRun, by }),
    stats: () => book.stats(),
  }
}

async function redact(
  { book, nowMs, diskReserveBytes: keepFreeBytes }: BookParts,
  { rule, dryRun, by }: { rule: RedactRule; dryRun: boolean; by: string },
): Promise<RedactReport | DiskRefusal> {
  const request = { rules: [rule], dryRun, why: whyAsked, by, atMs: nowMs(), keepFreeBytes }
  try {
    return await book.redact(request)
  } catch (error) {
    if (error instanceof DiskTrouble) return { refused: error.kind, detail: error.message }
    throw error
  }
}
