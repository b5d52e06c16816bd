import { afterEach, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  addSighting,
  type CatalogueEntry,
  decodeEntry,
  encodeEntry,
  gapsMax,
  newEntry,
  silentMinutes,
} from '../../src/book/catalogue-entry.ts'
import { CatalogueReader } from '../../src/book/catalogue-reader.ts'
import type { CatalogueView } from '../../src/book/contract.ts'
import { LmdbWriter } from '../../src/book/lmdb-writer.ts'
import { keyStoreDefaults } from '../../src/book/key-store.ts'
import { LmdbEnv } from '../../src/book/lmdb-env.ts'
import { minuteKey } from '../../src/book/layout.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { WorkerWriter } from '../../src/book/worker-writer.ts'
import { BookFixture, dayStart, eventsOf } from './book-fixture.ts'
import { sealEvents } from './fill-block.ts'
import { openWriter, writePage } from '../query/book-fixture.ts'
import type { TypedEvent } from '../query/typed-event.ts'

const day = 1_440
const start = 20_000 * day
const directories: string[] = []

afterEach(() => {
  for (const each of directories.splice(0)) rmSync(each, { recursive: true, force: true })
})

function newBook(): string {
  const directory = mkdtempSync(join(tmpdir(), 'minutebook-catalogue-'))
  directories.push(directory)
  return join(directory, 'book')
}

interface Said {
  readonly facility: string
  readonly event: string
  readonly level?: number
  readonly timestampMs?: number
}

function page(writer: LmdbWriter, minute: number, said: readonly Said[]): void {
  const events = said.map(({ facility, event, level, timestampMs }, i): TypedEvent => {
    const receivedMs = minute * 60_000 + i
    const time = timestampMs ?? receivedMs
    return {
      receivedMs,
      timestampMs: time,
      timestampNanos: 0,
      facility,
      level: level ?? 6,
      event,
      members: [],
    }
  })
  writePage(writer, { minute, blocks: [events] })
}

function catchUp(writer: LmdbWriter): number {
  let steps = 0
  while (writer.catchUp().isBehind) if (++steps > 1_000) throw new Error('it never ends')
  return steps
}

function viewOf(book: string): CatalogueView {
  using reader = new CatalogueReader(book)
  const view = reader.view()
  if (view === null) throw new Error('there is no catalogue')
  const entries = view.entries()
  return { ...view, entries: () => entries }
}

function entriesOf(book: string): CatalogueEntry[] {
  const entries = viewOf(book).entries()
  if (entries === null) throw new Error('the catalogue cannot be read')
  return entries.toSorted((a, b) =>
    `${a.facility} ${a.event}` < `${b.facility} ${b.event}` ? -1 : 1,
  )
}

/** Null: what was wrong is over. */
function unexpected(what: unknown): void {
  if (what !== null) throw new Error(JSON.stringify(what))
}

const paid = { facility: 'shop', event: 'paid' }
const lost = { facility: 'shop', event: 'connection lost', level: 3 }

