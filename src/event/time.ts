/*
 * Times. An instant is whole milliseconds since the epoch (floor) and the nanoseconds above them, 0 to
 * 999,999. Years 0000 to 9999, proleptic Gregorian calendar, UTC, no leap seconds.
 */

export const timestampMinMs = -62_167_219_200_000
export const timestampMaxMs = 253_402_300_799_999

/** Where a parser leaves its result, so that none is allocated for each event. */
export interface Instant {
  ms: number
  nanos: number
}

const zero = 0x30
const daysBefore = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const
const daysIn = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Days since the epoch of a date in the proleptic Gregorian calendar. */
function dayNumber(year: number, month: number, day: number): number {
  // Leap days are counted up to the end of the year before, or of this year from March on.
  const y = month > 2 ? year : year - 1
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return year * 365 + leapDays + (daysBefore[month] ?? 0) + day - 719_528
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const notDigits = 100_000

/** Two digits at `at`, or a number above 9,999 when they are not digits. */
function two(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - zero
  const ones = (bytes[at + 1] ?? 0) - zero
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? notDigits : tens * 10 + ones
}

const shortest = 20

/**
 * Reads RFC 3339 from `bytes[from..to)` into `into`. Returns '' or, in words, what is wrong. Upper or lower
 * case T and Z, any offset, up to nine fraction digits. Cost: 25 ns for the usual 24 bytes.
 */
export function parseTimestamp(bytes: Uint8Array, from: number, to: number, into: Instant): string {
  if (to - from < shortest) return 'RFC 3339 needs a date, a time and an offset'
  const year = two(bytes, from) * 100 + two(bytes, from + 2)
  const month = two(bytes, from + 5)
  const day = two(bytes, from + 8)
  const hour = two(bytes, from + 11)
  const minute = two(bytes, from + 14)
  const second = two(bytes, from + 17)
  const separators =
    bytes[from + 4] === 0x2d &&
    bytes[from + 7] === 0x2d &&
    ((bytes[from + 10] ?? 0) | 0x20) === 0x74 &&
    bytes[from + 13] === 0x3a &&
    bytes[from + 16] === 0x3a
  if (!separators || year > 9999 || day > 99 || hour > 99 || minute > 99 || second > 99) {
    return 'it is not of the form 2026-11-22T12:34:56.789Z'
  }
  if (month < 1 || month > 12) return 'there is no such month'
  if (day < 1 || day > (daysIn[month] ?? 0)) {
    if (month !== 2 || day !== 29 || !isLeap(year)) return 'there is no such day'
  }
  if (hour > 23 || minute > 59) return 'there is no such time of day'
  if (second > 59) return second === 60 ? 'leap seconds are not kept' : 'there is no such second'
  const whole = dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
  into.ms = whole * 1000
  return parseFraction(bytes, from + 19, to, into)
}

/** What the last of n fraction digits counts in nanoseconds. */
const nanosecondsOfDigit = [0, 1e8, 1e7, 1e6, 1e5, 1e4, 1000, 100, 10, 1] as const

/** The rest of a timestamp: fraction and offset. `into.ms` is what stands before them, as if in UTC. */
function parseFraction(bytes: Uint8Array, from: number, to: number, into: Instant): string {
  let at = from
  let nanoseconds = 0
  if (bytes[at] === 0x2e) {
    const start = ++at
    for (; at < to; at++) {
      const digit = (bytes[at] ?? 0) - zero
      if (digit >>> 0 > 9) break
      nanoseconds = nanoseconds * 10 + digit
    }
    const digits = at - start
    if (digits === 0) return 'there is no digit behind the point'
    if (digits > 9) return 'it has more than nine fraction digits'
    nanoseconds *= nanosecondsOfDigit[digits] ?? 1
  }
  const offset = parseOffset(bytes, at, to)
  if (offset === badOffset) return 'its offset is neither Z nor of the form +01:00'
  const ms = into.ms - offset * 60_000 + Math.floor(nanoseconds / 1_000_000)
  if (ms < timestampMinMs || ms > timestampMaxMs) return 'it is outside the years 0000 to 9999'
  into.ms = ms
  into.nanos = nanoseconds % 1_000_000
  return ''
}

const badOffset = 10_000

/** Minutes east of UTC. */
function parseOffset(bytes: Uint8Array, at: number, to: number): number {
  const sign = bytes[at] ?? 0
  if ((sign | 0x20) === 0x7a) return at + 1 === to ? 0 : badOffset
  if ((sign !== 0x2b && sign !== 0x2d) || to - at !== 6 || bytes[at + 3] !== 0x3a) return badOffset
  const hours = two(bytes, at + 1)
  const minutes = two(bytes, at + 4)
  if (hours > 23 || minutes > 59) return badOffset
  const east = hours * 60 + minutes
  return sign === 0x2d ? -east : east
}

const number = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/**
 * Reads a decimal number of milliseconds since the epoch, as JSON spells it. What lies below a millisecond
 * is kept if whole nanoseconds express it exactly. Returns '' or what is wrong.
 */
export function parseEpochMs(text: string, into: Instant): string {
  const match = number.exec(text)
  if (match === null || text.length > 64) return 'it is not a usual decimal number'
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  // In nanoseconds: shift the point by the exponent and by six, and what is left behind it must be zeros.
  const shift = Number(exponent) + 6 - fraction.length
  if (shift > 40 || shift < -80) return 'it is outside the years 0000 to 9999 or too precise'
  const digits = BigInt(whole + fraction)
  const scale = 10n ** BigInt(Math.abs(shift))
  if (shift < 0 && digits % scale !== 0n) return 'it is more precise than a nanosecond'
  const magnitude = shift < 0 ? digits / scale : digits * scale
  const nanoseconds = sign === '-' ? -magnitude : magnitude
  const rest = ((nanoseconds % 1_000_000n) + 1_000_000n) % 1_000_000n
  return setInstant(into, Number((nanoseconds - rest) / 1_000_000n), Number(rest))
}

/** Takes an instant if it is in range. Returns '' or what is wrong. */
export function setInstant(into: Instant, ms: number, nanos: number): string {
  if (!(ms >= timestampMinMs && ms <= timestampMaxMs)) return 'it is outside the years 0000 to 9999'
  into.ms = ms
  into.nanos = nanos
  return ''
}

/** RFC 3339, UTC: three fraction digits, or nine if there are nanoseconds. */
export function formatTimestamp(ms: number, nanos = 0): string {
  const text = new Date(ms).toISOString()
  return nanos === 0 ? text : `${text.slice(0, -1)}${String(nanos).padStart(6, '0')}Z`
}

/** RFC 3339 with nine fraction digits of whole seconds and nanoseconds, as for a msgpack timestamp. */
export function formatNanoTimestamp(seconds: number, nanoseconds: number): string {
  const head = new Date(seconds * 1000).toISOString().slice(0, -5)
  return `${head}.${String(nanoseconds).padStart(9, '0')}Z`
}

export type PeriodUnit = 'minute' | 'hour' | 'day'

export const minutesOf = { minute: 1, hour: 60, day: 1440 } as const

const periodShape = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2})(?::(\d{2}))?Z)?$/

