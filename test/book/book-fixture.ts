import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyStoreDefaults } from '../../src/book/key-store.ts'
import { LmdbReader } from '../../src/book/lmdb-reader.ts'
import { LmdbWriter, type LmdbWriterOptions } from '../../src/book/lmdb-writer.ts'
import { MetaStore } from '../../src/book/meta-store.ts'
import type { ClosedMinute, KeyedAnswer } from '../../src/book/contract.ts'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { type PlainEvent, sealEvents } from './fill-block.ts'

/** 2026-11-22T00:00Z. */
export const dayStart = Date.UTC(2026, 10, 22) / 60_000

/** A book in a directory of its own, with a writer that runs on this thread. */
export class BookFixture implements Disposable {
  readonly root: string
  readonly directory: string
  #writer: LmdbWriter | null = null
  #readers: LmdbReader[] = []
  sequence = 0
  readonly #options: Partial<LmdbWriterOptions>

  constructor(options: Partial<LmdbWriterOptions> = {}) {
    this.root = mkdtempSync(join(tmpdir(), 'minutebook-book-'))
    this.directory = options.directory ?? join(this.root, 'book')
    this.#options = options
  }

  get writer(): LmdbWriter {
    this.#writer ??= new LmdbWriter({
      directory: this.directory,
      keys: keyStoreDefaults,
      reserveBytes: 1024 * 1024,
      now: () => (dayStart + 100_000) * 60_000,
      ...this.#options,
    })
    return this.#writer
  }

  reader(onDamage?: (error: Error) => void): LmdbReader {
    const { directory } = this
    const reader = new LmdbReader(onDamage === undefined ? { directory } : { directory, onDamage })
    this.#readers.push(reader)
    return reader
  }

  /** Puts the events of one minute, `blocks` blocks of them, without closing it. */
  put(minute: number, count: number, blocks = 1): void {
    for (let part = 0; part < blocks; part++) {
      const block = sealEvents(eventsOf(minute, count, part), minute * 60_000 + 500)
      this.writer.putBlock(minute, encodeBlock(minute, part, block))
    }
  }

  close(minute: number, partCount: number, answers: readonly KeyedAnswer[] = []): ClosedMinute {
    const closedAtMs = (minute + 1) * 60_000
    this.sequence++
    const lastSequence = this.sequence
    return this.writer.close({ minute, partCount, answers, lastSequence, closedAtMs })
  }

  page(minute: number, count: number, blocks = 1): ClosedMinute {
    this.put(minute, count, blocks)
    return this.close(minute, blocks)
  }

  /** Runs what writes, and loses all that it wrote into `meta`: as a crash just before that commit would. */
  crashBeforeMeta(action: () => void): void {
    const meta = join(this.directory, 'meta')
    const kept = join(this.root, 'meta-before')
    cpSync(meta, kept, { recursive: true })
    action()
    this.release()
    rmSync(meta, { recursive: true })
    renameSync(kept, meta)
  }

  /** What a crash leaves: handles gone, nothing finished. */
  reopen(): LmdbWriter {
    for (const reader of this.#readers.splice(0)) reader[Symbol.dispose]()
    this.#writer?.[Symbol.dispose]()
    this.#writer = null
    return this.writer
  }

  /** Closes all handles, so that files can be looked at or damaged. */
  release(): void {
    for (const reader of this.#readers.splice(0)) reader[Symbol.dispose]()
    this.#writer?.[Symbol.dispose]()
    this.#writer = null
  }

  [Symbol.dispose](): void {
    this.release()
    rmSync(this.root, { recursive: true, force: true })
  }
}

export function eventsOf(minute: number, count: number, salt = 0): PlainEvent[] {
  const events: PlainEvent[] = []
  for (let i = 0; i < count; i++) {
    events.push({
      facility: i % 3 === 0 ? 'checkout' : 'login',
      event: i % 5 === 0 ? 'payment refused' : 'request served',
      level: i % 7 === 0 ? 3 : 6,
      timestampMs: minute * 60_000 - 30_000 + i * 7,
      additional: { path: `/api/v1/orders/${(i * 31 + salt) % 97}`, host: `web-${i % 4}` },
    })
  }
  return events
}

export function answerOf(key: string, minute: number): KeyedAnswer {
  const answer = JSON.stringify({ accepted: 1, minute, batch: key })
  return { key, bodyHash: `hash-of-${key}`, receivedMs: minute * 60_000 + 1, answer }
}

/** Makes a closed book look as if a newer version had written it. */
export function raiseFormat(directory: string, version: number): void {
  const meta = new MetaStore(directory, false)
  meta.commit({ state: meta.state(), format: version })
  meta.close()
}
