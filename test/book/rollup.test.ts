import { describe, expect, test } from 'bun:test'
import type { Tally } from '../../src/page/contract.ts'
import { encodeTally } from '../../src/page/tally-encoder.ts'
import { emptyTally, mergeTally } from '../../src/page/tally.ts'
import { DayPages } from '../../src/book/day-pages.ts'
import { dayTables } from '../../src/book/layout.ts'
import { LmdbEnv } from '../../src/book/lmdb-env.ts'
import type { LmdbReader } from '../../src/book/lmdb-reader.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { BookFixture, dayStart } from './book-fixture.ts'

function merged(reader: LmdbReader, from: number, through: number): Tally | null {
  const sum = emptyTally()
  for (const { minute } of reader.summaries({ from, through, limit: 10_000, order: 'asc' })) {
    const tally = reader.tally(minute)
    if (tally !== null) mergeTally(sum, tally)
  }
  return sum.eventCount === 0 ? null : sum
}

function bytesOf(tally: Tally | null): string {
  return tally === null ? 'none' : Buffer.from(encodeTally(tally)).toString('hex')
}

function storedRollups(book: BookFixture, day: string): string[] {
  const directory = `${book.directory}/${day}.g1`
  const env = new LmdbEnv(directory, { mode: 'share', tables: dayTables })
  const found = new DayPages(env).rollups()
  env.close()
  return found.map(({ unit, start }) => `${unit} ${(start - dayStart) / 60}`)
}

describe('roll-ups', () => {
  test('equal the merged tallies of their pages, stored or not', () => {
    using book = new BookFixture()
    const minutes = [0, 1, 59, 60, 61, 125, 700, 1_438, 1_440, 1_445, 1_500, 2_879]
    for (const [i, minute] of minutes.entries()) book.page(dayStart + minute, 20 + i * 3)
    const reader = book.reader()
    for (let hour = 0; hour < 48; hour++) {
      const start = dayStart + hour * 60
      expect(bytesOf(reader.rollup('hour', start))).toBe(bytesOf(merged(reader, start, start + 59)))
    }
    for (const start of [dayStart, dayStart + 1_440]) {
      expect(reader.rollup('day', start)).toEqual(merged(reader, start, start + 1_439))
    }
    expect(storedRollups(book, '2026-11-22')).toEqual([
      'day 0',
      'hour 0',
      'hour 1',
      'hour 2',
      'hour 11',
      'hour 23',
    ])
    expect(storedRollups(book, '2026-11-23')).toEqual(['day 24', 'hour 24', 'hour 25', 'hour 47'])
  })

  test('of the current hour and day count closed minutes only', () => {
    using book = new BookFixture()
    book.page(dayStart, 10)
    const reader = book.reader()
    expect(reader.rollup('hour', dayStart)?.eventCount).toBe(10)
    book.put(dayStart + 59, 5)
    book.crashBeforeMeta(() => book.close(dayStart + 59, 1))
    const after = book.reader()
    expect(after.rollup('hour', dayStart)?.eventCount).toBe(10)
    expect(after.rollup('day', dayStart)?.eventCount).toBe(10)
    book.page(dayStart + 59, 7)
    after.state()
    expect(after.rollup('hour', dayStart)?.eventCount).toBe(17)
    expect(after.rollup('hour', dayStart + 60)).toBeNull()
  })

  test('that the first page of another day was about to finish go with that page in a crash', async () => {
    using book = new BookFixture()
    book.page(dayStart + 700, 10)
    book.put(dayStart + 1_440, 5)
    book.crashBeforeMeta(() => book.close(dayStart + 1_440, 1))
    // The clock may have gone back meanwhile.
    book.page(dayStart + 705, 7)
    book.page(dayStart + 1_441, 3)
    expect(book.reader().rollup('day', dayStart)?.eventCount).toBe(17)
    expect((await verifyBook(book.directory, () => {})).findings).toEqual([])
  })
})
