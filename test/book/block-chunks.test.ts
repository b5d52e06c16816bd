import { describe, expect, test } from 'bun:test'
import { blockEntries, BlockStem } from '../../src/book/block-chunks.ts'
import { DamagedPage } from '../../src/book/contract.ts'
import { DayPages } from '../../src/book/day-pages.ts'
import { chunkKey, dayDirectory, dayTables, partKey, tallyPart } from '../../src/book/layout.ts'
import { LmdbEnv } from '../../src/book/lmdb-env.ts'
import type { LmdbReader } from '../../src/book/lmdb-reader.ts'
import { MetaStore } from '../../src/book/meta-store.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { type BlockHead, readBlockHead } from '../../src/page/block-head.ts'
import { ownPlaces } from '../../src/page/block-sections.ts'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import type { BlockEntry } from '../../src/page/contract.ts'
import { decodeDirectory } from '../../src/page/directory.ts'
import { storedBytesOf } from '../../src/page/section-reader.ts'
import { lmdbSource } from '../../src/query/lmdb-source.ts'
import { BlockCache } from '../../src/query/work/block-cache.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import { plainBlock } from '../page/plain-block.ts'
import { BookFixture, dayStart, eventsOf } from './book-fixture.ts'
import { type PlainEvent, sealEvents } from './fill-block.ts'
import { eventsIn, redact, requestOf } from './redaction-fixture.ts'

const quiet = (): void => {}
const day = '2026-11-22'
const large = dayStart + 5
const after = dayStart + 6

/** Events whose texts do not compress: several chunks a block. */
function incompressible(minute: number, count: number, salt = 0): PlainEvent[] {
  return eventsOf(minute, count, salt).map((event, i) => ({
    ...event,
    additional: {
      ...event.additional,
      order: Bun.hash.xxHash64(`${salt} ${i}`).toString(36),
      trace: Bun.SHA1.hash(`${salt} ${i}`, 'hex'),
      token: Bun.SHA1.hash(`token ${salt} ${i}`, 'base64'),
    },
  }))
}

function putLarge(book: BookFixture, minute: number): Uint8Array {
  const block = encodeBlock(minute, 0, sealEvents(incompressible(minute, 4_000), minute * 60_000))
  const bytes = block.bytes.slice()
  book.writer.putBlock(minute, block)
  return bytes
}

/** A small page, a large one, a small one; and the bytes of the large one's block. */
function someBook(): { book: BookFixture; block: Uint8Array } {
  const book = new BookFixture()
  book.page(dayStart, 3)
  const block = putLarge(book, large)
  book.close(large, 1)
  book.page(after, 3)
  return { book, block }
}

function entryOf(reader: LmdbReader, minute: number): BlockEntry {
  const [entry] = decodeDirectory(reader.directory(minute) ?? new Uint8Array()).blocks
  if (entry === undefined) throw new Error('no block')
  return entry
}

/** Keys of a minute's blocks and their chunks. */
function blockKeys(env: LmdbEnv, minute: number): Buffer[] {
  const keys = new DayPages(env).partKeys(minute, minute)
  return keys.filter((key) => key.readUInt16BE(4) !== tallyPart)
}

/** As they are stored. */
function keysOf(book: BookFixture, minute: number, generation = 1): Buffer[] {
  book.release()
  const directory = dayDirectory(book.directory, day, generation)
  const env = new LmdbEnv(directory, { mode: 'write', tables: dayTables })
  const keys = blockKeys(env, minute)
  env.close()
  return keys
}

function change(book: BookFixture, action: (env: LmdbEnv) => void): void {
  book.release()
  const directory = dayDirectory(book.directory, day, 1)
  const env = new LmdbEnv(directory, { mode: 'write', tables: dayTables })
  env.transact(() => action(env))
  env.close()
}

async function minutesFound(book: BookFixture): Promise<(number | null)[]> {
  const { findings } = await verifyBook(book.directory, quiet)
  const pages = findings.filter(({ what }) => !what.includes('roll-up'))
  return [...new Set(pages.map(({ minute }) => minute))]
}

function rangesOf(head: BlockHead): { at: number; bytes: number }[] {
  return ownPlaces(head).map((place) => ({ at: place.at, bytes: storedBytesOf(place) }))
}

