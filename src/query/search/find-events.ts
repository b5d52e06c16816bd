import type { WorkContext } from '../work/contract.ts'
import type { Found, Stretch } from './run.ts'
import type { SortKey } from './sort-key.ts'
import { keyAt } from './time-run.ts'

export interface AllFound {
  readonly found: readonly Found[]
  /** Of the last event, when more come after it. */
  readonly last: SortKey | null
}

/** The first `limit` events, and whether there is one more. */
export async function findEvents(
  context: WorkContext,
  events: Iterable<Stretch | null>,
  limit: number,
): Promise<AllFound> {
  const found: Found[] = []
  let left = limit
  let last: SortKey | null = null
  if (limit === 0) return { found, last }
  for (const stretch of events) {
    if (stretch === null) {
      await context.meter.turn()
      continue
    }
    if (left === 0) return { found, last }
    const { run, from } = stretch
    const to = Math.min(stretch.to, from + left)
    // A copy: the run may be long, and is not kept for a few of its rows.
    found.push({ minute: run.minute, entry: run.entry, rows: run.rows.slice(from, to) })
    left -= to - from
    last = keyAt(run, to - 1)
    if (to < stretch.to) return { found, last }
  }
  return { found, last: null }
}
