import type { BlockEntry } from '../../page/contract.ts'
import type { Span } from './time-run.ts'

/**
 * The times of a block in pieces: the usual ones, and outliers before and after them, so that an event
 * from 1970 does not make its block one that has to be open from 1970 on.
 */
export function piecesOf(entry: BlockEntry): readonly Span[] {
  const { usualTimes } = entry
  if (usualTimes === undefined) {
    return [{ minMs: entry.timestampMinMs, maxMs: entry.timestampMaxMs }]
  }
  const { minMs, maxMs, outliersMs } = usualTimes
  const below = outliersMs.filter((ms) => ms < minMs)
  const above = outliersMs.filter((ms) => ms > maxMs)
  return [{ minMs, maxMs }, ...spanOf(below), ...spanOf(above)]
}

function spanOf(times: readonly number[]): readonly Span[] {
  return times.length === 0 ? [] : [{ minMs: Math.min(...times), maxMs: Math.max(...times) }]
}
