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
  const below = { minMs: Infinity, maxMs: -Infinity }
  const above = { minMs: Infinity, maxMs: -Infinity }
  for (let i = 0; i < outliersMs.length; i++) {
    const ms = outliersMs[i] ?? 0
    if (ms < minMs) widen(below, ms)
    else if (ms > maxMs) widen(above, ms)
  }
  return [{ minMs, maxMs }, ...[below, above].filter((span) => span.minMs <= span.maxMs)]
}

function widen(span: { minMs: number; maxMs: number }, ms: number): void {
  if (ms < span.minMs) span.minMs = ms
  if (ms > span.maxMs) span.maxMs = ms
}
