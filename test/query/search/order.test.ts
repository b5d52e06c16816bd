import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatEventId } from '../../../src/event/event-id.ts'
import type { QueryClock, TimePoint } from '../../../src/query/selection.ts'
import { type FixturePage, makeBook, openSource } from '../book-fixture.ts'
import { seedNote } from '../seed.ts'
import type { TypedEvent } from '../typed-event.ts'
import { ask, contextOf, cursorOf, idsOf, wholeBook } from './work-fixture.ts'

const { seed } = seedNote('search order')
const first = 29_400_000
const firstMs = first * 60_000

/** Close together, so that many are equal; and a few that are far away. */
const timestampMs = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: firstMs, max: firstMs + 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: firstMs - 7_200_000, max: firstMs + 7_200_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1000, 253_402_300_799_999) },
)
const nanos = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2, 999_999) },
)

const event: fc.Arbitrary<Omit<TypedEvent, 'receivedMs'>> = fc.record({
  timestampMs,
  timestampNanos: nanos,
  facility: fc.constantFrom('checkout', 'billing'),
  level: fc.integer({ min: 0, max: 7 }),
  event: fc.constantFrom('a', 'b'),
  members: fc.constant([]),
})

const block = fc.oneof(
  { weight: 6, arbitrary: fc.array(event, { minLength: 1, maxLength: 12 }) },
  // Long enough for a range of usual times.
  { weight: 1, arbitrary: fc.array(event, { minLength: 40, maxLength: 90 }) },
)
const book = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      blocks: fc.array(block, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map(pagesOf)

function pagesOf(
  list: readonly { gap: number; blocks: readonly (readonly Omit<TypedEvent, 'receivedMs'>[])[] }[],
): FixturePage[] {
  let minute = first
  return list.map(({ gap, blocks }) => {
    minute += gap
    let received = minute * 60_000
    return {
      minute,
      blocks: blocks.map((events) =>
        events.map((one) => ({ ...one, receivedMs: (received += one.level) })),
      ),
    }
  })
}

const bound: fc.Arbitrary<TimePoint | null> = fc.option(
  fc.record({ ms: fc.integer({ min: firstMs - 5, max: firstMs + 300_000 }), nanos }),
  { nil: null },
)

const question = fc.record({
  clock: fc.constantFrom<QueryClock>('timestamp', 'received'),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  from: bound,
  to: bound,
  level: fc.option(fc.constant<readonly number[]>([0, 1, 2]), { nil: null }),
  limit: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constantFrom(50, 1000)),
})
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never

interface Placed {
  readonly id: string
  readonly event: TypedEvent
}

function placed(pages: readonly FixturePage[]): Placed[] {
  return pages.flatMap(({ minute, blocks }) =>
    blocks.flatMap((events, part) =>
      events.map((one, row) => ({ id: formatEventId({ minute, part, row }), event: one })),
    ),
  )
}

function naive(pages: readonly FixturePage[], asked: Question): string[] {
  const time = ({ event: one }: Placed): TimePoint =>
    asked.clock === 'received'
      ? { ms: one.receivedMs, nanos: 0 }
      : { ms: one.timestampMs, nanos: one.timestampNanos }
  const compare = (a: TimePoint, b: TimePoint): number => a.ms - b.ms || a.nanos - b.nanos
  const found = placed(pages)
    .filter((one) => asked.from === null || compare(time(one), asked.from) >= 0)
    .filter((one) => asked.to === null || compare(time(one), asked.to) < 0)
    .filter((one) => asked.level?.includes(one.event.level) ?? true)
    .sort((a, b) => compare(time(a), time(b)) || (a.id < b.id ? -1 : 1))
  return (asked.order === 'asc' ? found : found.toReversed()).map(({ id }) => id)
}

const selectionOf = ({ clock, from, to, level }: Question) => ({
  ...wholeBook,
  clock,
  from,
  to,
  filter: { ...wholeBook.filter, level },
})

test('a search answers what a naive sort does, at once and page by page', async () => {
  await fc.assert(
    fc.asyncProperty(
      book,
      fc.array(question, { minLength: 1, maxLength: 6 }),
      async (pages, asked) => {
        using made = makeBook(pages)
        using reader = openSource(made).reader
        const context = contextOf({ source: { ...openSource(made), reader } })
        for (const one of asked) {
          const wanted = naive(pages, one)
          const { order } = one
          const selection = selectionOf(one)
          expect(idsOf(await ask(context, { selection, order }))).toEqual(wanted)
          const walked: string[] = []
          let cursor: string | null = null
          do {
            const answer = await ask(context, { selection, order, limit: one.limit, cursor })
            walked.push(...idsOf(answer))
            cursor = cursorOf(answer.next)
          } while (cursor !== null && walked.length <= wanted.length)
          expect(walked).toEqual(wanted)
        }
      },
    ),
    { numRuns: 150, seed },
  )
}, 60_000)