/** Minutes since the epoch of `2026-11-22T12:34Z`, `2026-11-22T12Z` or `2026-11-22`, exactly so spelled. */
export function parsePeriod(text: string, unit: PeriodUnit): number | undefined {
  const period = parseAnyPeriod(text)
  return period?.unit === unit ? period.minute : undefined
}

/** As `parsePeriod`, whichever of the three it is. Undefined before 1970 too: no page is that old. */
export function parseAnyPeriod(text: string): { unit: PeriodUnit; minute: number } | undefined {
  const match = periodShape.exec(text)
  if (match === null) return undefined
  const unit = match[2] === undefined ? 'day' : match[3] === undefined ? 'hour' : 'minute'
  const minute = Date.parse(`${match[1]}T${match[2] ?? '00'}:${match[3] ?? '00'}:00Z`) / 60_000
  // Date.parse lets some days pass that do not exist: only what is written back the same way is one.
  if (!(minute >= 0) || formatPeriod(minute, unit) !== text) return undefined
  return { unit, minute }
}

/** The name of the minute, hour or day that begins at `minute`. */
export function formatPeriod(minute: number, unit: PeriodUnit): string {
  const text = new Date(minute * 60_000).toISOString()
  if (unit === 'day') return text.slice(0, 10)
  return `${text.slice(0, unit === 'hour' ? 13 : 16)}Z`
}

export const parseMinute = (text: string): number | undefined => parsePeriod(text, 'minute')
export const parseHour = (text: string): number | undefined => parsePeriod(text, 'hour')
export const parseDay = (text: string): number | undefined => parsePeriod(text, 'day')
export const formatMinute = (minute: number): string => formatPeriod(minute, 'minute')
export const formatHour = (minute: number): string => formatPeriod(minute, 'hour')
export const formatDay = (minute: number): string => formatPeriod(minute, 'day')
