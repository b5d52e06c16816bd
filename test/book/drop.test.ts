import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { verifyBook } from '../../src/book/verify.ts'
import { BookFixture, dayStart } from './book-fixture.ts'

const all = { from: 0, through: 0xffff_ffff, limit: 1_000_000, order: 'asc' } as const
const quiet = (): void => {}

/** Three days with a page at 00:00, 00:01, 12:30 and 23:59 each. */
function threeDays(): BookFixture {
  const book = new BookFixture()
  for (const day of [0, 1, 2]) {
    for (const minute of [0, 1, 750, 1_439]) book.page(dayStart + day * 1_440 + minute, 3)
  }
  return book
}

describe('drop', () => {
  test('says what would go, and changes nothing, when it is only asked', async () => {
    using book = threeDays()
    const before = book.writer.state
    const report = book.writer.drop(dayStart + 1_440 + 750, true, 'asked')
    expect(report).toMatchObject({ minutes: 6, events: 18, days: ['2026-11-22'] })
    expect(report.bytes).toBeGreaterThan(6 * 200)
    expect(book.writer.state).toEqual(before)
    expect([...book.reader().summaries(all)]).toHaveLength(12)
  })

  test('unlinks whole days and cuts the first pages of another', async () => {
    using book = threeDays()
    const reader = book.reader()
    expect([...reader.summaries(all)]).toHaveLength(12)
    const cut = dayStart + 1_440 + 750
    const asked = book.writer.drop(cut, true, 'asked')
    expect(book.writer.drop(cut, false, 'too old')).toEqual(asked)
    expect(existsSync(join(book.directory, '2026-11-22.g1'))).toBe(false)
    expect(reader.state().droppedBefore).toBe(cut)
    expect(reader.summary(dayStart)).toBeNull()
    expect(reader.summary(cut - 749)).toBeNull()
    expect(reader.summary(cut)?.eventCount).toBe(3)
    expect([...reader.summaries(all)]).toHaveLength(6)
    expect(reader.rollup('day', dayStart + 1_440)?.eventCount).toBe(6)
    expect(reader.rollup('hour', dayStart + 1_440)).toBeNull()
    expect(book.writer.stats()).toMatchObject({ pages: 6, events: 18, oldestMinute: cut })
    expect(await verifyBook(book.directory, quiet)).toMatchObject({ pages: 6, findingCount: 0 })
  })

  test('keeps what verify needs, drop after drop and after everything is gone', async () => {
    using book = threeDays()
    const end = dayStart + 3 * 1_440
    for (const cut of [dayStart + 1, dayStart + 2, dayStart + 1_440, dayStart + 1_500, end]) {
      book.writer.drop(cut, false, `before ${cut}`)
      book.reopen()
      expect((await verifyBook(book.directory, quiet)).findings).toEqual([])
    }
    expect(book.writer.stats()).toMatchObject({ pages: 0, events: 0, oldestMinute: null })
    book.page(end + 5, 2)
    expect(await verifyBook(book.directory, quiet)).toMatchObject({ pages: 1, findingCount: 0 })
  })

  test('never passes closed through, nor goes back', () => {
    using book = threeDays()
    const end = dayStart + 3 * 1_440
    book.put(end, 5)
    expect(book.writer.drop(end + 500, false, 'all').beforeMinute).toBe(end)
    expect(book.close(end, 1).summary?.eventCount).toBe(5)
    expect(book.writer.drop(dayStart + 5, false, 'less')).toMatchObject({ minutes: 0, days: [] })
    expect(book.writer.state.droppedBefore).toBe(end)
  })

  test('of pages in the current day leaves blocks of open minutes alone', () => {
    using book = new BookFixture()
    book.page(dayStart, 3)
    book.page(dayStart + 1, 3)
    book.put(dayStart + 2, 4_000, 3)
    book.writer.drop(dayStart + 2, false, 'all')
    book.close(dayStart + 2, 3)
    expect(book.reader().block(dayStart + 2, 2).length).toBeGreaterThan(100)
    expect([...book.reader().summaries(all)]).toHaveLength(1)
  })

  test('is finished by the next start when a crash came before the deletion', async () => {
    using book = threeDays()
    const day = join(book.directory, '2026-11-22.g1')
    const cut = dayStart + 1_440 + 750
    const saved = book.saveDirectory('2026-11-22.g1')
    const savedCut = book.saveDirectory('2026-11-23.g1')
    book.writer.drop(cut, false, 'too old')
    book.release()
    saved()
    savedCut()
    expect(existsSync(day)).toBe(true)
    book.reopen()
    expect(existsSync(day)).toBe(false)
    expect([...book.reader().summaries(all)]).toHaveLength(6)
    expect((await verifyBook(book.directory, quiet)).findings).toEqual([])
  })
})
