import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyStoreDefaults } from '../../src/book/key-store.ts'
import { LmdbReader } from '../../src/book/lmdb-reader.ts'
import { LmdbWriter } from '../../src/book/lmdb-writer.ts'
import type { DamagedPage } from '../../src/book/contract.ts'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import { decodeDirectory } from '../../src/page/directory.ts'
import type { PageSource } from '../../src/query/page-source.ts'
import { builderOf, type TypedEvent } from './typed-event.ts'

/** A page to be written: its blocks in part order. */
export interface FixturePage {
  readonly minute: number
  readonly blocks: readonly (readonly TypedEvent[])[]
}

export interface FixtureBook extends Disposable {
  readonly dataDirectory: string
  readonly bookDirectory: string
  /** The encoded blocks by minute, in part order. */
  readonly blocks: ReadonlyMap<number, readonly Uint8Array[]>
}

/** Writes a real book; every minute up to `closedThrough` (by default the last page) is closed. */
export function makeBook(pages: readonly FixturePage[], closedThrough?: number): FixtureBook {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'minutebook-query-'))
  const bookDirectory = join(dataDirectory, 'book')
  const blocks = new Map<number, readonly Uint8Array[]>()
  using writer = openWriter(bookDirectory)
  for (const page of pages) blocks.set(page.minute, writePage(writer, page))
  const last = pages.at(-1)?.minute ?? 0
  if (closedThrough !== undefined && closedThrough > last) closeMinute(writer, closedThrough, 0)
  return {
    dataDirectory,
    bookDirectory,
    blocks,
    [Symbol.dispose]: () => rmSync(dataDirectory, { recursive: true, force: true }),
  }
}

export function openWriter(directory: string): LmdbWriter {
  const options = { directory, keys: keyStoreDefaults, reserveBytes: 0 }
  return new LmdbWriter({ ...options, now: Date.now })
}

/** Writes and closes a minute; its encoded blocks. */
export function writePage(writer: LmdbWriter, page: FixturePage): Uint8Array[] {
  const encoded = page.blocks.map((events, part) =>
    encodeBlock(page.minute, part, builderOf(events).detach()),
  )
  for (const block of encoded) writer.putBlock(page.minute, block)
  const blocks = encoded.map(({ bytes }) => bytes.slice())
  closeMinute(writer, page.minute, page.blocks.length)
  return blocks
}

function closeMinute(writer: LmdbWriter, minute: number, partCount: number): void {
  const closedAtMs = (minute + 1) * 60_000
  writer.close({ minute, partCount, answers: [], lastSequence: minute, closedAtMs })
}

export function openSource(book: FixtureBook): PageSource {
  const damaged: DamagedPage[] = []
  return {
    reader: new LmdbReader({
      directory: book.bookDirectory,
      onDamage: (damage) => damaged.push(damage),
    }),
    damaged,
    readDirectory: (bytes) => decodeDirectory(bytes).blocks,
    openBlock,
  }
}

/** Events that differ from each other and are easy to tell apart. */
export function plainEvents(minute: number, count: number, first = 0): TypedEvent[] {
  return Array.from({ length: count }, (_, i) => plainEvent(minute, first + i))
}

const facilities = ['checkout', 'billing', 'search']
const eventNames = ['payment declined', 'cart opened', 'query ran', 'cache missed']

function plainEvent(minute: number, i: number): TypedEvent {
  const receivedMs = minute * 60_000 + (i % 60_000)
  return {
    receivedMs,
    timestampMs: receivedMs - 1000,
    timestampNanos: 0,
    facility: facilities[i % 3] ?? '',
    level: i % 8,
    event: eventNames[(i * 7) % 4] ?? '',
    members: [
      { path: ['n'], value: { kind: 2, value: i } },
      { path: ['http', 'path'], value: { kind: 4, value: `/api/items/${i}` } },
      { path: ['http', 'took'], value: { kind: 3, value: i / 8 } },
    ],
  }
}
