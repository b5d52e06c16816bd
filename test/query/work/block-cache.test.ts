import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { DamagedPage } from '../../../src/book/contract.ts'
import { selectRows } from '../../../src/page/select-rows.ts'
import { entriesOf, openPart, type PageSource } from '../../../src/query/page-source.ts'
import { BlockCache } from '../../../src/query/work/block-cache.ts'
import { plainBlock, plainColumn, plainTexts } from '../../page/plain-block.ts'
import { shapedEvents } from '../../page/shaped-events.ts'
import { makeBook, openSource, openWriter, plainEvents, writePage } from '../book-fixture.ts'
import { seedNote } from '../seed.ts'

const { seed } = seedNote('block-cache')
const first = 29_400_000
const perBlock = 90
const pages = [0, 1, 2].map((i) => ({
  minute: first + i,
  blocks: [shapedEvents(perBlock, i), plainEvents(first + i, perBlock)],
}))

/** How a job may read a block. */
const reading = fc.record({
  minute: fc.integer({ min: first, max: first + 2 }),
  part: fc.integer({ min: 0, max: 1 }),
  rows: fc.option(
    fc
      .uniqueArray(fc.nat({ max: perBlock - 1 }), { maxLength: 20 })
      .map((rows) => Uint16Array.from(rows).sort()),
    { nil: null },
  ),
  column: fc.option(fc.nat({ max: 2 }), { nil: null }),
})
type Reading = typeof reading extends fc.Arbitrary<infer T> ? T : never

function read(source: PageSource, cache: BlockCache | null, asked: Reading) {
  const entry = entriesOf(source, asked.minute)?.[asked.part]
  if (entry === undefined) throw new Error('no such block')
  const block = cache?.open(asked.minute, entry) ?? openPart(source, asked.minute, entry)
  const chosen = asked.rows === null ? block : selectRows(block, asked.rows)
  if (asked.column === null) return plainBlock(chosen)
  return {
    column: plainColumn(chosen.column(asked.column)),
    event: plainTexts(chosen.event(), chosen.rowCount),
    mayHold: block.mayHold(asked.column, 'order 7'),
    filter: block.filter?.(asked.column) ?? null,
    uuids: block.uuids?.(asked.column) ?? null,
  }
}

describe('the cache of blocks', () => {
  for (const bytesMax of [0, 20_000, 200_000, 2 ** 26]) {
    test(`gives what the blocks hold, in ${bytesMax} bytes`, () => {
      using book = makeBook(pages)
      const source = openSource(book)
      using _reader = source.reader
      const cache = new BlockCache({ source, bytesMax })
      fc.assert(
        fc.property(reading, (asked) => {
          expect(read(source, cache, asked)).toEqual(read(source, null, asked))
          expect(cache.bytes).toBeLessThanOrEqual(bytesMax)
        }),
        { numRuns: 150, seed },
      )
    })
  }

  test('reads a block that it has seen no second time', () => {
    using book = makeBook(pages)
    const source = openSource(book)
    using _reader = source.reader
    let loads = 0
    const reader = new Proxy(source.reader, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        if (name === 'blockRun') loads++
        return member.bind(target)
      },
    })
    const cache = new BlockCache({ source: { ...source, reader }, bytesMax: 2 ** 26 })
    const asked: Reading = { minute: first, part: 0, rows: Uint16Array.of(3, 50), column: null }
    read(source, cache, asked)
    expect(loads).toBe(1)
    read(source, cache, { ...asked, part: 1 })
    expect(loads).toBe(2)
    read(source, cache, asked)
    read(source, cache, { ...asked, rows: Uint16Array.of(1) })
    expect(loads).toBe(2)
  })

  test('knows the times of pages as they close and are dropped', () => {
    using book = makeBook(pages.slice(0, 1))
    const source = openSource(book)
    using _reader = source.reader
    using writer = openWriter(book.bookDirectory)
    const cache = new BlockCache({ source, bytesMax: 0 })
    const minutes = (): number[] => {
      const times = cache.pageTimes()
      return Array.from({ length: times.to - times.from }, (_, i) => times.minuteOf(times.from + i))
    }
    expect(minutes()).toEqual([first])
    const written = Array.from({ length: 260 }, (_, i) => first + 2 + i * 2)
    for (const minute of written) writePage(writer, { minute, blocks: [plainEvents(minute, 1)] })
    expect(minutes()).toEqual([first, ...written])
    writer.drop(first + 3, false, 'test')
    expect(minutes()).toEqual(written.slice(1))
    const times = cache.pageTimes()
    expect(times.minuteOf(times.endOf(first + 9) - 1)).toBe(first + 8)
    expect(times.endOf(first)).toBe(times.from)
  }, 30_000)

  test('names the page of a block that has been dropped', () => {
    using book = makeBook(pages)
    const source = openSource(book)
    using _reader = source.reader
    const cache = new BlockCache({ source, bytesMax: 2 ** 20 })
    const entry = cache.entries(first)?.[0]
    if (entry === undefined) throw new Error('no such block')
    using writer = openWriter(book.bookDirectory)
    writer.drop(first + 1, false, 'test')
    source.reader.state()
    expect(() => cache.open(first, entry)).toThrow(DamagedPage)
    expect(cache.entries(first)).toBeNull()
  })
})
