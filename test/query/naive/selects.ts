import type { QueryClock, Selection, TimePoint } from '../../../src/query/selection.ts'
import { matches } from './matches.ts'
import type { PlainEvent } from './plain-event.ts'

/** Whether an event is one that a selection is about. */
export function selects(selection: Selection, event: PlainEvent): boolean {
  const { from, to, clock, filter, query } = selection
  const time = timeOf(event, clock)
  if (from !== null && compareTimes(time, from) < 0) return false
  if (to !== null && compareTimes(time, to) >= 0) return false
  if (filter.facility !== null && !filter.facility.includes(event.facility)) return false
  if (filter.level !== null && !filter.level.includes(event.level)) return false
  if (filter.event !== null && !filter.event.includes(event.event)) return false
  return matches(query, event)
}

/** The order of answers, ascending: by the time of the clock, then by id. */
export function compareEvents(a: PlainEvent, b: PlainEvent, clock: QueryClock): number {
  const byTime = compareTimes(timeOf(a, clock), timeOf(b, clock))
  if (byTime !== 0) return byTime
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function timeOf(event: PlainEvent, clock: QueryClock): TimePoint {
  return clock === 'timestamp'
    ? { ms: event.timestampMs, nanos: event.timestampNanos }
    : { ms: event.receivedMs, nanos: 0 }
}

function compareTimes(a: TimePoint, b: TimePoint): number {
  return a.ms === b.ms ? a.nanos - b.nanos : a.ms - b.ms
}
