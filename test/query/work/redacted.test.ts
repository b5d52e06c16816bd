import { describe, expect, test } from 'bun:test'
import { DamagedPage } from '../../../src/book/contract.ts'
import { selectRows } from '../../../src/page/select-rows.ts'
import { entriesOf, openPart } from '../../../src/query/page-source.ts'
import { BlockCache } from '../../../src/query/work/block-cache.ts'
import type { Job, WorkContext } from '../../../src/query/work/contract.ts'
import { steady } from '../../../src/query/work/steady.ts'
import { redact, requestOf } from '../../book/redaction-fixture.ts'
import { plainBlock } from '../../page/plain-block.ts'
import { makeBook, openSource, openWriter, plainEvents } from '../book-fixture.ts'

const minute = Date.UTC(2026, 10, 22) / 60_000
const pages = [{ minute, blocks: [plainEvents(minute, 900), plainEvents(minute, 300, 900)] }]

function firstEntry(source: ReturnType<typeof openSource>) {
  const [entry] = entriesOf(source, minute) ?? []
  if (entry === undefined) throw new Error('no block')
  return entry
}

describe('who reads a page that is redacted meanwhile', () => {
  test('goes on with the blocks of the directory that it holds; the next one gets the new', () => {
    using book = makeBook(pages)
    const source = openSource(book)
    const cache = new BlockCache({ source, bytesMax: 10_000_000 })
    const old = firstEntry(source)
    const whole = plainBlock(openPart(source, minute, old))
    const kept = cache.open(minute, old)
    using writer = openWriter(book.bookDirectory)
    redact(writer, requestOf({ facilities: ['billing'] }))
    expect(source.reader.state().redactions).toBe(1)

    const now = firstEntry(source)
    expect([old.rowCount, now.rowCount]).toEqual([900, 600])
    // Opened before, and only now read; opened only now; and what is new, in between.
    expect(plainBlock(cache.open(minute, now)).rowCount).toBe(600)
    expect(plainBlock(kept)).toEqual(whole)
    expect(plainBlock(openPart(source, minute, old))).toEqual(whole)
    expect(plainBlock(cache.open(minute, old))).toEqual(whole)
    const [last] = selectRows(cache.open(minute, now), Uint16Array.of(599)).rowNumbers ?? []
    expect(last).toBe(899)
    expect(plainBlock(openPart(source, minute, now))).toEqual(plainBlock(cache.open(minute, now)))
    source.reader[Symbol.dispose]()
  })

  test('is told so when the page cannot be had any more', () => {
    using book = makeBook(pages)
    const source = openSource(book)
    const old = firstEntry(source)
    using writer = openWriter(book.bookDirectory)
    source.reader[Symbol.dispose]()
    const later = openSource(book)
    redact(writer, requestOf({ facilities: ['billing'] }))
    writer.unlinkLeft(0)
    expect(() => openPart(later, minute, old)).toThrow(DamagedPage)
    expect(openPart(later, minute, firstEntry(later)).rowCount).toBe(600)
    later.reader[Symbol.dispose]()
  })

  test('counts again when it counted across a redaction', async () => {
    using book = makeBook(pages)
    const source = openSource(book)
    using writer = openWriter(book.bookDirectory)
    let runs = 0
    const count: Job<null, number> = ({ source: { reader } }) => {
      const events = reader.summary(minute)?.eventCount ?? 0
      if (runs++ === 0) redact(writer, requestOf({ facilities: ['billing'] }))
      return Promise.resolve(events)
    }
    const context: WorkContext = {
      source,
      blocks: new BlockCache({ source, bytesMax: 1_000_000 }),
      meter: {
        scanned: { minutes: 0, blocks: 0, bytes: 0 },
        count: () => {},
        hold: () => {},
        turn: () => Promise.resolve(),
      },
      closedThrough: minute,
    }
    expect(await steady(count)(context, null)).toBe(800)
    expect(runs).toBe(2)
    source.reader[Symbol.dispose]()
  })
})
