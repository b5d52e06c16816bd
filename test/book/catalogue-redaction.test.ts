import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import fc from 'fast-check'
import type { CatalogueEntry } from '../../src/book/catalogue-entry.ts'
import { CatalogueReader } from '../../src/book/catalogue-reader.ts'
import type { RedactRule } from '../../src/book/contract.ts'
import type { LmdbWriter } from '../../src/book/lmdb-writer.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { openWriter, writePage } from '../query/book-fixture.ts'
import { seedNote } from '../query/seed.ts'
import type { TypedEvent } from '../query/typed-event.ts'
import { tempDirectory } from '../server/in-process.ts'
import { everything, redact, requestOf } from './redaction-fixture.ts'

/*
 * After a removal the catalogue must be that of a book which never held what was removed. So two books are written:
 * one holds all events and then loses some, the other holds what is left from the beginning.
 */

const { seed } = seedNote('catalogue-redaction')
const start = 29_000_160
const facilities = ['shop', 'shop-debug', 'bank']

interface Said {
  readonly facility: string
  readonly event: string
  readonly level: number
}

interface Page {
  readonly minute: number
  readonly said: readonly Said[]
}

interface Story {
  readonly before: readonly Page[]
  readonly after: readonly Page[]
  readonly rule: RedactRule
}

const said: fc.Arbitrary<Said> = fc.record({
  facility: fc.constantFrom(...facilities),
  event: fc.constantFrom('paid', 'lost'),
  level: fc.constantFrom(3, 6, 7),
})

const pagesFrom = (first: number): fc.Arbitrary<Page[]> =>
  fc.uniqueArray(fc.nat({ max: 3_000 }), { minLength: 1, maxLength: 12 }).chain((minutes) =>
    fc.tuple(
      ...minutes
        .toSorted((a, b) => a - b)
        .map((minute) =>
          fc.record({
            minute: fc.constant(first + minute),
            said: fc.array(said, { minLength: 1, maxLength: 8 }),
          }),
        ),
    ),
  )

const rule: fc.Arbitrary<RedactRule> = fc.record({
  beforeMinute: fc.oneof(
    fc.constant(everything.beforeMinute),
    fc.nat({ max: 3_000 }).map((minute) => start + minute),
  ),
  facilities: fc.constantFrom<readonly string[] | null>(null, ['shop'], ['shop*'], ['bank', 'x']),
  levels: fc.constantFrom<readonly number[] | null>(null, [7], [3, 6]),
})

const story: fc.Arbitrary<Story> = fc.record({
  before: pagesFrom(start),
  after: pagesFrom(start + 4_000),
  rule,
})

function write(writer: LmdbWriter, pages: readonly Page[]): void {
  for (const { minute, said } of pages) {
    if (said.length === 0) continue
    const events = said.map((each, i): TypedEvent => {
      const receivedMs = minute * 60_000 + i * 1_000
      return { receivedMs, timestampMs: receivedMs, timestampNanos: 0, ...each, members: [] }
    })
    writePage(writer, { minute, blocks: [events] })
  }
}

/** What a rule leaves, each event with the time that it has beside the others. */
function leftOf(pages: readonly Page[], { beforeMinute, facilities, levels }: RedactRule): Page[] {
  const isMeant = ({ facility, level }: Said): boolean => {
    const isOf = (name: string): boolean =>
      name.endsWith('*') ? facility.startsWith(name.slice(0, -1)) : facility === name
    return (facilities?.some(isOf) ?? true) && (levels?.includes(level) ?? true)
  }
  return pages.map(({ minute, said }) => ({
    minute,
    said: minute < beforeMinute ? said.filter((each) => !isMeant(each)) : said,
  }))
}

function catchUp(writer: LmdbWriter): void {
  while (writer.catchUp().isBehind);
}

const nameOf = ({ facility, event }: CatalogueEntry): string => `${facility}\n${event}`

