import { minuteMs, msOfMinute } from './minute.ts'

/**
 * The range of a view as its address has it. `from` is a time before the newest closed minute (`-15m`, `-2h`, `-7d`),
 * an RFC 3339 time, or `all`; `to` an RFC 3339 time or null: up to the newest closed minute.
 */
export interface TimeRange {
  readonly from: string
  readonly to: string | null
}

/** A range with its ends, ms since the epoch; `toMs` is exclusive. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export const rangeDefault = '-1h'

export const rangePresets: readonly (readonly [from: string, label: string])[] = [
  ['-15m', 'Last 15 minutes'],
  ['-1h', 'Last hour'],
  ['-3h', 'Last 3 hours'],
  ['-12h', 'Last 12 hours'],
  ['-1d', 'Last 24 hours'],
  ['-7d', 'Last 7 days'],
  ['-30d', 'Last 30 days'],
  ['all', 'All time'],
]

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: minuteMs,
  h: 60 * minuteMs,
  d: 1_440 * minuteMs,
  w: 7 * 1_440 * minuteMs,
}
const relative = /^-(\d{1,6})([smhdw])$/

export function rangeOf(parameters: URLSearchParams): TimeRange {
  const from = parameters.get('from') ?? rangeDefault
  const isFrom = from === 'all' || relative.test(from) || isTime(from)
  const to = parameters.get('to')
  return { from: isFrom ? from : rangeDefault, to: to !== null && isTime(to) ? to : null }
}

/** Whether a text is a time that the app understands: RFC 3339, or a date. */
export const isTime = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text))

/** Whether the range moves on as minutes close. */
export const isMoving = (range: TimeRange): boolean => range.to === null

/**
 * The ends of a range. All questions of a view are asked of one span, so that its numbers agree. Null ends of `all`
 * are the book's own: `bounds`.
 */
export function spanOf(range: TimeRange, closedThrough: string | null, bounds: Span | null): Span {
  const newestMs = closedThrough === null ? Date.now() : msOfMinute(closedThrough) + minuteMs
  const toMs = range.to === null ? newestMs : Date.parse(range.to)
  if (range.from === 'all') return bounds ?? { fromMs: toMs - 60 * minuteMs, toMs }
  const match = relative.exec(range.from)
  if (match === null) return { fromMs: Math.min(Date.parse(range.from), toMs - 1), toMs }
  return { fromMs: toMs - Number(match[1]) * (unitMs[match[2] ?? 'm'] ?? minuteMs), toMs }
}

export const isoOf = (ms: number): string => new Date(ms).toISOString()

/** A span as parameters of the API. */
export const spanQuery = ({ fromMs, toMs }: Span) => ({ from: isoOf(fromMs), to: isoOf(toMs) })

/** What of a span lies at a time or behind it, in an order; events of the same millisecond are in it. */
export function spanBehind({ fromMs, toMs }: Span, atMs: number, order: 'asc' | 'desc'): Span {
  return order === 'desc'
    ? { fromMs, toMs: Math.min(toMs, atMs + 1) }
    : { fromMs: Math.max(fromMs, atMs), toMs }
}
