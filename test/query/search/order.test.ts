import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { QueryClock, TimePoint } from '../../../src/query/selection.ts'
import { BlockCache } from '../../../src/query/work/block-cache.ts'
import { type FixturePage, makeBook, openSource } from '../book-fixture.ts'
import { seedNote } from '../seed.ts'
import { arbitraryBook, firstMs, someNanos } from './arbitrary-book.ts'
import { compareTimes, inOrder, placed, timeOf } from './placed.ts'
import { ask, contextOf, cursorOf, idsOf, wholeBook } from './work-fixture.ts'

const { seed } = seedNote('search order')

const bound: fc.Arbitrary<TimePoint | null> = fc.option(
  fc.record({
    ms: fc.integer({ min: firstMs - 5, max: firstMs + 300_000 }),
    nanos: someNanos,
  }),
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

function naive(pages: readonly FixturePage[], asked: Question): string[] {
  const { clock, from, to, level } = asked
  const found = placed(pages)
    .filter((one) => from === null || compareTimes(timeOf(one, clock), from) >= 0)
    .filter((one) => to === null || compareTimes(timeOf(one, clock), to) < 0)
    .filter((one) => level?.includes(one.event.level) ?? true)
  const sorted = inOrder(found, clock).map(({ id }) => id)
  return asked.order === 'asc' ? sorted : sorted.toReversed()
}

const selectionOf = ({ clock, from, to, level }: Question) => ({
  ...wholeBook,
  clock,
  from,
  to,
  filter: { ...wholeBook.filter, level },
})

// A cache that holds everything, and one that holds next to nothing.
for (const bytesMax of [2 ** 24, 3000]) {
  test(`a search answers what a naive sort does, at once and step by step, with ${bytesMax} bytes of cache`, async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryBook,
        fc.array(question, { minLength: 1, maxLength: 6 }),
        async (pages, asked) => {
          using made = makeBook(pages)
          const source = openSource(made)
          using _reader = source.reader
          const context = contextOf({ source, blocks: new BlockCache({ source, bytesMax }) })
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
      { numRuns: 120, seed },
    )
  }, 60_000)
}
