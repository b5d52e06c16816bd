import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Selection } from '../../../src/query/selection.ts'
import { BlockCache } from '../../../src/query/work/block-cache.ts'
import { makeBook, openSource } from '../book-fixture.ts'
import { aim } from '../naive/aim.ts'
import { arbitrarySelection } from '../naive/arbitrary-query.ts'
import type { PlainEvent } from '../naive/plain-event.ts'
import { compareEvents, selects } from '../naive/selects.ts'
import { seedNote } from '../seed.ts'
import { arbitraryPages, plainEvents } from '../stats/arbitrary-pages.ts'
import { ask, contextOf, cursorOf, idsOf } from './work-fixture.ts'

/*
 * Random queries over random books of several pages and blocks, with late and far-off events: a search finds what
 * the naive evaluation finds, in its order, at once and step by step.
 */

const { seed } = seedNote('random searches')

const unfiltered = { from: null, to: null, filter: { facility: null, level: null, event: null } }

/** Three of four without times and filters, so that the query decides. */
const questions = fc.array(
  fc.record({
    selection: arbitrarySelection,
    isWhole: fc.constantFrom(true, true, true, false),
    order: fc.constantFrom('asc' as const, 'desc' as const),
    limit: fc.integer({ min: 1, max: 9 }),
    choices: fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 12 }),
  }),
  { minLength: 50, maxLength: 50 },
)

function naive(
  selection: Selection,
  order: 'asc' | 'desc',
  events: readonly PlainEvent[],
): string[] {
  const ids = events
    .filter((event) => selects(selection, event))
    // By the server's clock a search goes in the order of ids, in which events were received.
    .toSorted((a, b) =>
      selection.clock === 'received' ? (a.id < b.id ? -1 : 1) : compareEvents(a, b, 'timestamp'),
    )
    .map(({ id }) => id)
  return order === 'asc' ? ids : ids.toReversed()
}

test('a search finds what the naive evaluation finds, in its order', async () => {
  let some = 0
  let all = 0
  let asked = 0
  await fc.assert(
    fc.asyncProperty(arbitraryPages, questions, async (pages, list) => {
      using made = makeBook(pages)
      const source = openSource(made)
      using _reader = source.reader
      const context = contextOf({ source, blocks: new BlockCache({ source, bytesMax: 2 ** 22 }) })
      const events = plainEvents(pages)
      for (const { selection: drawn, isWhole, order, limit, choices } of list) {
        const query = aim(drawn.query, events, choices)
        const selection = { ...drawn, ...(isWhole ? unfiltered : {}), query }
        const wanted = naive(selection, order, events)
        const found = idsOf(await ask(context, { selection, order }))
        expect({ selection, found }).toEqual({ selection, found: wanted })
        const first = await ask(context, { selection, order, limit })
        const cursor = cursorOf(first.next)
        const rest = cursor === null ? [] : idsOf(await ask(context, { selection, order, cursor }))
        expect([...idsOf(first), ...rest]).toEqual(wanted)
        asked++
        if (wanted.length > 0) some++
        if (wanted.length === events.length) all++
      }
    }),
    { numRuns: 25, seed },
  )
  expect(asked).toBe(1_250)
  // Questions that find nothing, or everything, would show nothing.
  expect(some / asked).toBeGreaterThan(0.3)
  expect(all / asked).toBeLessThan(0.5)
}, 120_000)
