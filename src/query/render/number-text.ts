import assert from 'node:assert'
import type { Output } from './output.ts'

const zero = 0x30
const minus = 0x2d
const point = 0x2e

/** Beyond this a decimal of that many digits no longer names one double, or `${n}` turns to exponents. */
const exactDigitsLimit = 1e15

/** Decimal digits of a whole number of at most 2^53 - 1 in magnitude. About 8 ns for six digits. */
export function writeInt(out: Output, value: number): void {
  out.reserve(17)
  let rest = value
  if (rest < 0) {
    out.bytes[out.at++] = minus
    rest = -rest
  }
  if (rest < 1e9) {
    writeDigits(out, rest, digitCount(rest))
    return
  }
  const high = Math.floor(rest / 1e9)
  writeDigits(out, high, digitCount(high))
  writeDigits(out, rest - high * 1e9, 9)
}

/** The lowest `count` decimal digits of `value`, a whole number below 10^9, with leading zeros. */
export function writeDigits(out: Output, value: number, count: number): void {
  out.reserve(count)
  const bytes = out.bytes
  let rest = value | 0
  for (let i = out.at + count - 1; i >= out.at; i--) {
    const tenth = (rest / 10) | 0
    bytes[i] = zero + rest - tenth * 10
    rest = tenth
  }
  out.at += count
}

function digitCount(value: number): number {
  if (value < 1e4) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4
  if (value < 1e6) return value < 1e5 ? 5 : 6
  return value < 1e8 ? (value < 1e7 ? 7 : 8) : 9
}

/** A double as a JSON number that is read as a double again: a whole one gets `.0` or an exponent. */
export function writeDouble(out: Output, value: number): void {
  const thousands = Math.round(value * 1000)
  // Fast path: up to three decimals. A decimal of at most 15 digits that reads as this double is also
  // the shortest one that does, which is what `${value}` would find at many times the cost.
  if (Math.abs(thousands) < exactDigitsLimit && thousands / 1000 === value) {
    writeThousands(out, value, thousands)
    return
  }
  assert(Number.isFinite(value), 'the decoders refuse doubles that are not finite')
  const text = `${value}`
  out.ascii(text)
  if (Number.isInteger(value) && !text.includes('e')) out.ascii('.0')
}

function writeThousands(out: Output, value: number, thousands: number): void {
  out.reserve(22)
  let rest = thousands
  if (rest < 0 || Object.is(value, -0)) {
    out.bytes[out.at++] = minus
    rest = -rest
  }
  const whole = Math.floor(rest / 1000)
  let fraction = rest - whole * 1000
  writeInt(out, whole)
  out.bytes[out.at++] = point
  let digits = 3
  while (digits > 1 && fraction % 10 === 0) {
    fraction /= 10
    digits--
  }
  writeDigits(out, fraction, digits)
}

/** A 64-bit integer of two 32-bit halves. */
export function bigintOf(low: number, high: number, signed: boolean): bigint {
  const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
  return signed ? BigInt.asIntN(64, value) : value
}
