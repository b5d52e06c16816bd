import { isNumberLiteral } from '../language/number-literal.ts'

/**
 * The value of a number as JSON spells it: a bigint only where the literal has neither fraction nor exponent and
 * lies beyond 2^53 - 1 in magnitude. Null: it is none.
 */
export function parseNumber(text: string): number | bigint | null {
  if (!isNumberLiteral(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(value) || /[.eE]/.test(text) ? value : BigInt(text)
}

/** The smallest double that is at least `value`, or above it. A bigint compares with a number exactly. */
export function doubleFrom(value: number | bigint, inclusive: boolean): number {
  const near = Number(value)
  const isRight = inclusive ? near >= value : near > value
  return isRight ? near : nextUp(near)
}

/** The largest double that is at most `value`, or below it. */
export function doubleTo(value: number | bigint, inclusive: boolean): number {
  return -doubleFrom(-value, inclusive)
}

const float = new Float64Array(1)
const bits = new BigInt64Array(float.buffer)

/** The next double; none is above infinity, and NaN says so in every comparison. */
function nextUp(value: number): number {
  if (value === Infinity) return Number.NaN
  // Of both zeros the next is the smallest above.
  float[0] = value === 0 ? 0 : value
  bits[0] = (bits[0] ?? 0n) + (value >= 0 ? 1n : -1n)
  return float[0] ?? 0
}
