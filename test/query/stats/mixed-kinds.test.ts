import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { Kind } from '../../../src/event/kind.ts'
import {
  type Aggregate,
  numberFunctions,
  type StatsRequest,
} from '../../../src/query/stats/contract.ts'
import { parseBy } from '../../../src/query/stats/request.ts'
import { stats } from '../../../src/query/stats/stats.ts'
import { type FixturePage, makeBook, openSource } from '../book-fixture.ts'
import type { Leaf } from '../leaf.ts'
import { contextOf, wholeBook } from '../search/work-fixture.ts'
import { seedNote } from '../seed.ts'
import type { TypedEvent, TypedValue } from '../typed-event.ts'
import { plainEvents } from './arbitrary-pages.ts'
import { naiveAggregate, naiveGroups } from './naive-stats.ts'

/*
 * Every aggregate of one field that holds values of all kinds, spelled alike where they can be, over pages and
 * blocks: each is compared with the naive one.
 */

const { seed } = seedNote('mixed kinds')
const minute = 29_400_000

const list: Leaf = [42n, '42', 1.5, [true, null, 42], new Map<string, Leaf>([['w', 1n]])]
const values: readonly (TypedValue | null)[] = [
  { kind: Kind.Int, value: 42 },
  { kind: Kind.Double, value: 42 },
  { kind: Kind.Text, value: '42' },
  { kind: Kind.Bool, value: true },
  { kind: Kind.Text, value: 'true' },
  { kind: Kind.Null },
  { kind: Kind.Text, value: 'null' },
  { kind: Kind.Text, value: '' },
  { kind: Kind.Int64, value: 9_007_199_254_740_993n },
  { kind: Kind.Text, value: '9007199254740993' },
  { kind: Kind.Double, value: -0 },
  { kind: Kind.Int, value: 0 },
  { kind: Kind.Time, seconds: 1_795_350_000, nanos: 5 },
  { kind: Kind.Bytes, value: Buffer.from('42') },
  { kind: Kind.Json, leaf: list },
  { kind: Kind.Msgpack, leaf: list },
  { kind: Kind.Json, leaf: [] },
  null,
]

const value = fc.oneof(
  fc.constantFrom(...values),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((number): TypedValue => {
    return { kind: Kind.Double, value: number }
  }),
)

/** 32 events have fewer than 64 numbers, unless most of them are lists: quantiles are exact. */
const pages: fc.Arbitrary<FixturePage[]> = fc
  .array(
    fc.array(fc.array(value, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 2 }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((drawn) =>
    drawn.map((blocks, i) => ({
      minute: minute + i,
      blocks: blocks.map((block) => block.map((one, row) => eventOf(minute + i, row, one))),
    })),
  )

function eventOf(of: number, row: number, one: TypedValue | null): TypedEvent {
  const receivedMs = of * 60_000 + row
  return {
    receivedMs,
    timestampMs: receivedMs,
    timestampNanos: 0,
    facility: 'shop',
    level: row % 3,
    event: 'e',
    members: one === null ? [] : [{ path: ['v'], value: one }],
  }
}

const [v] = parseBy(['v'])
const aggregates: Aggregate[] =
  v === undefined
    ? []
    : [
        { of: 'count' },
        { of: 'distinct', field: v },
        ...numberFunctions.map((how): Aggregate => ({ of: 'numbers', how, field: v })),
      ]

const requestOf = (by: string[], all: Aggregate[]): StatsRequest => ({
  selection: wholeBook,
  by: parseBy(by),
  every: null,
  fill: false,
  aggregates: all,
  top: null,
  order: null,
})

/** Sums are added in another order. */
const shown = (one: unknown): string =>
  typeof one === 'number' ? `number ${(one + 0).toPrecision(9)}` : `${typeof one} ${String(one)}`

test('each aggregate of values of all kinds is the naive one', async () => {
  await fc.assert(
    fc.asyncProperty(pages, async (drawn) => {
      using made = makeBook(drawn)
      using reader = openSource(made).reader
      const context = contextOf({ source: { ...openSource(made), reader } })
      const events = plainEvents(drawn)
      for (const by of [[], ['level'], ['v'], ['v', 'level']]) {
        const request = requestOf(by, aggregates)
        const { rows } = await stats(context, request)
        const wanted = naiveGroups(request, events).map((group) => [
          ...group.values,
          ...aggregates.map((one) => naiveAggregate(one, group.events, 1)),
        ])
        const texts = (list: readonly (readonly unknown[])[]): string[] =>
          list.map((row) => row.map(shown).join(' | ')).toSorted()
        expect(texts(rows)).toEqual(texts(wanted))
      }
    }),
    { numRuns: 150, seed },
  )
}, 60_000)

test('each percentile of many numbers is that one, within its error', async () => {
  const numbers = Array.from({ length: 3_000 }, (_, i) => ((i * 7_919) % 3_000) + 1)
  const blocks = [numbers.slice(0, 1_000), numbers.slice(1_000)].map((part) =>
    part.map((one, row) => eventOf(minute, row, { kind: Kind.Int, value: one })),
  )
  using made = makeBook([{ minute, blocks }])
  using reader = openSource(made).reader
  const context = contextOf({ source: { ...openSource(made), reader } })
  const { rows } = await stats(context, requestOf([], aggregates))
  const [, , ...found] = rows[0] ?? []
  const wanted = [4_501_500, 1_500.5, 1, 3_000, 1_500, 2_700, 2_850, 2_970, 2_997]
  expect(found).toHaveLength(wanted.length)
  for (const [i, exact] of wanted.entries()) {
    expect(Math.abs(Number(found[i]) / exact - 1)).toBeLessThan(0.002)
  }
})
