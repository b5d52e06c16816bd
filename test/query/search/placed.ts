import { formatEventId } from '../../../src/event/event-id.ts'
import type { QueryClock, TimePoint } from '../../../src/query/selection.ts'
import type { FixturePage } from '../book-fixture.ts'
import type { TypedEvent } from '../typed-event.ts'

/** An event of a book and its id. */
export interface Placed {
  readonly id: string
  readonly event: TypedEvent
}

export function placed(pages: readonly FixturePage[]): Placed[] {
  return pages.flatMap(({ minute, blocks }) =>
    blocks.flatMap((events, part) =>
      events.map((event, row) => ({ id: formatEventId({ minute, part, row }), event })),
    ),
  )
}

export function timeOf({ event }: Placed, clock: QueryClock): TimePoint {
  return clock === 'received'
    ? { ms: event.receivedMs, nanos: 0 }
    : { ms: event.timestampMs, nanos: event.timestampNanos }
}

export function compareTimes(a: TimePoint, b: TimePoint): number {
  return a.ms - b.ms || a.nanos - b.nanos
}

/** Oldest first; the id decides between equal times. */
export function inOrder(list: readonly Placed[], clock: QueryClock): Placed[] {
  return list.toSorted(
    (a, b) => compareTimes(timeOf(a, clock), timeOf(b, clock)) || (a.id < b.id ? -1 : 1),
  )
}
