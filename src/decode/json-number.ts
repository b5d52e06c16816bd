import { Kind } from '../event/kind.ts'
import { type JsonState } from './json-state.ts'
import { type failed, malformed, refuse } from './scan-state.ts'

const zero = 0x30
const minus = 0x2d
const point = 0x2e

/** Powers of ten that a double holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))

/** Digits that always fit 2^53. */
const safeDigits = 15

/**
 * Reads a number; leaves its kind and value. A literal without fraction and exponent is an integer, any other
 * a double. Doubles by Clinger's fast path: a mantissa below 2^53 and a power of ten up to 22 are both
 * exact, so one division rounds correctly. Cost: about 1.5 ns a digit.
 */
export function scanNumber(s: JsonState, from: number): number {
  const src = s.src
  const negative = src[from] === minus
  const first = negative ? from + 1 : from
  let p = first
  let mantissa = 0
  let digit = ((src[p] ?? 0) - zero) >>> 0
  while (digit <= 9) {
    mantissa = mantissa * 10 + digit
    digit = ((src[++p] ?? 0) - zero) >>> 0
  }
  const wholeDigits = p - first
  if (wholeDigits === 0 || (wholeDigits > 1 && src[first] === zero)) {
    return malformed(
      s,
      first,
      wholeDigits === 0 ? 'a value is missing' : 'a number has a leading zero',
    )
  }
  let fractionDigits = 0
  if (src[p] === point) {
    const start = ++p
    digit = ((src[p] ?? 0) - zero) >>> 0
    while (digit <= 9) {
      mantissa = mantissa * 10 + digit
      digit = ((src[++p] ?? 0) - zero) >>> 0
    }
    fractionDigits = p - start
    if (fractionDigits === 0) return malformed(s, p, 'a digit must follow the point of a number')
  }
  if (((src[p] ?? 0) | 0x20) === 0x65) return scanExponent(s, from, p + 1)
  if (wholeDigits + fractionDigits > safeDigits) {
    if (fractionDigits === 0) return longInteger(s, from, p)
    return slowDouble(s, from, p)
  }
  if (fractionDigits === 0 && !(negative && mantissa === 0)) s.numberKind = Kind.Int
  else {
    s.numberKind = Kind.Double
    mantissa /= powers[fractionDigits] ?? 1
  }
  s.number = negative ? -mantissa : mantissa
  return p
}

function scanExponent(s: JsonState, from: number, at: number): number {
  const src = s.src
  let p = src[at] === 0x2b || src[at] === minus ? at + 1 : at
  const start = p
  while ((src[p] ?? 0) >= zero && (src[p] ?? 0) <= 0x39) p++
  if (p === start) return malformed(s, p, 'a digit must follow the exponent sign of a number')
  return slowDouble(s, from, p)
}

/** Any double, by the runtime's correctly rounding parser. */
function slowDouble(s: JsonState, from: number, to: number): number {
  if (to - from > s.limits.eventBytesMax) {
    return refuse(s, 'event-too-large', from, 'the number alone is longer than an event may be')
  }
  const value = Number(asciiOf(s.src, from, to))
  if (!Number.isFinite(value)) {
    return refuse(s, 'number-out-of-range', from, 'the number is beyond the range of a double')
  }
  s.numberKind = Kind.Double
  s.number = value
  return to
}

/** An integer of 16 digits or more: exact up to 64 bits, refused beyond. */
function longInteger(s: JsonState, from: number, to: number): number {
  if (to - from > 21) return tooLong(s, from)
  const value = BigInt(asciiOf(s.src, from, to))
  if (value >= -0x1f_ffff_ffff_ffffn && value <= 0x1f_ffff_ffff_ffffn) {
    s.numberKind = Kind.Int
    s.number = Number(value)
    return to
  }
  if (value < -0x8000_0000_0000_0000n || value > 0xffff_ffff_ffff_ffffn) return tooLong(s, from)
  s.numberKind = value > 0x7fff_ffff_ffff_ffffn ? Kind.Uint64 : Kind.Int64
  s.low = Number(value & 0xffff_ffffn)
  s.high = Number((value >> 32n) & 0xffff_ffffn)
  return to
}

function tooLong(s: JsonState, from: number): typeof failed {
  return refuse(s, 'number-out-of-range', from, 'an integer must fit 64 bits, signed or unsigned')
}

/** `bytes[from..to)`, which are ASCII, as a string. */
export function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i] ?? 0)
  return text
}