function entriesOf(book: string): readonly CatalogueEntry[] {
  using reader = new CatalogueReader(book)
  const entries = reader.view()?.entries() ?? []
  return entries.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

const countsOf = (entries: readonly CatalogueEntry[]) =>
  entries.map(({ facility, event, levels }) => ({ facility, event, levels }))

/** Without the times of day, which lie elsewhere on a page that others have left. */
const shownOf = (entries: readonly CatalogueEntry[]) =>
  entries.map(({ firstMs, lastMs, ...entry }) => ({
    ...entry,
    firstMinuteOfEvents: Math.floor(firstMs / 60_000),
    lastMinuteOfEvents: Math.floor(lastMs / 60_000),
  }))

/** The two books of a story, the first with a removal between the pages before and after. */
function twoBooks(
  { before, after, rule }: Story,
  tell: (writer: LmdbWriter) => void,
): readonly [readonly CatalogueEntry[], readonly CatalogueEntry[]] {
  using data = tempDirectory()
  const whole = join(data.path, 'whole')
  const left = join(data.path, 'left')
  {
    using writer = openWriter(whole)
    write(writer, before)
    tell(writer)
    redact(writer, requestOf(rule))
    write(writer, after)
    catchUp(writer)
  }
  {
    using writer = openWriter(left)
    write(writer, leftOf(before, rule))
    tell(writer)
    write(writer, after)
    catchUp(writer)
  }
  return [entriesOf(whole), entriesOf(left)]
}

describe('after a removal the catalogue', () => {
  test('is that of a book which never held what was removed', () => {
    const property = fc.property(story, fc.boolean(), (told, isCaughtUp) => {
      const [found, expected] = twoBooks(told, (writer) => {
        if (isCaughtUp) catchUp(writer)
      })
      expect(shownOf(found)).toEqual(shownOf(expected))
    })
    fc.assert(property, { numRuns: 25, seed })
  }, 60_000)

  test('does not count it either where its pages had been dropped, and keeps the rest of those', () => {
    const drop = start + 1_500
    const ofPast = story.map((told) => ({
      ...told,
      rule: { ...told.rule, beforeMinute: everything.beforeMinute },
    }))
    const property = fc.property(ofPast, (told) => {
      // A page that is there to lose something: without one nothing is removed.
      const last = { minute: start + 3_500, said: facilities.flatMap(sayAll) }
      const [found, expected] = twoBooks({ ...told, before: [...told.before, last] }, (writer) => {
        catchUp(writer)
        writer.drop(drop, false, 'test')
      })
      expect(countsOf(found)).toEqual(countsOf(expected))
      // When one of some levels was seen on a page that is gone, nobody knows.
      if (told.rule.levels === null) expect(shownOf(found)).toEqual(shownOf(expected))
    })
    fc.assert(property, { numRuns: 15, seed })
  }, 60_000)

  test('is right after a crash in the middle, and verified', async () => {
    using data = tempDirectory()
    const book = join(data.path, 'book')
    const pages = Array.from({ length: 200 }, (_, i) => ({
      minute: start + i,
      said: facilities.flatMap(sayAll),
    }))
    {
      using writer = openWriter(book)
      write(writer, pages)
      catchUp(writer)
      const steps = writer.redact(requestOf({ facilities: ['shop'] }))
      // The pages have been redacted, and the catalogue has not followed.
      while (writer.state.redactions === 0 && steps.next().done !== true);
    }
    expect(entriesOf(book).map(({ facility }) => facility)).toContain('shop')
    using writer = openWriter(book)
    catchUp(writer)
    expect(entriesOf(book).map(({ facility }) => facility)).not.toContain('shop')
    expect((await verifyBook(book, () => {})).findings).toEqual([])
  })

  test('still counts what a retention has removed, as it counts pages that were dropped', async () => {
    using data = tempDirectory()
    const book = join(data.path, 'book')
    using writer = openWriter(book)
    write(writer, [{ minute: start, said: facilities.flatMap(sayAll) }])
    catchUp(writer)
    const before = entriesOf(book)
    redact(writer, { ...requestOf({ facilities: ['shop'] }), why: 'retention', by: 'retention' })
    write(writer, [{ minute: start + 1, said: [] }])
    catchUp(writer)
    expect(entriesOf(book)).toEqual(before)
    expect((await verifyBook(book, () => {})).findings).toEqual([])
  })
})

function sayAll(facility: string): Said[] {
  return [3, 6, 7].map((level) => ({ facility, event: 'paid', level }))
}
