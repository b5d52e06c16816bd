import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  dayDirectory,
  dayOfMinute,
  dayTables,
  minuteKey,
  rollupKey,
} from '../../../src/book/layout.ts'
import { LmdbEnv } from '../../../src/book/lmdb-env.ts'
import type { LmdbWriter } from '../../../src/book/lmdb-writer.ts'
import { catalogue } from '../../../src/query/catalogue/catalogue.ts'
import {
  type CatalogueAnswer,
  type CatalogueColumn,
  catalogueColumns,
  type CataloguePair,
  type CatalogueRequest,
  pairStatuses,
} from '../../../src/query/catalogue/contract.ts'
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

  test('follows minutes that close between questions, with what it has in memory', async () => {
    using book = makeBook([])
    using writer = openWriter(book.bookDirectory)
    const caches = new ThreadCaches()
    const events: NaiveEvent[] = []
    for (let i = 0; i < 40; i++) {
      const minute = start + i * 37
      const fresh = ['paid', `only ${i}`].map((event) => ({
        minute,
        facility: 'shop',
        event,
        level: i % 8,
      }))
      events.push(...fresh)
      write(writer, fresh)
      // The writer's own catalogue is now up to date, now some pages behind.
      if (i % 5 === 4) while (writer.catchUp().isBehind);
      const request = { from: minute - 500 }
      const answer = await ask(book, request, caches)
      expect(answer.complete).toBe(true)
      expect(answer.pairs).toEqual(naivePairs(events, { ...whole, ...request }, answer))
    }
  })

  test('knows what came back after a silence, and from how long a one', async () => {
    const at = (minute: number): NaiveEvent => {
      return { minute: start + minute, facility: 'shop', event: 'paid', level: 6 }
    }
    using book = bookOf([at(0), at(100), at(2_000), at(2_001)], true)
    const statusOf = async (request: Partial<CatalogueRequest>): Promise<unknown[]> => {
      const [pair] = (await ask(book, request)).pairs
      return [pair?.status, pair?.returnedAfterMinutes]
    }
    expect(await statusOf({ from: start + 1_990 })).toEqual(['returned', 1_899])
    expect(await statusOf({ from: start + 1_990, silenceMinutes: 1_900 })).toEqual(['active', null])
    expect(await statusOf({ from: start + 2_001 })).toEqual(['active', null])
    expect(await statusOf({ from: start + 50, to: start + 101, silenceMinutes: 60 })).toEqual([
      'returned',
      99,
    ])
    expect(await statusOf({})).toEqual(['new', 1_899])
    expect(await statusOf({ from: start + 101, to: start + 1_000 })).toEqual(['silent', null])
  })

  test('sorts by each column, both ways, and gives each pair once in portions', async () => {
    const events = Array.from({ length: 60 }, (_, i): NaiveEvent => {
      const minute = start + ((i * 17) % 50)
      return { minute, facility: `f${i % 4}`, event: `e${i % 9}`, level: i % 8 }
    })
    using book = bookOf(events, true)
    const keys: Record<CatalogueColumn, (pair: CataloguePair) => string | number> = {
      facility: (pair: CataloguePair) => pair.facility,
      event: (pair: CataloguePair) => pair.event,
      count: (pair: CataloguePair) => pair.count,
      total: (pair: CataloguePair) => pair.total,
      first: (pair: CataloguePair) => pair.firstMs,
      last: (pair: CataloguePair) => pair.lastMs,
      status: (pair: CataloguePair) => pairStatuses.indexOf(pair.status),
    }
    for (const column of catalogueColumns) {
      for (const descending of [false, true]) {
        const order = { column, descending }
        const { pairs } = await ask(book, { order, from: start + 20 })
        expect(pairs).toHaveLength(36)
        const values = pairs.map(keys[column])
        const sorted = values.toSorted((a, b) =>
          a === b ? 0 : (a < b ? -1 : 1) * (descending ? -1 : 1),
        )
        expect(values).toEqual(sorted)
        const portions: CataloguePair[] = []
        for (let offset = 0; offset < 36; offset += 7) {
          const answer = await ask(book, { order, from: start + 20, offset, limit: 7 })
          expect(answer.found).toBe(36)
          portions.push(...answer.pairs)
        }
        expect(portions).toEqual([...pairs])
      }
    }
  })

  test('counts around a damaged page, and says that it is incomplete', async () => {
    const paid = (minute: number): NaiveEvent => {
      return { minute: start + minute, facility: 'shop', event: 'paid', level: 6 }
    }
    using book = bookOf([0, 1, 2, 70, 3_000].map(paid), true)
    const env = new LmdbEnv(dayDirectory(book.bookDirectory, dayOfMinute(start), 1), {
      mode: 'write',
      tables: dayTables,
    })
    const pages = env.table('pages')
    const rollups = env.table('rollups')
    env.transact(() => {
      pages.put(minuteKey(start + 1), Buffer.from('damaged'))
      for (const key of [rollupKey('hour', start), rollupKey('day', start)]) rollups.remove(key)
    })
    env.close()
    const answer = await ask(book, { buckets: 0 })
    expect(answer.incomplete).toEqual(['pages'])
    expect(answer.complete).toBe(false)
    expect(answer.pairs[0]).toMatchObject({ count: 4, total: 5 })
  })

  test('says that it is still being made when thousands of minutes wait', async () => {
    const events = Array.from({ length: 300 }, (_, i): NaiveEvent => {
      return { minute: start + i * 3, facility: 'shop', event: 'paid', level: 6 }
    })
    using book = bookOf(events, false)
    expect((await ask(book, {})).incomplete).toEqual(['behind'])
    using writer = openWriter(book.bookDirectory)
    while (writer.catchUp().isBehind);
    const answer = await ask(book, {})
    expect(answer.incomplete).toEqual([])
    expect(answer.pairs[0]?.total).toBe(300)
  })

  test('answers a book that has closed nothing', async () => {
    using book = makeBook([])
    const answer = await ask(book, {})
    expect(answer).toMatchObject({ pairs: [], found: 0, complete: true, closedThrough: null })
  })
})
