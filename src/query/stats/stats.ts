import type { Selection } from '../selection.ts'
import type { Job, WorkContext } from '../work/contract.ts'
import type { StatsAnswer, StatsRequest } from './contract.ts'
import { countEvents } from './count-events.ts'
import { columnsOf } from './request.ts'
import { type TableRange, tableOf } from './table.ts'
import { Totals } from './totals.ts'

/**
 * Counts events by groups. Throws QueryLimit, DamagedPage, Cancelled and, for a regular expression that RE2
 * does not take, QuerySyntaxError.
 */
export const stats: Job<StatsRequest, StatsAnswer> = async (context, request) => {
  const started = performance.now()
  const totals = new Totals(request, context.meter)
  const source = await countEvents(context, request, totals)
  const range = rangeOf(context, request.selection)
  const rows = tableOf(request, totals, range, context.meter)
  const { minutes, blocks, bytes } = context.meter.scanned
  return {
    ...range,
    columns: columnsOf(request),
    rows,
    source,
    scanned: { minutes, blocks, bytes },
    tookMs: Math.round((performance.now() - started) * 10) / 10,
  }
}

/** An open end is that of the book, and nothing is counted beyond the newest closed minute. */
function rangeOf(context: WorkContext, { from, to }: Selection): TableRange {
  const { firstMinute, droppedBefore } = context.source.reader.state()
  const closedMs = (context.closedThrough + 1) * 60_000
  const firstMs = Math.max(firstMinute ?? 0, droppedBefore ?? 0) * 60_000
  const toMs = Math.min(to?.ms ?? closedMs, closedMs)
  return { fromMs: Math.min(from?.ms ?? firstMs, toMs), toMs }
}
