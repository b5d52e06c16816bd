/** The range in which all timestamps of a block lie but a few. */
export interface UsualTimes {
  readonly minMs: number
  readonly maxMs: number
  /** The others, ascending; at most `outliersMax`. */
  readonly outliersMs: readonly number[]
}

const outliersMax = 8
/** Events that are this close together have no outliers. */
const spanMinMs = 3_600_000
/** Keeping outliers apart must narrow the range to a quarter. */
const narrowedAtLeast = 4

/**
 * Sets a few timestamps apart, so that an event from 1970 does not make its block one of all times; null when
 * that would not help. Sorts only if the range is wide: 60 ns an event then.
 */
export function usualTimesOf(
  timestampMs: Float64Array,
  count: number,
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
): UsualTimes | null {
  if (!(maxMs - minMs >= spanMinMs)) return null
  const sorted = timestampMs.slice(0, count).sort()
  let low = 0
  let high = count - 1
  for (let left = outliersMax; left > 0 && low < high; left--) {
    const below = (sorted[low + 1] ?? 0) - (sorted[low] ?? 0)
    const above = (sorted[high] ?? 0) - (sorted[high - 1] ?? 0)
    if (below > above) low++
    else high--
    const span = (sorted[high] ?? 0) - (sorted[low] ?? 0)
    if (span * narrowedAtLeast > maxMs - minMs) continue
    const outliersMs = [...sorted.subarray(0, low), ...sorted.subarray(high + 1)]
    return { minMs: sorted[low] ?? 0, maxMs: sorted[high] ?? 0, outliersMs }
  }
  return null
}
