import type { EventTally, Tally } from '../../page/contract.ts'
import type { Selection } from '../selection.ts'
import type { StatsRequest } from './contract.ts'
import type { EventLevels } from './event-levels.ts'
import { TallyCounts } from './tally-counts.ts'

const minuteMs = 60_000

/** Answers a statistic from tallies. */
export interface TallyCounter {
  readonly counts: TallyCounts
  /** Adds a tally's counts; false: it cannot say exactly, and nothing was added. */
  take(tally: Tally): boolean
}

const tallied: ReadonlySet<string> = new Set(['facility', 'event', 'level'])

/**
 * Null: the question is about more than tallies hold. Those hold counts by minute of event time, facility and
 * level; and by facility, event and level with the first and the last time of each pair. Ranges of event time
 * that are asked of minutes must begin and end with one.
 */
export function tallyCounterOf(request: StatsRequest, events: EventLevels): TallyCounter | null {
  const { by, aggregates, selection } = request
  const isCount = aggregates.every(({ of }) => of === 'count' || of === 'rate')
  if (!isCount || selection.query.type !== 'all') return null
  if (!by.every((field) => tallied.has(field.of))) return null
  const counts = new TallyCounts(request, events)
  if (asksMinutes(request)) return minuteCounter(selection, counts)
  const add = (tally: Tally, bucket: number): void => {
    if (counts.ignoresFacility) {
      counts.addEvents(bucket, tally)
      return
    }
    for (const [facility, pairs] of tally.facilities) {
      if (counts.wantsFacility(facility)) counts.addPairs(bucket, facility, pairs)
    }
  }
  const isReceived = selection.clock === 'received'
  return (isReceived ? receivedCounter : pairCounter)(selection, counts, add)
}

/** Whether minutes of event time hold the answer. */
export function asksMinutes({ by, every, selection }: StatsRequest): boolean {
  if (selection.clock === 'received') return false
  if (selection.filter.event !== null || by.some((field) => field.of === 'event')) return false
  return every === null || every % minuteMs === 0
}

function minuteCounter({ from, to }: Selection, counts: TallyCounts): TallyCounter {
  const first = from === null ? -Infinity : from.ms / minuteMs
  const end = to === null ? Infinity : to.ms / minuteMs
  return {
    counts,
    take(tally) {
      if (!tally.exact) return false
      for (const [minute, facilities] of tally.eventTime) {
        if (minute < first || minute >= end) continue
        const bucket = counts.buckets?.at(minute * minuteMs) ?? 0
        for (const [facility, levels] of facilities) {
          if (counts.wantsFacility(facility)) counts.add(bucket, facility, '', levels)
        }
      }
      return true
    },
  }
}

interface Times {
  readonly firstMs: number
  readonly lastMs: number
}

/** Adds all of a tally. */
type AddAll = (tally: Tally, bucket: number) => void

function pairCounter(selection: Selection, counts: TallyCounts, add: AddAll): TallyCounter {
  const bucketOf = (times: Times) => bucketIn(selection, counts, times)
  return {
    counts,
    take(tally) {
      if (!tally.exact) return false
      const whole = bucketOf({ firstMs: tally.timestampMinMs, lastMs: tally.timestampMaxMs })
      if (typeof whole === 'number') add(tally, whole)
      if (whole !== 'cut') return true
      // Some event lies outside, of a clock that is wrong: most pairs are inside all the same.
      const pairs = [...pairsOf(tally, counts)]
      if (pairs.some(([, , pair]) => bucketOf(pair) === 'cut')) return false
      for (const [facility, event, pair] of pairs) {
        const bucket = bucketOf(pair)
        if (typeof bucket === 'number') counts.add(bucket, facility, event, pair.levels)
      }
      return true
    },
  }
}

/** By the server's clock a page lies in the range, or outside, as a whole, but for the pages at its ends. */
function receivedCounter(selection: Selection, counts: TallyCounts, add: AddAll): TallyCounter {
  return {
    counts,
    take(tally) {
      const { receivedMinMs: firstMs, receivedMaxMs: lastMs } = tally
      const bucket = bucketIn(selection, counts, { firstMs, lastMs })
      if (!tally.exact || bucket === 'cut') return false
      if (bucket !== 'outside') add(tally, bucket)
      return true
    },
  }
}

function* pairsOf(tally: Tally, counts: TallyCounts): Generator<[string, string, EventTally]> {
  for (const [facility, events] of tally.facilities) {
    if (!counts.wantsFacility(facility)) continue
    for (const [event, pair] of events) if (counts.wantsEvent(event)) yield [facility, event, pair]
  }
}

/** The one bucket that all of these times are in; the times are whole milliseconds, with any nanoseconds above. */
function bucketIn(
  { from, to }: Selection,
  { buckets }: TallyCounts,
  { firstMs, lastMs }: Times,
): number | 'outside' | 'cut' {
  if (from !== null && lastMs < from.ms) return 'outside'
  if (to !== null && firstMs >= to.ms + (to.nanos > 0 ? 1 : 0)) return 'outside'
  if (from !== null && firstMs < from.ms + (from.nanos > 0 ? 1 : 0)) return 'cut'
  if (to !== null && lastMs >= to.ms) return 'cut'
  if (buckets === null) return 0
  const bucket = buckets.at(firstMs)
  return buckets.at(lastMs) === bucket ? bucket : 'cut'
}
