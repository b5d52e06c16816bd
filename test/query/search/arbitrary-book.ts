import fc from 'fast-check'
import type { FixturePage } from '../book-fixture.ts'
import type { TypedEvent } from '../typed-event.ts'

/* Books whose blocks overlap in time, with equal times, nanoseconds, late events and some of 1970. */

export const firstMinute = 29_400_000
export const firstMs = firstMinute * 60_000

/** Close together, so that many are equal; and a few that are far away. */
const timestampMs = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: firstMs, max: firstMs + 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: firstMs - 7_200_000, max: firstMs + 7_200_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1000, 253_402_300_799_999) },
)

export const someNanos = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2, 999_999) },
)

type Unplaced = Omit<TypedEvent, 'receivedMs'>

const event: fc.Arbitrary<Unplaced> = fc.record({
  timestampMs,
  timestampNanos: someNanos,
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

export const arbitraryBook: fc.Arbitrary<FixturePage[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      blocks: fc.array(block, { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map(pagesOf)

function pagesOf(
  list: readonly { gap: number; blocks: readonly (readonly Unplaced[])[] }[],
): FixturePage[] {
  let minute = firstMinute
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
