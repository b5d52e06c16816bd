import type { Selection } from '../selection.ts'
import type { Meter, WorkContext } from '../work/contract.ts'
import { PageTimes, pageTimesOf } from '../work/page-times.ts'

/** The minutes whose pages may hold events in the range of a selection, ascending. About 3 ns a page of the book. */
export async function pageMinutes(
  context: WorkContext,
  { clock, from, to }: Selection,
): Promise<number[]> {
  const { blocks, closedThrough, meter } = context
  const known = blocks.pageTimes?.()
  const times =
    known === undefined
      ? pageTimesOf(blocks.summaries(0, closedThrough, 'asc'))
      : await loaded(known, meter)
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

/** Others get their turn while the times of many pages are read for the first time. */
async function loaded(
  loading: PageTimes | Generator<null, PageTimes>,
  meter: Meter,
): Promise<PageTimes> {
  if (loading instanceof PageTimes) return loading
  for (let step = loading.next(); ; step = loading.next()) {
    if (step.done === true) return step.value
    await meter.turn()
  }
}
