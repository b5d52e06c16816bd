import type { Value } from './contract.ts'

const bigFrom = 2 ** 53
const bigTo = 2 ** 64

/** One value for all that are the same number: 42.0 is 42, -0 is 0, and 2^53 is a bigint however it came. */
export function numberValue(value: number): number | bigint {
  if (value === 0) return 0
  const isBig = value >= bigFrom ? value < bigTo : value <= -bigFrom && value >= -(2 ** 63)
  return isBig ? BigInt(value) : value
}

export function bigintValue(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function rankOf(value: Value): number {
  if (value === null) return 3
  if (typeof value === 'string') return 2
  return typeof value === 'boolean' ? 1 : 0
}

/** An order of all values: numbers, false and true, texts by UTF-16, null. */
export function compareValues(a: Value, b: Value): number {
  const byRank = rankOf(a) - rankOf(b)
  if (byRank !== 0) return byRank
  if (a === null || b === null) return 0
  return a < b ? -1 : a > b ? 1 : 0
}