describe('a large block', () => {
  test('lies in chunks of sections, and comes back byte for byte', async () => {
    const { book, block } = someBook()
    using _book = book
    expect(keysOf(book, large).length).toBeGreaterThan(4)
    expect(keysOf(book, dayStart)).toEqual([])
    book.reopen()
    const reader = book.reader()
    expect(Buffer.compare(reader.block(large, 0), block)).toBe(0)
    expect(await minutesFound(book)).toEqual([])
  })

  test('is read by the chunk that holds what is asked for', () => {
    const { book, block } = someBook()
    using _book = book
    const reader = book.reader()
    const entry = entryOf(reader, large)
    const first = reader.blockRun(large, entry, { at: 0, bytes: 0, isChecked: false })
    const head = readBlockHead(first.bytes.slice(), block.length)
    let longest = 0
    for (const { at, bytes } of rangesOf(head)) {
      const run = reader.blockRun(large, entry, { at, bytes, isChecked: true })
      const found = run.bytes.subarray(at - run.at, at - run.at + bytes)
      expect(Buffer.compare(found, block.subarray(at, at + bytes))).toBe(0)
      longest = Math.max(longest, run.bytes.length)
    }
    expect(longest).toBeLessThan(block.length / 2)
    const all = reader.blockRun(large, entry, { at: 0, bytes: block.length, isChecked: true })
    expect(Buffer.compare(all.bytes, block)).toBe(0)
  })

  test('has no value that fills one page of LMDB alone, and all of its bytes in order', () => {
    for (const count of [1_200, 2_000, 4_000, 9_000]) {
      const events = sealEvents(incompressible(large, count), large * 60_000)
      const { bytes, entry } = encodeBlock(large, 0, events)
      const [stem, ...chunks] = blockEntries(large, 0, bytes, entry.sha256).map(
        ({ value }) => value,
      )
      expect(chunks.length).toBeGreaterThan(1)
      for (const value of [stem, ...chunks]) expect(value?.length).toBeGreaterThanOrEqual(4_096)
      const read = BlockStem.read(stem ?? new Uint8Array())
      expect(Buffer.compare(Buffer.concat([read?.first ?? bytes, ...chunks]), bytes)).toBe(0)
    }
  })

  test('gives a query what it holds', () => {
    const { book, block } = someBook()
    using _book = book
    const source = lmdbSource(book.root)
    using reader = source.reader
    const entry = entryOf(book.reader(), large)
    for (const bytesMax of [0, 100_000, 2 ** 26]) {
      const cache = new BlockCache({ source: { ...source, reader }, bytesMax })
      expect(plainBlock(cache.open(large, entry))).toEqual(plainBlock(openBlock(block)))
    }
  })

  test('names its page when a bit of any of its values is wrong, and the others still read', async () => {
    const { book } = someBook()
    using _book = book
    const keys = keysOf(book, large)
    for (const key of keys) {
      for (const at of [0, 3, 5, 9, 14, 22, 40, -1]) {
        book.damage(day, 'parts', key, at)
        book.reopen()
        const reader = book.reader()
        expect(() => reader.block(large, 0)).toThrow(DamagedPage)
        expect(eventsIn(reader, after)).toHaveLength(3)
        book.damage(day, 'parts', key, at)
      }
      book.damage(day, 'parts', key, 30)
      expect(await minutesFound(book)).toEqual([large])
      book.damage(day, 'parts', key, 30)
    }
    expect(await minutesFound(book)).toEqual([])
  })

  test('reads beside a chunk that is damaged or missing, and says which that is', () => {
    const { book, block } = someBook()
    using _book = book
    const head = readBlockHead(block)
    const key = chunkKey(large, 0, 1)
    book.damage(day, 'parts', key, 100)
    const outcomes = (): string[] => {
      book.reopen()
      const reader = book.reader()
      const entry = entryOf(reader, large)
      return rangesOf(head).map(({ at, bytes }) => {
        try {
          const run = reader.blockRun(large, entry, { at, bytes, isChecked: true })
          const found = run.bytes.subarray(at - run.at, at - run.at + bytes)
          return Buffer.compare(found, block.subarray(at, at + bytes)) === 0 ? 'read' : 'other'
        } catch (error) {
          return error instanceof DamagedPage ? error.message : 'no damage'
        }
      })
    }
    const damaged = outcomes()
    expect(damaged).toContain('read')
    expect(damaged).not.toContain('other')
    expect(damaged.join()).toContain('chunk 1 of block 0 does not match its checksum')
    book.removeValue(day, 'parts', key)
    expect(outcomes().join()).toContain('chunk 1 of block 0 is missing')
    expect(() => book.reader().block(large, 0)).toThrow('chunk 1 of block 0 is missing')
  })

  test('is not taken for another of the same minute', () => {
    const { book } = someBook()
    using _book = book
    const other = encodeBlock(large, 0, sealEvents(incompressible(large, 4_000, 7), large))
    using elsewhere = new BookFixture()
    elsewhere.writer.putBlock(large, other)
    elsewhere.close(large, 1)
    const stem = storedValue(elsewhere, partKey(large, 0))
    change(book, (env) => env.table('parts').put(partKey(large, 0), stem))
    book.reopen()
    const reader = book.reader()
    const entry = entryOf(reader, large)
    const range = { at: 0, bytes: 0, isChecked: true }
    expect(() => reader.blockRun(large, entry, range)).toThrow('does not match its digest')
  })

  test('of a minute that never closed is swept, chunks and all', () => {
    const { book } = someBook()
    using _book = book
    putLarge(book, after + 1)
    expect(keysOf(book, after + 1).length).toBeGreaterThan(4)
    book.reopen()
    expect(keysOf(book, after + 1)).toEqual([])
    expect(keysOf(book, large).length).toBeGreaterThan(4)
  })

  test('is dropped, chunks and all, when its day is kept in part', () => {
    const { book } = someBook()
    using _book = book
    book.writer.drop(after, false, 'test')
    book.page(after + 1, 3)
    expect(keysOf(book, large)).toEqual([])
    book.reopen()
    expect(book.reader().directory(large)).toBeNull()
    expect(eventsIn(book.reader(), after)).toHaveLength(3)
  })

  test('goes through redactions, its own and those of other pages', async () => {
    const { book, block } = someBook()
    using _book = book
    const all = eventsIn(book.reader(), large) ?? []
    redact(book.writer, requestOf({ beforeMinute: large, facilities: ['checkout'] }))
    expect(Buffer.compare(book.reader().block(large, 0), block)).toBe(0)
    redact(book.writer, requestOf({ levels: [3] }))
    const left = all.filter(({ level }) => level !== 3)
    expect(left.length).toBeLessThan(all.length)
    expect(eventsIn(book.reader(), large)).toEqual(left)
    expect(await minutesFound(book)).toEqual([])
    expect(keysOf(book, large, 3).length).toBeGreaterThan(4)
  })
})

