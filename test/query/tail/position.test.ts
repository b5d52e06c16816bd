import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatEventId } from '../../../src/event/event-id.ts'
import {
  comparePlaces,
  endOfMinute,
  eventsThrough,
  lastPlace,
  minuteAfter,
  newestPosition,
  placesOf,
  textOf,
} from '../../../src/query/tail/position.ts'

const minute = 29_400_000
const parts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 })

test('numbers and places of the events of a minute follow from each other', () => {
  fc.assert(
    fc.property(parts, (partRows) => {
      const open = { minute, eventCount: partRows.reduce((sum, rows) => sum + rows, 0), partRows }
      const all = partRows.flatMap((rows, part) =>
        Array.from({ length: rows }, (_, row) => ({ minute, part, row })),
      )
      for (const [number, place] of all.entries()) {
        expect(placesOf(partRows, number, 1)).toEqual([
          { part: place.part, firstRow: place.row, rowCount: 1 },
        ])
        expect(eventsThrough(place, open)).toBe(number + 1)
      }
      const rows = placesOf(partRows, 2, 10).flatMap(({ part, firstRow, rowCount }) =>
        Array.from({ length: rowCount }, (_, i) => ({ minute, part, row: firstRow + i })),
      )
      expect(rows).toEqual(all.slice(2, 12))
      expect(lastPlace(open)).toEqual(all.at(-1) ?? null)
      expect(eventsThrough(endOfMinute(minute), open)).toBe(all.length)
      expect(eventsThrough(endOfMinute(minute - 1), open)).toBe(0)
    }),
    { numRuns: 200, verbose: 1 },
  )
})

test('positions sort as their texts do, and the end of a minute comes before the next', () => {
  const number = fc.integer({ min: 0, max: 0xffff })
  const place = fc.record({ minute: number, part: number, row: number })
  fc.assert(
    fc.property(place, place, (a, b) => {
      expect(Math.sign(comparePlaces(a, b))).toBe(
        textOf(a) < textOf(b) ? -1 : +(textOf(a) > textOf(b)),
      )
    }),
    { numRuns: 500, verbose: 1 },
  )
  expect(textOf(endOfMinute(minute)) < formatEventId({ minute: minute + 1, part: 0, row: 0 })).toBe(
    true,
  )
  expect(minuteAfter(endOfMinute(minute))).toBe(minute + 1)
  expect(minuteAfter({ minute, part: 0xffff, row: 3 })).toBe(minute)
})

test('the newest position is the newest durable event, or the end of what is closed', () => {
  const empty = { minute: minute + 1, eventCount: 0, partRows: [4] }
  const open = { minute, eventCount: 3, partRows: [2, 5] }
  expect(newestPosition([open, empty], minute - 1)).toEqual({ minute, part: 1, row: 0 })
  expect(newestPosition([empty], minute)).toEqual(endOfMinute(minute))
  expect(textOf(newestPosition([], null))).toBe('0000000000000000')
})
