import type { ProducerSpan } from '../journal/contract.ts'

/*
 * What is known of one producer: which of its numbers the server has taken in. A producer numbers its events
 * from 1 without gaps; all up to `highest` have come, but for those in `gaps`.
 */

/** Both ends are included. */
export type SequenceRange = readonly [first: number, last: number]

/**
 * Gaps kept of one producer. Beyond, the oldest is abandoned: its numbers count as missing for ever, and
 * would be taken for duplicates. A sender with fewer batches in flight than this never makes so many.
 */
export const gapsMax = 256

export interface ProducerAccount {
  readonly producer: string
  /** The highest number that was taken in; 0: none yet. */
  readonly highest: number
  /** Numbers up to `highest` that have not come: ascending, neither touching nor overlapping. */
  readonly gaps: readonly SequenceRange[]
  /** How many numbers were in gaps that have been abandoned. */
  readonly abandoned: number
  readonly batches: number
  /** Events stored. */
  readonly accepted: number
  /** Numbers of events that the server refused, or the sender left out. */
  readonly rejected: number
  /** Events of batches that came again and were not stored. */
  readonly duplicates: number
  readonly firstSeenMs: number
  readonly lastSeenMs: number
}

/** A batch that is durable: its numbers, and how many of its events were stored. */
export interface AccountedBatch {
  readonly span: ProducerSpan
  readonly accepted: number
  readonly receivedMs: number
}

export function newAccount(producer: string, nowMs: number): ProducerAccount {
  return {
    producer,
    highest: 0,
    gaps: [],
    abandoned: 0,
    batches: 0,
    accepted: 0,
    rejected: 0,
    duplicates: 0,
    firstSeenMs: nowMs,
    lastSeenMs: nowMs,
  }
}

/** All numbers up to this one have come, or are abandoned. */
export function watermarkOf({ gaps, highest }: ProducerAccount): number {
  const first = gaps[0]
  return first === undefined ? highest : first[0] - 1
}

/** Numbers that have not come although later ones have. */
export function missingOf({ gaps, abandoned }: ProducerAccount): number {
  return gaps.reduce((sum, [first, last]) => sum + last - first + 1, abandoned)
}

/** The parts of a span that have not come yet, ascending. Empty: all of it is a duplicate. */
export function wantedOf(account: ProducerAccount | null, span: ProducerSpan): SequenceRange[] {
  const { first, last } = span
  if (account === null) return [[first, last]]
  const wanted: SequenceRange[] = []
  for (const [from, to] of account.gaps) {
    if (to >= first && from <= last) wanted.push([Math.max(from, first), Math.min(to, last)])
  }
  if (last > account.highest) wanted.push([Math.max(first, account.highest + 1), last])
  return wanted
}

/** The account with one more batch, whose numbers were all wanted. */
export function withBatch(account: ProducerAccount, batch: AccountedBatch): ProducerAccount {
  const { span, accepted, receivedMs } = batch
  const { gaps, lost } = bounded(gapsWithout(account, span))
  return {
    ...account,
    highest: Math.max(account.highest, span.last),
    gaps,
    abandoned: account.abandoned + lost,
    batches: account.batches + 1,
    accepted: account.accepted + accepted,
    rejected: account.rejected + Math.max(0, eventsOf(span) - accepted),
    lastSeenMs: Math.max(account.lastSeenMs, receivedMs),
  }
}

export const eventsOf = ({ first, last }: ProducerSpan): number => last - first + 1

function gapsWithout(account: ProducerAccount, { first, last }: ProducerSpan): SequenceRange[] {
  const { gaps, highest } = account
  // Fast path: the next batch of a producer that misses nothing.
  if (gaps.length === 0 && first === highest + 1) return []
  const left: SequenceRange[] = []
  for (const [from, to] of gaps) {
    if (from < first) left.push([from, Math.min(to, first - 1)])
    if (to > last) left.push([Math.max(from, last + 1), to])
  }
  if (first > highest + 1) left.push([highest + 1, first - 1])
  return left
}

function bounded(gaps: SequenceRange[]): { gaps: readonly SequenceRange[]; lost: number } {
  const tooMany = gaps.splice(0, Math.max(0, gaps.length - gapsMax))
  return { gaps, lost: tooMany.reduce((sum, [first, last]) => sum + last - first + 1, 0) }
}