describe('a book of format 1', () => {
  test('is read as it is, goes on, and is one of format 2 from then on', async () => {
    const { book, block } = someBook()
    using _book = book
    change(book, (env) => {
      const parts = env.table('parts')
      for (const key of blockKeys(env, large)) parts.remove(key)
      parts.put(partKey(large, 0), block)
    })
    const meta = new MetaStore(book.directory, 'write')
    meta.commit({ state: meta.state(), format: 1 })
    meta.close()
    expect(formatOf(book)).toContain('"version":1')
    expect(await minutesFound(book)).toEqual([])
    book.reopen()
    expect(formatOf(book)).toContain('"version":2')
    const reader = book.reader()
    expect(Buffer.compare(reader.block(large, 0), block)).toBe(0)
    const run = reader.blockRun(large, entryOf(reader, large), {
      at: 9,
      bytes: 9,
      isChecked: false,
    })
    expect(run.bytes.length).toBe(block.length)
    putLarge(book, after + 1)
    book.close(after + 1, 1)
    expect(await minutesFound(book)).toEqual([])
    book.damage(day, 'parts', partKey(large, 0), 50_000)
    book.reopen()
    const damaged = book.reader()
    const range = { at: 9, bytes: 9, isChecked: false }
    expect(() => damaged.blockRun(large, entryOf(damaged, large), range)).toThrow(
      'block 0 does not match its digest',
    )
  })
})

function storedValue(book: BookFixture, key: Buffer): Buffer {
  book.release()
  const directory = dayDirectory(book.directory, day, 1)
  const env = new LmdbEnv(directory, { mode: 'write', tables: dayTables })
  const value = Buffer.from(env.table('parts').get(key) ?? [])
  env.close()
  return value
}

/** The format record of `meta`, as text. */
function formatOf(book: BookFixture): string {
  const env = new LmdbEnv(`${book.directory}/meta`, { mode: 'share', tables: [] })
  const value = Buffer.from(env.table('').get(Buffer.from('format')) ?? []).toString('latin1')
  env.close()
  return value
}
