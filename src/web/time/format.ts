import type { Zone } from '../state/preferences.ts'
import { type Span, type TimeRange, rangePresets } from './range.ts'

const two = (value: number): string => String(value).padStart(2, '0')

interface Parts {
  readonly date: string
  readonly time: string
  readonly ms: string
}

function partsOf(ms: number, zone: Zone): Parts {
  const at = new Date(ms)
  const utc = zone === 'utc'
  const date = utc
    ? `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`
    : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = utc
    ? `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
    : `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return { date, time, ms: String(at.getUTCMilliseconds()).padStart(3, '0') }
}

/** `2026-11-22 12:34:56.789`, in the zone. What lies below a millisecond is kept from `exact`. */
export function formatInstant(exact: string | number, zone: Zone): string {
  const ms = typeof exact === 'number' ? exact : Date.parse(exact)
  if (Number.isNaN(ms)) return String(exact)
  const parts = partsOf(ms, zone)
  const fraction = typeof exact === 'string' ? (/\.(\d+)/.exec(exact)?.[1] ?? '') : ''
  return `${parts.date} ${parts.time}.${fraction.length > 3 ? fraction : parts.ms}`
}

/** `2026-11-22 12:34`, in the zone. */
export function formatMinuteText(ms: number, zone: Zone): string {
  const { date, time } = partsOf(ms, zone)
  return `${date} ${time.slice(0, 5)}`
}

/** `12:34`, in the zone. */
export const formatClock = (ms: number, zone: Zone): string => partsOf(ms, zone).time.slice(0, 5)

/** `2026-11-22`, in the zone. */
export const formatDate = (ms: number, zone: Zone): string => partsOf(ms, zone).date

/** A bucket for a tooltip: its beginning and its end, as short as its length allows. */
export function formatBucket(ms: number, stepMs: number, zone: Zone): string {
  const from = partsOf(ms, zone)
  const to = partsOf(ms + stepMs, zone)
  const digits = stepMs % 60_000 === 0 ? 5 : 8
  const end = to.date === from.date ? '' : `${to.date} `
  return `${from.date} ${from.time.slice(0, digits)} – ${end}${to.time.slice(0, digits)}`
}

/** What the time picker says of a range. */
export function formatRange(range: TimeRange, span: Span, zone: Zone): string {
  const preset = rangePresets.find(([from]) => from === range.from)
  if (preset !== undefined && range.to === null) return preset[1]
  if (range.from.startsWith('-') && range.to === null) return `Last ${range.from.slice(1)}`
  const from = partsOf(span.fromMs, zone)
  const to = partsOf(span.toMs, zone)
  const digits = (span.fromMs % 60_000) + (span.toMs % 60_000) === 0 ? 5 : 8
  const end = to.date === from.date ? '' : `${to.date} `
  return `${from.date} ${from.time.slice(0, digits)} – ${end}${to.time.slice(0, digits)}`
}

/** How long ago, roughly: `3 min ago`. */
export function formatAgo(ms: number, nowMs: number): string {
  const past = Math.max(0, nowMs - ms)
  if (past < 60_000) return `${Math.round(past / 1_000)} s ago`
  if (past < 3_600_000) return `${Math.round(past / 60_000)} min ago`
  if (past < 48 * 3_600_000) return `${Math.round(past / 3_600_000)} h ago`
  return `${Math.round(past / 86_400_000)} days ago`
}

/** A length of time: `2.4 s`, `3 h`. */
export function formatLength(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${trim(ms / 1_000)} s`
  if (ms < 3_600_000) return `${trim(ms / 60_000)} min`
  if (ms < 86_400_000) return `${trim(ms / 3_600_000)} h`
  return `${trim(ms / 86_400_000)} days`
}

const trim = (value: number): string =>
  value < 10 ? value.toFixed(1).replace('.0', '') : String(Math.round(value))
