import fc from 'fast-check'
import type { FixturePage } from '../book-fixture.ts'
import { arbitraryTypedEvent } from '../naive/arbitrary-event.ts'
import { type PlainEvent, plainOf } from '../naive/plain-event.ts'
import * as words from '../naive/vocabulary.ts'
import type { TypedEvent } from '../typed-event.ts'

/* Random books of several pages, with events of every kind that are late, early and far off. */

const firstMinute = words.baseMs / 60_000

export const arbitraryPages: fc.Arbitrary<FixturePage[]> = fc
  .array(
    fc.record({
      gap: fc.constantFrom(1, 1, 1, 2, 30),
      blocks: fc.array(
        fc.array(arbitraryTypedEvent, { minLength: 1, maxLength: 10, size: 'max' }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map(placed)

function placed(
  list: readonly { gap: number; blocks: readonly (readonly TypedEvent[])[] }[],
): FixturePage[] {
  let minute = firstMinute
  return list.map(({ gap, blocks }) => {
    minute += gap
    const receivedMs = minute * 60_000
    return {
      minute,
      blocks: blocks.map((events) =>
        events.map((one) => ({ ...one, receivedMs: receivedMs + (one.receivedMs % 60_000) })),
      ),
    }
  })
}

/** All events, each at its place. */
export function plainEvents(list: readonly FixturePage[]): PlainEvent[] {
  return list.flatMap(({ minute, blocks }) =>
    blocks.flatMap((events, part) => events.map((one, row) => plainOf(one, { minute, part, row }))),
  )
}
