import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { LmdbWriter } from '../../../src/book/lmdb-writer.ts'
import { catalogue } from '../../../src/query/catalogue/catalogue.ts'
import type { CatalogueAnswer, CatalogueRequest } from '../../../src/query/catalogue/contract.ts'
import { ThreadCaches } from '../../../src/query/work/thread-caches.ts'
import { type FixtureBook, makeBook, openSource, openWriter, writePage } from '../book-fixture.ts'
import { contextOf, everything } from '../search/work-fixture.ts'
import { seedNote } from '../seed.ts'
import type { TypedEvent } from '../typed-event.ts'
import { type NaiveEvent, naivePairs } from './naive-catalogue.ts'

const start = 29_000_160 // The first minute of a day.

const whole: CatalogueRequest = {
  from: null,
  to: null,
  filter: everything,
  contains: null,
  status: null,
  silenceMinutes: 1_440,
  order: { column: 'facility', descending: false },
  limit: 10_000,
  offset: 0,
  buckets: 24,
}

function typed({ minute, facility, event, level }: NaiveEvent, row: number): TypedEvent {
  const receivedMs = minute * 60_000 + row
  return {
    receivedMs,
    timestampMs: minute * 60_000,
    timestampNanos: 0,
    facility,
    level,
    event,
    members: [],
  }
}

function write(writer: LmdbWriter, events: readonly NaiveEvent[]): void {
  const minutes = [...new Set(events.map((each) => each.minute))].sort((a, b) => a - b)
  for (const minute of minutes) {
    const block = events.filter((each) => each.minute === minute).map(typed)
    writePage(writer, { minute, blocks: [block] })
  }
}

function bookOf(events: readonly NaiveEvent[], isCaughtUp: boolean): FixtureBook {
  const book = makeBook([])
  using writer = openWriter(book.bookDirectory)
  write(writer, events)
  if (isCaughtUp) while (writer.catchUp().isBehind);
  return book
}

async function ask(
  book: FixtureBook,
  request: Partial<CatalogueRequest>,
  caches = new ThreadCaches(),
): Promise<CatalogueAnswer> {
  const source = openSource(book)
  try {
    return await catalogue({ ...contextOf({ source }), caches }, { ...whole, ...request })
  } finally {
    source.reader[Symbol.dispose]()
  }
}

const anyEvent: fc.Arbitrary<NaiveEvent> = fc.record({
  // Some in one hour, some days apart.
  minute: fc.oneof(fc.nat(90), fc.nat(4_000), fc.nat(9_000)).map((after) => start + after),
  facility: fc.constantFrom('shop', 'billing', 'Édge'),
  event: fc.constantFrom('paid', 'Payment declined', 'lost', 'ß'),
  level: fc.integer({ min: 0, max: 7 }),
})

const anyRequest = fc.record({
  from: fc.option(fc.nat(9_500).map((after) => start + after)),
  to: fc.option(fc.nat(9_500).map((after) => start + after)),
  contains: fc.option(fc.constantFrom('pa', 'PAY', 'ß', 'shop', 'é')),
  filter: fc.record({
    facility: fc.option(fc.subarray(['shop', 'billing', 'nobody'])),
    event: fc.option(fc.subarray(['paid', 'lost'])),
    level: fc.option(fc.subarray([0, 3, 4, 6], { minLength: 1 })),
  }),
  silenceMinutes: fc.constantFrom(60, 300, 1_440, 3_000),
  buckets: fc.constantFrom(0, 1, 7, 24, 120),
})

describe('the catalogue', () => {
  test('answers as a naive count over all events does, stored and not yet stored', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { minLength: 1, maxLength: 40 }),
        fc.array(anyRequest, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (events, requests, isCaughtUp) => {
          using book = bookOf(events, isCaughtUp)
          const caches = new ThreadCaches()
          for (const request of requests) {
            const answer = await ask(book, request, caches)
            // A book with thousands of minutes without a catalogue is still making it.
            if (!isCaughtUp && answer.incomplete.includes('behind')) continue
            expect(answer.complete).toBe(true)
            expect(answer.bucketMinutes === 0).toBe(
              request.buckets === 0 || answer.from === answer.to,
            )
            const expected = naivePairs(events, { ...whole, ...request }, answer)
            expect(answer.pairs).toEqual(expected)
          }
        },
      ),
      { numRuns: 60, ...seedNote('catalogue') },
    )
  }, 60_000)
})
