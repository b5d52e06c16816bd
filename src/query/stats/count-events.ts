import { makeMatcher } from '../match/matcher.ts'
import type { Selection, TimePoint } from '../selection.ts'
import type { WorkContext } from '../work/contract.ts'
import type { StatsAnswer, StatsRequest } from './contract.ts'
import { countTallies } from './count-tallies.ts'
import { EventLevels } from './event-levels.ts'
import { pageMinutes } from './page-walk.ts'
import { scanPage } from './scan-page.ts'
import { asksMinutes, tallyCounterOf } from './tally-counter.ts'
import type { Totals } from './totals.ts'

const minuteMs = 60_000

/** Counts all that a request selects: from tallies what they can say, the rest from the events. */
export async function countEvents(
  context: WorkContext,
  request: StatsRequest,
  totals: Totals,
): Promise<StatsAnswer['source']> {
  const { selection } = request
  // Also where tallies answer everything: a regular expression may be refused.
  const matcher = makeMatcher(selection, () => context.meter.count({}))
  const parts = asksMinutes(request) ? cut(selection) : { middle: selection, edges: [] }
  const counter =
    parts.middle === null
      ? null
      : tallyCounterOf(
          { ...request, selection: parts.middle },
          context.caches?.events ?? new EventLevels(),
        )
  if (counter === null || parts.middle === null) {
    const minutes = await pageMinutes(context, selection)
    for (const minute of minutes) {
      await scanPage(context, matcher, minute, (block, rows) => totals.add(block, rows))
    }
    return 'scan'
  }
  const minutes = await pageMinutes(context, parts.middle)
  const left = await countTallies(context, counter, minutes)
  counter.counts.addTo(totals)
  await scan(context, parts.middle, left, totals)
  for (const edge of parts.edges)
    await scan(context, edge, await pageMinutes(context, edge), totals)
  return left.length < minutes.length || minutes.length === 0 ? 'rollup' : 'scan'
}

async function scan(
  context: WorkContext,
  selection: Selection,
  minutes: readonly number[],
  totals: Totals,
): Promise<void> {
  const matcher = makeMatcher(selection, () => context.meter.count({}))
  for (const minute of minutes) {
    await scanPage(context, matcher, minute, (block, rows) => totals.add(block, rows))
  }
}

/** A range of event time as its whole minutes and what is left of it at both ends. */
function cut(selection: Selection): { middle: Selection | null; edges: readonly Selection[] } {
  const { from, to } = selection
  const first = from === null ? null : minuteFrom(from)
  const end = to === null ? null : { ms: Math.floor(to.ms / minuteMs) * minuteMs, nanos: 0 }
  if (first !== null && end !== null && first.ms >= end.ms) return { middle: null, edges: [] }
  const edges: Selection[] = []
  if (from !== null && first !== null && !isSame(from, first)) {
    edges.push({ ...selection, to: first })
  }
  if (to !== null && end !== null && !isSame(to, end)) edges.push({ ...selection, from: end })
  return { middle: { ...selection, from: first, to: end }, edges }
}

/** The first minute that begins at a time or after it. */
function minuteFrom({ ms, nanos }: TimePoint): TimePoint {
  return { ms: Math.ceil((ms + (nanos > 0 ? 1 : 0)) / minuteMs) * minuteMs, nanos: 0 }
}

const isSame = (a: TimePoint, b: TimePoint): boolean => a.ms === b.ms && a.nanos === b.nanos