describe('the catalogue', () => {
  test('counts each pair of facility and event ever, by level, with its first and last time', () => {
    const book = newBook()
    using writer = openWriter(book)
    page(writer, start, [paid, paid, { ...paid, level: 4 }])
    page(writer, start + 3, [paid, lost])
    catchUp(writer)
    const [first, second] = entriesOf(book)
    expect(first?.event).toBe('connection lost')
    expect(first?.levels).toEqual([0, 0, 0, 1, 0, 0, 0, 0])
    expect(second?.levels).toEqual([0, 0, 0, 0, 1, 0, 3, 0])
    expect([second?.firstMs, second?.lastMs]).toEqual([start * 60_000, (start + 3) * 60_000])
    expect([second?.firstMinute, second?.lastMinute]).toEqual([start, start + 3])
    expect(viewOf(book).about).toMatchObject({
      appliedThrough: start + 3,
      pairs: 2,
      sinceMinute: start,
    })
  })

  test('keeps silences of an hour and more, and no shorter ones', () => {
    const book = newBook()
    using writer = openWriter(book)
    for (const minute of [0, 60, 121, 5_000]) page(writer, start + minute, [paid])
    catchUp(writer)
    expect(entriesOf(book)[0]?.gaps).toEqual([
      { fromMinute: start + 60, returnMinute: start + 121 },
      { fromMinute: start + 121, returnMinute: start + 5_000 },
    ])
  })

  test('neither misses nor doubles a page when a crash comes at any point between the commits', () => {
    const book = newBook()
    const minutes = [0, 1, 2, 59, 200, day + 5]
    for (const [i, minute] of minutes.entries()) {
      // Each start finds the catalogue behind by one page, up to date, or behind by two.
      using writer = openWriter(book)
      if (i % 3 === 1) catchUp(writer)
      page(writer, start + minute, [paid, lost])
      if (i % 3 === 0) catchUp(writer)
    }
    using writer = openWriter(book)
    catchUp(writer)
    catchUp(writer)
    for (const entry of entriesOf(book)) {
      expect(entry.levels.reduce((sum, each) => sum + each)).toBe(minutes.length)
      expect([entry.firstMinute, entry.lastMinute]).toEqual([start, start + day + 5])
    }
    expect(viewOf(book).about.missedPages).toBe(0)
  })

  test('survives the drop of the pages, also of those it had not counted yet', () => {
    const book = newBook()
    using writer = openWriter(book)
    page(writer, start, [paid])
    page(writer, start + day, [lost])
    page(writer, start + 2 * day, [paid])
    writer.drop(start + 2 * day, false, 'test')
    catchUp(writer)
    const [first, second] = entriesOf(book)
    expect(first?.firstMinute).toBe(start + day)
    expect(second?.firstMinute).toBe(start)
    expect(viewOf(book).about).toMatchObject({ isRebuilt: false, missedPages: 0, pairs: 2 })
  })

  test('takes no far future and no 1970 for the time of an event', () => {
    const book = newBook()
    using writer = openWriter(book)
    page(writer, start, [
      { ...paid, timestampMs: 0 },
      { ...paid, timestampMs: 9e12 },
    ])
    page(writer, start + 1, [{ ...paid, timestampMs: 0 }, paid])
    catchUp(writer)
    const [entry] = entriesOf(book)
    expect(entry?.firstMs).toBe(start * 60_000)
    expect(entry?.lastMs).toBe((start + 1) * 60_000 + 1)
  })

  test('leaves pairs beyond its maximum out, and says so', () => {
    const book = newBook()
    const options = { directory: book, keys: keyStoreDefaults, reserveBytes: 0, now: Date.now }
    using writer = new LmdbWriter({ ...options, cataloguePairsMax: 2 })
    page(writer, start, [paid, lost])
    catchUp(writer)
    expect(viewOf(book).about.isFull).toBe(false)
    page(writer, start + 1, [paid, { facility: 'other', event: 'x' }])
    catchUp(writer)
    expect(viewOf(book).about).toMatchObject({ isFull: true, pairs: 2 })
    expect(entriesOf(book).map((each) => each.event)).toEqual(['connection lost', 'paid'])
  })

  test('is set aside when damaged, told of, and made again from the pages', () => {
    const book = newBook()
    {
      using writer = openWriter(book)
      for (let i = 0; i < 130; i++) page(writer, start + i, [paid])
      catchUp(writer)
    }
    writeFileSync(join(book, 'catalogue-1', 'data.mdb'), 'this is no environment')
    using writer = openWriter(book)
    const { aside, isBehind } = writer.catchUp()
    expect(aside).toHaveLength(1)
    expect(aside[0]?.day).toBe('catalogue')
    expect(isBehind).toBe(true)
    catchUp(writer)
    expect(existsSync(join(book, 'catalogue-1.corrupt'))).toBe(true)
    expect(viewOf(book).generation).toBe(2)
    expect(entriesOf(book)[0]?.levels[6]).toBe(130)
    expect(viewOf(book).about.isRebuilt).toBe(false)
  })

  test('says that it was made again after pages had been dropped', () => {
    const book = newBook()
    {
      using writer = openWriter(book)
      page(writer, start, [paid])
      page(writer, start + day, [paid])
      writer.drop(start + day, false, 'test')
    }
    for (const name of readdirSync(book)) {
      if (name.startsWith('catalogue-')) rmSync(join(book, name), { recursive: true })
    }
    using writer = openWriter(book)
    catchUp(writer)
    expect(viewOf(book).about).toMatchObject({ isRebuilt: true, sinceMinute: start + day })
  })

  test('is made again while the book is open when an entry turns out to be damaged', async () => {
    const book = newBook()
    using writer = openWriter(book)
    for (let i = 0; i < 5; i++) page(writer, start + i, [paid, lost])
    catchUp(writer)
    const env = new LmdbEnv(join(book, 'catalogue-1'), { mode: 'write', tables: ['pairs'] })
    const pairs = env.table('pairs')
    const [key] = pairs.keys(Buffer.alloc(16), Buffer.alloc(17, 0xff), 1)
    if (key === undefined) throw new Error('the catalogue has no pair')
    env.transact(() => pairs.put(key, Buffer.from('not what was written')))
    env.close()
    expect((await verifyBook(book, () => {})).findings[0]?.what).toContain('1 entries')
    page(writer, start + 9, [paid, lost])
    const { aside } = writer.catchUp()
    expect(aside.map(({ path }) => path)).toEqual([join(book, 'catalogue-1.corrupt')])
    catchUp(writer)
    expect(entriesOf(book).map(({ levels }) => levels.reduce((a, b) => a + b))).toEqual([6, 6])
    expect((await verifyBook(book, () => {})).findings).toEqual([])
  })

  test('goes on without pages that cannot be read, and says how many there were', () => {
    using fixture = new BookFixture()
    for (const minute of [0, 1, 2]) fixture.page(dayStart + minute, 3)
    fixture.damage('2026-11-22', 'pages', minuteKey(dayStart + 1), 6)
    using writer = openWriter(fixture.directory)
    catchUp(writer)
    expect(viewOf(fixture.directory).about).toMatchObject({
      missedPages: 1,
      appliedThrough: dayStart + 2,
    })
    const events = entriesOf(fixture.directory).flatMap(({ levels }) => levels)
    expect(events.reduce((sum, each) => sum + each)).toBe(6)
  })

  test('keeps the newest return after any silence, however many there were', () => {
    const tally = { levels: [0, 0, 0, 0, 0, 0, 1, 0], firstMs: 0, lastMs: 0 }
    const entry = newEntry('shop', 'paid', 0, tally)
    const returns: { readonly minute: number; readonly after: number }[] = []
    let minute = 0
    for (let i = 0; i < 200; i++) {
      const after = 60 + ((i * 7_919) % 3_000)
      minute += after + 1
      returns.push({ minute, after })
      addSighting(entry, minute, tally)
    }
    expect(entry.gaps).toHaveLength(gapsMax)
    for (let silence = 60; silence < 3_100; silence += 10) {
      const newest = returns.findLast(({ after }) => after >= silence)?.minute
      const known = entry.gaps.findLast((gap) => silentMinutes(gap) >= silence)?.returnMinute
      expect(known).toBe(newest)
    }
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry)
  })

  test('follows what the thread of the book closes, and is whole after a stop', async () => {
    const book = newBook()
    const options = {
      directory: book,
      onTrouble: unexpected,
      onDeath: unexpected,
      onAside: unexpected,
    }
    await using writer = await WorkerWriter.open(options)
    for (let i = 0; i < 5; i++) {
      const minute = dayStart + i
      await writer.putBlock(minute, 0, sealEvents(eventsOf(minute, 40), 1))
      const about = { answers: [], lastSequence: i, closedAtMs: 1, minute, partCount: 1 }
      await writer.close(about)
    }
    using reader = new CatalogueReader(book)
    const end = performance.now() + 10_000
    while (reader.view()?.about.appliedThrough !== dayStart + 4) {
      if (performance.now() > end) throw new Error('the catalogue does not follow')
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const levels = (reader.view()?.entries() ?? []).flatMap((entry) => entry.levels)
    expect(levels.reduce((sum, each) => sum + each, 0)).toBe(200)
  })
})
