import {
  type Instant,
  minutesOf,
  parseAnyPeriod,
  parseTimestamp,
  timestampMaxMs,
  timestampMinMs,
} from '../../event/time.ts'
import type { TimePoint } from '../selection.ts'

/* Times as people write them: in `from` and `to`, and in comparisons of the filter language. */

/** A time and how long it lasts: the name of a minute, an hour or a day covers all of it. */
export interface TimeSpan {
  readonly start: TimePoint
  /** The first moment after it; null: the expression names one moment, `start`. */
  readonly end: TimePoint | null
}

/** What a time may look like, for error messages. */
export const timeForms = [
  'a time such as 2026-11-22T12:34:56.789Z',
  'a minute 2026-11-22T12:34Z',
  'an hour 2026-11-22T12Z',
  'a day 2026-11-22',
  'now',
  'now-15m or -15m (s, m, h, d, w)',
] as const

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

const relativeShape = /^(?:now)?-(\d{1,15})([smhdw])$/

/** Longer texts are no times. */
const textLengthMax = 64

/**
 * Reads RFC 3339, `now`, `now-15m` and `-15m`, and the names of minutes, hours and days. Undefined: it is none
 * of these, or lies outside the years 0000 to 9999.
 */
export function parseTimeSpan(text: string, nowMs: number): TimeSpan | undefined {
  if (text.length > textLengthMax) return undefined
  if (text === 'now') return spanOf(nowMs)
  const relative = relativeShape.exec(text)
  if (relative !== null) return spanOf(nowMs - Number(relative[1]) * unitOf(relative[2]))
  const period = parseAnyPeriod(text)
  if (period !== undefined) {
    const endMs = (period.minute + minutesOf[period.unit]) * 60_000
    if (endMs > timestampMaxMs) return undefined
    return { start: { ms: period.minute * 60_000, nanos: 0 }, end: { ms: endMs, nanos: 0 } }
  }
  const bytes = new TextEncoder().encode(text)
  const instant: Instant = { ms: 0, nanos: 0 }
  if (parseTimestamp(bytes, 0, bytes.length, instant) !== '') return undefined
  return { start: { ms: instant.ms, nanos: instant.nanos }, end: null }
}

/** The moment that `from` or `to` means: of a minute, an hour or a day its first one. */
export function parseTimePoint(text: string, nowMs: number): TimePoint | undefined {
  return parseTimeSpan(text, nowMs)?.start
}

function spanOf(ms: number): TimeSpan | undefined {
  if (!(ms >= timestampMinMs && ms <= timestampMaxMs)) return undefined
  return { start: { ms: Math.floor(ms), nanos: 0 }, end: null }
}

function unitOf(letter: string | undefined): number {
  return unitMs[letter === undefined || !isUnit(letter) ? 's' : letter]
}

function isUnit(letter: string): letter is keyof typeof unitMs {
  return letter in unitMs
}
