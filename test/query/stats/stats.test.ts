import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Field } from '../../../src/query/language/ast.ts'
import {
  type Aggregate,
  numberFunctions,
  type StatsAnswer,
  type StatsRequest,
  type Value,
} from '../../../src/query/stats/contract.ts'
import { stats } from '../../../src/query/stats/stats.ts'
import { makeBook, openSource } from '../book-fixture.ts'
import { aim } from '../naive/aim.ts'
import { arbitraryQuery } from '../naive/arbitrary-query.ts'
import type { PlainEvent } from '../naive/plain-event.ts'
import * as words from '../naive/vocabulary.ts'
import { contextOf, wholeBook } from '../search/work-fixture.ts'
import { seedNote } from '../seed.ts'
import { arbitraryPages, plainEvents } from './arbitrary-pages.ts'
import { naiveAggregate, naiveGroups } from './naive-stats.ts'

const { seed } = seedNote('stats')
const path = fc.constantFrom('a', 'a', 'b', 'a.b', 'A', 'level')
const additional: fc.Arbitrary<Field> = path.map((one) => ({ of: 'additional', path: one }))
const talliedField = fc.constantFrom<Field>({ of: 'facility' }, { of: 'level' }, { of: 'event' })
const field = fc.oneof(
  { weight: 5, arbitrary: talliedField },
  { weight: 5, arbitrary: additional },
  { weight: 1, arbitrary: fc.constantFrom<Field>({ of: 'timestamp' }, { of: 'id' }) },
)

const aggregate: fc.Arbitrary<Aggregate> = fc.oneof(
  fc.constant<Aggregate>({ of: 'rate' }),
  field.map((one): Aggregate => ({ of: 'distinct', field: one })),
  fc
    .tuple(fc.constantFrom(...numberFunctions), additional)
    .map(([how, one]): Aggregate => ({ of: 'numbers', how, field: one })),
  fc
    .constantFrom('min' as const, 'max' as const)
    .map((how): Aggregate => ({ of: 'numbers', how, field: { of: 'received' } })),
)

const point = fc.record({
  ms: fc
    .constantFrom(-3_600_000, -60_000, -1, 0, 0, 1, 60_000, 120_000, 3_600_000)
    .map((offset) => words.baseMs + offset),
  nanos: fc.constantFrom(0, 0, 1, 999_999),
})

const selection = fc.record({
  clock: fc.constantFrom('timestamp' as const, 'timestamp' as const, 'received' as const),
  from: fc.option(point, { nil: null }),
  to: fc.option(point, { nil: null }),
  filter: fc.record({
    facility: fc.option(fc.subarray(words.facilities), { nil: null, freq: 2 }),
    level: fc.option(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]), { nil: null, freq: 2 }),
    event: fc.option(fc.subarray(words.eventTexts), { nil: null, freq: 2 }),
  }),
  query: fc.constant(wholeBook.query),
})

/** Of a book of minutes and clocks that are off by decades: a bucket is long enough to be filled up. */
const every = fc.constantFrom(null, null, 1000, 60_000, 300_000, 3_600_000, 86_400_000, 604_800_000)

const request: fc.Arbitrary<StatsRequest> = fc.record({
  selection,
  by: fc.uniqueArray(field, { maxLength: 3, selector: (one) => JSON.stringify(one) }),
  every,
  fill: fc.constant(false),
  aggregates: fc
    .uniqueArray(aggregate, { maxLength: 3, selector: (one) => JSON.stringify(one) })
    .map((list): Aggregate[] => [{ of: 'count' }, ...list]),
  top: fc.constant(null),
  order: fc.constant(null),
})

/** Questions that tallies can answer. */
const talliedRequest: fc.Arbitrary<StatsRequest> = fc.record({
  selection,
  by: fc.uniqueArray(talliedField, { maxLength: 3, selector: (one) => one.of }),
  every,
  fill: fc.constant(false),
  aggregates: fc.constant<Aggregate[]>([{ of: 'count' }, { of: 'rate' }]),
  top: fc.constant(null),
  order: fc.constant(null),
})

/** Rows as texts, in an order of their own; numbers that are added up to 12 digits. */
const shown = (value: Value): string =>
  typeof value === 'number' && !Number.isInteger(value)
    ? `number ${value.toPrecision(9)}`
    : `${typeof value} ${value}`

function naiveRows(asked: StatsRequest, answer: StatsAnswer, events: PlainEvent[]): string[] {
  return naiveGroups(asked, events)
    .map(({ time, values, events: inside }) => {
      const length = answer.toMs - answer.fromMs
      const shared =
        time === null || asked.every === null
          ? length
          : Math.min(time + asked.every, answer.toMs) - Math.max(time, answer.fromMs)
      const ms = time !== null && shared <= 0 ? (asked.every ?? 0) : shared
      const results = asked.aggregates.map((one) =>
        one.of === 'rate' && ms <= 0 ? null : naiveAggregate(one, inside, ms / 1000),
      )
      return [...(time === null ? [] : [time]), ...values, ...results].map(shown).join(' | ')
    })
    .toSorted()
}

const rowsOf = (answer: StatsAnswer): string[] =>
  answer.rows.map((row) => row.map(shown).join(' | ')).toSorted()

test('groups and aggregates are those of the naive evaluation', async () => {
  const choices = fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 12 })
  const asks = fc.array(fc.tuple(request, arbitraryQuery, choices, fc.boolean()), {
    minLength: 12,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(arbitraryPages, asks, async (list, asked) => {
      using made = makeBook(list)
      using reader = openSource(made).reader
      const context = contextOf({ source: { ...openSource(made), reader } })
      const events = plainEvents(list)
      for (const [one, query, how, hasQuery] of asked) {
        const aimed = hasQuery ? aim(query, events, how) : one.selection.query
        const whole = { ...one, selection: { ...one.selection, query: aimed } }
        const answer = await stats(context, whole)
        expect(rowsOf(answer)).toEqual(naiveRows(whole, answer, events))
      }
    }),
    { numRuns: 60, seed },
  )
}, 60_000)

test('tallies answer what a scan does, and what the naive evaluation does', async () => {
  let fromTallies = 0
  let count = 0
  await fc.assert(
    fc.asyncProperty(
      arbitraryPages,
      fc.array(talliedRequest, { minLength: 12, maxLength: 12 }),
      async (list, asked) => {
        using made = makeBook(list, (list.at(-1)?.minute ?? 0) + 1500)
        using reader = openSource(made).reader
        const context = contextOf({ source: { ...openSource(made), reader } })
        const events = plainEvents(list)
        for (const one of asked) {
          const answer = await stats(context, one)
          expect(rowsOf(answer)).toEqual(naiveRows(one, answer, events))
          // NOT (NOT *) is everything, and no question for tallies.
          const all = { type: 'not', part: { type: 'not', part: { type: 'all' } } } as const
          const scanned = await stats(context, {
            ...one,
            selection: { ...one.selection, query: all },
          })
          expect(scanned.source).toBe('scan')
          expect(scanned.rows).toEqual(answer.rows)
          if (answer.source === 'rollup') fromTallies++
          count++
        }
      },
    ),
    { numRuns: 60, seed },
  )
  expect(fromTallies / count).toBeGreaterThan(0.3)
}, 60_000)
