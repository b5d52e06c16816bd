import { describe, expect, test } from 'bun:test'
import { DamagedPage } from '../../src/book/contract.ts'
import { minuteKey, partKey, rollupKey, tallyPart } from '../../src/book/layout.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { BookFixture, dayStart } from './book-fixture.ts'

const quiet = (): void => {}
const day = '2026-11-22'
const small = dayStart + 3
const large = dayStart + 60

/** Small pages in the first hour, and one whose block and tally have entries of their own. */
function someBook(): BookFixture {
  const book = new BookFixture()
  for (const minute of [0, 3, 5]) book.page(dayStart + minute, 2)
  book.page(large, 3_000, 2)
  for (const minute of [61, 62]) book.page(dayStart + minute, 2)
  return book
}

const records: readonly [what: string, page: number, table: string, key: Buffer, at: number][] = [
  ['the checksum of a record', small, 'pages', minuteKey(small), 1],
  ['a length in a record', small, 'pages', minuteKey(small), 6],
  ['a summary', small, 'pages', minuteKey(small), 40],
  ['a block in a record', small, 'pages', minuteKey(small), -3],
  ['a block of its own', large, 'parts', partKey(large, 1), 100],
  ['a directory', large, 'pages', minuteKey(large), 240],
  ['a tally of its own', large, 'parts', partKey(large, tallyPart), 60],
]

describe('verify', () => {
  test('finds nothing wrong with a sound book', async () => {
    using book = someBook()
    const report = await verifyBook(book.directory, quiet)
    expect(report.findings).toEqual([])
    expect(report).toMatchObject({ pages: 6, blocks: 7, events: 6_010, closedThrough: large + 2 })
  })

  for (const [what, page, table, key, at] of records) {
    test(`names the page when one bit of ${what} is wrong, and the others still read`, async () => {
      using book = someBook()
      book.damage(day, table, key, at)
      const report = await verifyBook(book.directory, quiet)
      expect(report.findings[0]?.minute).toBe(page)
      const pages = report.findings.filter((finding) => !finding.what.includes('roll-up'))
      const others = pages.filter(
        (finding) => finding.minute !== page && finding.minute !== dayStart,
      )
      expect(others).toEqual([])
      book.reopen()
      const reader = book.reader()
      expect(reader.summary(dayStart)?.eventCount).toBe(2)
      expect(reader.block(dayStart + 62, 0).length).toBeGreaterThan(50)
      const read = (): void => {
        reader.directory(page)
        for (const part of page === large ? [0, 1] : [0]) reader.block(page, part)
        reader.tally(page)
      }
      expect(read).toThrow(DamagedPage)
      expect(book.page(large + 10, 1).summary?.eventCount).toBe(1)
    })
  }

  test('finds a roll-up that is not the sum of its pages', async () => {
    using book = someBook()
    book.damage(day, 'rollups', rollupKey('hour', dayStart), 30)
    const { findings } = await verifyBook(book.directory, quiet)
    expect(findings).toHaveLength(1)
    expect(findings[0]?.what).toContain('roll-up')
  })

  test('finds a page that is missing from the chain, and one that was put in another place', async () => {
    using book = someBook()
    book.removeValue(day, 'pages', minuteKey(small))
    const { findings } = await verifyBook(book.directory, quiet)
    expect(findings[0]).toEqual({
      minute: dayStart + 5,
      what: 'the page is not chained to the page before it',
    })
  })

  test('finds a book that was cut at its end', async () => {
    using book = someBook()
    book.removeValue(day, 'pages', minuteKey(large + 2))
    const { findings } = await verifyBook(book.directory, quiet)
    expect(findings.map((finding) => finding.what).join('\n')).toContain('does not end where')
  })
})

describe('a list of pages', () => {
  test('leaves out a damaged page and tells of it', () => {
    using book = someBook()
    book.damage(day, 'pages', minuteKey(small), 40)
    book.reopen()
    const damage: Error[] = []
    const reader = book.reader((error) => damage.push(error))
    const range = { from: 0, through: dayStart + 100, limit: 100, order: 'desc' } as const
    expect([...reader.summaries(range)].map((each) => each.minute - dayStart)).toEqual([
      62, 61, 60, 5, 0,
    ])
    expect(damage).toHaveLength(1)
    expect(damage[0]).toMatchObject({ minute: small })
  })

  test('is cut to its range and limit', () => {
    using book = someBook()
    const reader = book.reader()
    const minutes = (from: number, through: number, limit: number, order: 'asc' | 'desc') =>
      [
        ...reader.summaries({ from: dayStart + from, through: dayStart + through, limit, order }),
      ].map((each) => each.minute - dayStart)
    expect(minutes(3, 60, 10, 'asc')).toEqual([3, 5, 60])
    expect(minutes(0, 1e7, 2, 'asc')).toEqual([0, 3])
    expect(minutes(-1e7, 1e7, 2, 'desc')).toEqual([62, 61])
    expect(minutes(6, 59, 2, 'desc')).toEqual([])
  })

  test('finds a page by its digest', () => {
    using book = someBook()
    const reader = book.reader()
    const digest = reader.summary(large)?.digest ?? new Uint8Array(32)
    expect(reader.minuteOfDigest(digest)).toBe(large)
    expect(reader.minuteOfDigest(digest.map((byte, i) => (i === 31 ? byte ^ 1 : byte)))).toBeNull()
  })
})
