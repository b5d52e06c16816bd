import { firstMinuteOfDay, minutesPerDay, minutesPerHour } from './layout.ts'

/** What the book says of itself to retention. */
export interface RetentionFacts {
  readonly closedThrough: number | null
  readonly droppedBefore: number | null
  /** When the newest entry of the chain of drops was made. */
  readonly lastDropMs: number | null
  /** Retained days in order; `bytes` on the disk, for the newest day those in use. */
  readonly days: readonly RetainedDay[]
}

export interface RetainedDay {
  readonly day: string
  readonly bytes: number
  readonly firstMinute: number
  readonly lastMinute: number
}

export interface RetentionLimits {
  /** Pages older than this go; null: none by age. */
  readonly maxAgeMs: number | null
  /** Bytes the days may take; null: none go by size. */
  readonly maxBytes: number | null
}

/** One run drops no more days than this: a clock that jumps ahead must not empty the book. */
export const daysPerRunMax = 2

/** Runs are at least this far apart, so that after such a jump there is time to notice it. */
export const runIntervalMs = 3_600_000

/**
 * The minute before which pages are to be dropped now, or null. Pure.
 *
 * By age a day goes as a whole, when its last minute has passed the age. By size the oldest days go until
 * the rest fits; when only the newest day is left, as many of its oldest hours as hold the excess if all
 * hours are alike. One run drops at most two days, and the next comes an hour later at the earliest.
 */
export function planRetention(
  facts: RetentionFacts,
  limits: RetentionLimits,
  nowMs: number,
): number | null {
  const { closedThrough, droppedBefore, lastDropMs, days } = facts
  const [oldest] = days
  if (closedThrough === null || oldest === undefined) return null
  if (lastDropMs !== null && Math.abs(nowMs - lastDropMs) < runIntervalMs) return null
  const wanted = Math.max(byAge(limits, nowMs), bySize(facts, limits))
  const cap = endOfDay(days[Math.min(daysPerRunMax, days.length) - 1] ?? oldest)
  const before = Math.min(wanted, cap, closedThrough + 1)
  return before > Math.max(droppedBefore ?? 0, oldest.firstMinute) ? before : null
}

function byAge({ maxAgeMs }: RetentionLimits, nowMs: number): number {
  if (maxAgeMs === null) return 0
  const minute = Math.floor((nowMs - maxAgeMs) / 60_000)
  return minute - (minute % minutesPerDay)
}

function bySize({ days }: RetentionFacts, { maxBytes }: RetentionLimits): number {
  if (maxBytes === null) return 0
  let excess = days.reduce((sum, day) => sum + day.bytes, 0) - maxBytes
  let before = 0
  for (const [i, day] of days.entries()) {
    if (excess <= 0) return before
    if (i === days.length - 1) return Math.max(before, hoursOf(day, excess))
    excess -= day.bytes
    before = endOfDay(day)
  }
  return before
}

function hoursOf({ bytes, firstMinute, lastMinute }: RetainedDay, excess: number): number {
  const minutes = Math.ceil(((lastMinute + 1 - firstMinute) * Math.min(excess, bytes)) / bytes)
  return Math.ceil((firstMinute + minutes) / minutesPerHour) * minutesPerHour
}

function endOfDay({ day }: RetainedDay): number {
  return firstMinuteOfDay(day) + minutesPerDay
}
