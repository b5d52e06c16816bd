import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Aggregate, StatsRequest, Value } from '../../../src/query/stats/contract.ts'
import { parseBy } from '../../../src/query/stats/request.ts'
import { stats } from '../../../src/query/stats/stats.ts'
import { makeBook, openSource } from '../book-fixture.ts'
import * as words from '../naive/vocabulary.ts'
import { contextOf, wholeBook } from '../search/work-fixture.ts'
import { seedNote } from '../seed.ts'
import { arbitraryPages, plainEvents } from './arbitrary-pages.ts'
import { bucketStart, naiveGroups } from './naive-stats.ts'

/* Gaps filled with zeros, the groups with the most events, and the order of rows, against a plain table. */

const { seed } = seedNote('filled statistics')

const point = fc.constantFrom(-3_600_000, -61_000, 0, 30_000, 120_000, 3_600_000).map((offset) => ({
  ms: words.baseMs + offset,
  nanos: 0,
}))

const aggregates: Aggregate[] = [
  { of: 'count' },
  { of: 'numbers', how: 'sum', field: { of: 'additional', path: 'a' } },
  { of: 'numbers', how: 'avg', field: { of: 'additional', path: 'a' } },
]

const request: fc.Arbitrary<StatsRequest> = fc.record({
  selection: fc.record({
    clock: fc.constantFrom('timestamp' as const, 'received' as const),
    from: fc.option(point, { nil: null }),
    to: fc.option(point, { nil: null }),
    filter: fc.constant(wholeBook.filter),
    query: fc.constant(wholeBook.query),
  }),
  by: fc.constantFrom([], ['facility'], ['level'], ['a'], ['facility', 'level']).map(parseBy),
  every: fc.constantFrom(60_000, 300_000, 7_200_000, 604_800_000),
  fill: fc.boolean(),
  aggregates: fc.constant(aggregates),
  top: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
  order: fc.constant(null),
})

const keyOf = (values: readonly Value[]): string =>
  values.map((value) => `${typeof value} ${String(value)}`).join(' | ')

/** Of each combination of values the buckets with events, and how many there are in each. */
function naiveSeries(asked: StatsRequest, events: ReturnType<typeof plainEvents>) {
  const series = new Map<string, Map<number, number>>()
  for (const { time, values, events: inside } of naiveGroups(asked, events)) {
    const key = keyOf(values)
    const buckets = series.get(key) ?? new Map<number, number>()
    series.set(key, buckets.set(time ?? 0, inside.length))
  }
  return series
}

const totalOf = (buckets: ReadonlyMap<number, number>): number =>
  [...buckets.values()].reduce((sum, count) => sum + count, 0)

test('gaps are filled, and the groups with the most events kept, as in a plain table', async () => {
  let filled = 0
  await fc.assert(
    fc.asyncProperty(
      arbitraryPages,
      fc.array(request, { minLength: 10, maxLength: 10 }),
      async (list, questions) => {
        using made = makeBook(list)
        using reader = openSource(made).reader
        const context = contextOf({ source: { ...openSource(made), reader } })
        const events = plainEvents(list)
        for (const asked of questions) {
          const { fromMs, toMs, rows } = await stats(context, asked)
          const every = asked.every ?? 0
          const columns = asked.by.length
          const wanted = naiveSeries(asked, events)
          const isFilled = asked.fill && toMs > fromMs
          if (asked.by.length === 0 && isFilled) wanted.set('', wanted.get('') ?? new Map())
          const found = new Map<string, Map<number, number>>()
          for (const [time, ...rest] of rows) {
            const key = keyOf(rest.slice(0, columns))
            const buckets = found.get(key) ?? new Map<number, number>()
            expect(buckets.has(Number(time))).toBe(false)
            found.set(key, buckets.set(Number(time), Number(rest[columns])))
            if (rest[columns] !== 0) continue
            filled++
            expect(rest.slice(columns)).toEqual([0, 0, null])
          }
          // Equal totals may be cut either way: their number is what is told.
          const totals = [...wanted.values()].map(totalOf).toSorted((a, b) => b - a)
          const kept = totals.slice(0, asked.top ?? totals.length)
          expect([...found.values()].map(totalOf).toSorted((a, b) => b - a)).toEqual(kept)
          for (const [key, buckets] of found) {
            const expected = new Map(wanted.get(key))
            const endMs = isFilled ? toMs : Number.NEGATIVE_INFINITY
            for (let at = bucketStart(fromMs, every); at < endMs; at += every) {
              if (!expected.has(at)) expected.set(at, 0)
            }
            expect(buckets).toEqual(expected)
          }
          const order = rows.map((row) => [Number(row[0]), -Number(row[columns + 1])])
          const inOrder = order.toSorted(([a = 0, c = 0], [b = 0, d = 0]) => a - b || c - d)
          expect(order).toEqual(inOrder)
        }
      },
    ),
    { numRuns: 60, seed, endOnFailure: true },
  )
  expect(filled).toBeGreaterThan(1_000)
}, 60_000)
