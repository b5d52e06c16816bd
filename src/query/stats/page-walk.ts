import type { Selection } from '../selection.ts'
import type { WorkContext } from '../work/contract.ts'
import { pageTimesOf } from '../work/page-times.ts'

/** The minutes whose pages may hold events in the range of a selection, ascending. About 3 ns a page of the book. */
export function pageMinutes(context: WorkContext, { clock, from, to }: Selection): number[] {
  const { blocks, closedThrough } = context
  const times = blocks.pageTimes?.() ?? pageTimesOf(blocks.summaries(0, closedThrough, 'asc'))
  const fromMs = from?.ms ?? -Infinity
  const toMs = to?.ms ?? Infinity
  const end = times.endOf(closedThrough)
  const minutes: number[] = []
  for (let page = times.from; page < end; page++) {
    const minute = times.minuteOf(page)
    // What a page received, it received in its minute.
    const isHopeless =
      clock === 'received'
        ? minute * 60_000 > toMs || minute * 60_000 + 59_999 < fromMs
        : times.minMsOf(page) > toMs || times.maxMsOf(page) < fromMs
    if (!isHopeless) minutes.push(minute)
  }
  return minutes
}
