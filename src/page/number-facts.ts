export interface NumberFacts {
  readonly count: number
  /** Whether all are whole, at most 2^53 - 1 in magnitude and none is -0. */
  readonly isWhole: boolean
  /** Over all that are not NaN; Infinity and -Infinity when there is none. */
  readonly min: number
  readonly max: number
  readonly hasNan: boolean
  /** Of `isWhole` only: differences of neighbours, and runs of equal ones. */
  readonly deltaMin: number
  readonly deltaMax: number
  readonly runCount: number
}

/** One pass, about 2 ns a number. */
export function factsOf(values: Float64Array, count: number): NumberFacts {
  let min = Infinity
  let max = -Infinity
  let deltaMin = Infinity
  let deltaMax = -Infinity
  let runCount = 0
  let isWhole = true
  let hasNan = false
  let before = NaN
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0
    if (value < min) min = value
    if (value > max) max = value
    if (value !== before) runCount++
    const delta = value - before
    if (delta < deltaMin) deltaMin = delta
    if (delta > deltaMax) deltaMax = delta
    if (value !== Math.floor(value) || (value === 0 && 1 / value < 0)) {
      isWhole = false
      if (value !== value) hasNan = true
    }
    before = value
  }
  if (min < -Number.MAX_SAFE_INTEGER || max > Number.MAX_SAFE_INTEGER) isWhole = false
  return { count, isWhole, min, max, hasNan, deltaMin, deltaMax, runCount }
}

/** Bytes that hold 0 to `range`, which is below 2^48. */
export function widthOf(range: number): number {
  let width = 1
  for (let limit = 0x100; range >= limit; limit *= 0x100) width++
  return width
}
