const spelling = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/**
 * The value of a number as JSON spells it: a bigint only where the literal is an integer without fraction and
 * exponent beyond 2^53 - 1 in magnitude. Null: it is none.
 */
export function parseNumber(text: string): number | bigint | null {
  const match = spelling.exec(text)
  if (match === null) return null
  const value = Number(text)
  const isInteger = match[1] === undefined && match[2] === undefined
  return isInteger && !Number.isSafeInteger(value) ? BigInt(text) : value
}

/** The largest double that is at most `value`. */
export function doubleBelow(value: number | bigint): number {
  const near = Number(value)
  // A comparison of a bigint with a number is exact.
  return near <= value ? near : neighbour(near, -1)
}

/** The smallest double that is at least `value`. */
export function doubleAbove(value: number | bigint): number {
  const near = Number(value)
  return near >= value ? near : neighbour(near, 1)
}

function neighbour(value: number, direction: number): number {
  if (!Number.isFinite(value)) return direction * value > 0 ? value : direction * -Number.MAX_VALUE
  const step = Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE)
  return value + direction * step
}
