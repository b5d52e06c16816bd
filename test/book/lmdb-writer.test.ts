import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { KeyLookup } from '../../src/book/key-lookup.ts'
import { linkOf } from '../../src/page/summary.ts'
import { answerOf, BookFixture, dayStart } from './book-fixture.ts'

const all = { from: 0, through: 0xffff_ffff, limit: 1_000_000, order: 'asc' } as const

describe('closing', () => {
  test('makes a page visible only when its minute closes', () => {
    using book = new BookFixture()
    book.page(dayStart, 10)
    const reader = book.reader()
    book.put(dayStart + 1, 5_000, 2)
    expect(reader.state().closedThrough).toBe(dayStart)
    expect(reader.summary(dayStart + 1)).toBeNull()
    expect(reader.directory(dayStart + 1)).toBeNull()
    expect([...reader.summaries(all)]).toHaveLength(1)
    book.close(dayStart + 1, 2)
    expect(reader.state().closedThrough).toBe(dayStart + 1)
    expect(reader.summary(dayStart + 1)?.eventCount).toBe(10_000)
    expect(reader.block(dayStart + 1, 1).length).toBeGreaterThan(500)
    expect([...reader.summaries(all)].map((each) => each.eventCount)).toEqual([10, 10_000])
  })

  test('of a minute without events only moves closed through', () => {
    using book = new BookFixture()
    const closed = book.close(dayStart, 0)
    expect(closed.summary).toBeNull()
    expect(book.writer.state).toMatchObject({ firstMinute: dayStart, closedThrough: dayStart })
    expect(book.writer.stats().pages).toBe(0)
    expect(readdirSync(book.directory)).toEqual(['meta'])
  })

  test('refuses a minute twice, a wrong count of blocks, and skipping blocks of an earlier minute', () => {
    using book = new BookFixture()
    book.page(dayStart, 1)
    expect(() => book.close(dayStart, 0)).toThrow('has closed')
    expect(() => book.put(dayStart, 1)).toThrow('has closed')
    book.put(dayStart + 1, 1)
    expect(() => book.close(dayStart + 1, 2)).toThrow('has 1 blocks')
    expect(() => book.close(dayStart + 2, 0)).toThrow('has not been closed')
  })

  test('chains each page to the one before', () => {
    using book = new BookFixture()
    for (const minute of [0, 1, 5, 1_439, 1_440]) book.page(dayStart + minute, 3)
    let previous = new Uint8Array(32)
    for (const summary of book.reader().summaries(all)) {
      expect(Buffer.from(summary.previous).equals(previous)).toBe(true)
      expect(Buffer.from(linkOf(previous, summary.minute, summary.digest))).toEqual(
        Buffer.from(summary.link),
      )
      previous = new Uint8Array(summary.link)
    }
    expect(Buffer.from(book.writer.state.chainHead)).toEqual(Buffer.from(previous))
  })

  test('survives a restart with its state, totals and pages', () => {
    using book = new BookFixture()
    book.page(dayStart, 3)
    book.page(dayStart + 2_000, 4)
    const before = book.writer.state
    book.reopen()
    expect(book.writer.state).toEqual(before)
    expect(book.writer.stats()).toMatchObject({
      pages: 2,
      events: 7,
      oldestMinute: dayStart,
      newestMinute: dayStart + 2_000,
    })
    expect([...book.reader().summaries(all)].map((each) => each.minute)).toEqual([
      dayStart,
      dayStart + 2_000,
    ])
  })
})

describe('after a crash', () => {
  test('sweeps blocks of minutes that never closed, and takes them again', () => {
    using book = new BookFixture()
    book.page(dayStart, 3)
    book.put(dayStart + 1, 5_000, 2)
    book.put(dayStart + 1_440, 5_000, 2)
    book.reopen()
    expect(existsSync(join(book.directory, '2026-11-23.g1'))).toBe(false)
    expect(book.page(dayStart + 1, 4).summary?.eventCount).toBe(4)
    expect(book.reader().summary(dayStart + 1)?.eventCount).toBe(4)
  })

  test('sweeps a page whose close was not committed', () => {
    using book = new BookFixture()
    book.page(dayStart, 3)
    book.put(dayStart + 1, 7)
    book.crashBeforeMeta(() => book.close(dayStart + 1, 1, [answerOf('k1', dayStart + 1)]))
    expect(book.writer.state.closedThrough).toBe(dayStart)
    using keys = new KeyLookup(book.directory)
    expect(keys.lookup('k1')).toBeNull()
    const reader = book.reader()
    expect(reader.state().closedThrough).toBe(dayStart)
    expect(reader.summary(dayStart + 1)).toBeNull()
    expect(book.page(dayStart + 1, 9).summary?.eventCount).toBe(9)
    expect(reader.state().closedThrough).toBe(dayStart + 1)
    expect(reader.summary(dayStart + 1)?.eventCount).toBe(9)
  })
})
