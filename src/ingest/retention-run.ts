import type { DropReport } from '../book/contract.ts'
import { planRetention, type RetentionFacts, type RetentionLimits } from '../book/retention.ts'

export interface RetentionBook {
  retentionFacts(): Promise<RetentionFacts>
  drop(beforeMinute: number, dryRun: boolean, why: string, atMs: number): Promise<DropReport>
}

/** What `runRetention` would drop if its time had come; null: nothing. */
export async function lookAtRetention(
  book: RetentionBook,
  limits: RetentionLimits,
  nowMs: number,
): Promise<DropReport | null> {
  const facts = await book.retentionFacts()
  const before = planRetention({ ...facts, lastDropMs: null }, limits, nowMs)
  return before === null ? null : book.drop(before, true, 'retention', nowMs)
}

/** Drops what has passed its age or the book's size; null when nothing is due. */
export async function runRetention(
  book: RetentionBook,
  limits: RetentionLimits,
  nowMs: number,
): Promise<DropReport | null> {
  const before = planRetention(await book.retentionFacts(), limits, nowMs)
  return before === null ? null : book.drop(before, false, 'retention', nowMs)
}
