import { type EventPlace, formatEventId } from '../../event/event-id.ts'
import type { RowPlace } from '../../ring/ring-batch.ts'
import type { OpenMinute } from '../../ring/ring.ts'

/*
 * A tail's position is an event's place: that event and all before it have been looked at. The place behind
 * the last event that a minute can have stands for the whole minute, so that a tail goes on although no event comes.
 */

const last = 0xffff

export const endOfMinute = (minute: number): EventPlace => ({ minute, part: last, row: last })

export const beforeEverything: EventPlace = { minute: 0, part: 0, row: 0 }

export const textOf = (position: EventPlace): string => formatEventId(position)

/** Negative: `a` comes before `b`. */
export function comparePlaces(a: EventPlace, b: EventPlace): number {
  return a.minute - b.minute || a.part - b.part || a.row - b.row
}

/** The first minute that may hold events behind a position. */
export function minuteAfter({ minute, part, row }: EventPlace): number {
  return part === last && row === last ? minute + 1 : minute
}

/** How many events of an open minute a position has behind it, those included that are not durable yet. */
export function eventsThrough(position: EventPlace, { minute, partRows }: OpenMinute): number {
  if (position.minute !== minute) return position.minute < minute ? 0 : Number.POSITIVE_INFINITY
  let events = 0
  for (const [part, rows] of partRows.entries()) {
    if (part > position.part) break
    events += part < position.part ? rows : Math.min(rows, position.row + 1)
  }
  return events
}

/** The places of the events of a minute from the one numbered `from` on. */
export function placesOf(partRows: readonly number[], from: number, count: number): RowPlace[] {
  const places: RowPlace[] = []
  let first = 0
  for (const [part, rows] of partRows.entries()) {
    const begin = Math.max(from, first)
    const end = Math.min(from + count, first + rows)
    if (begin < end) places.push({ part, firstRow: begin - first, rowCount: end - begin })
    first += rows
  }
  return places
}

/** The newest durable event of the open minutes, or the end of the newest closed one. */
export function newestPosition(
  minutes: readonly OpenMinute[],
  closedThrough: number | null,
): EventPlace {
  for (const open of minutes.toReversed()) {
    const place = lastPlace(open)
    if (place !== null) return place
  }
  return closedThrough === null ? beforeEverything : endOfMinute(closedThrough)
}

/** The newest durable event of an open minute. */
export function lastPlace({ minute, eventCount, partRows }: OpenMinute): EventPlace | null {
  const [place] = eventCount === 0 ? [] : placesOf(partRows, eventCount - 1, 1)
  return place === undefined ? null : { minute, part: place.part, row: place.firstRow }
}
