import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyStoreDefaults } from '../../src/book/key-store.ts'
import { dayTables } from '../../src/book/layout.ts'
import { LmdbEnv, type LmdbTable } from '../../src/book/lmdb-env.ts'
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
    const restore = this.saveDirectory('meta')
    action()
    this.release()
    restore()
  }

  /** What a crash leaves: handles gone, nothing finished. */
  reopen(): LmdbWriter {
    for (const reader of this.#readers.splice(0)) reader[Symbol.dispose]()
    this.#writer?.[Symbol.dispose]()
    this.#writer = null
    return this.writer
  }

  /** Copies a directory of the book; what it gives back puts the copy in its place. */
  saveDirectory(name: string): () => void {
    const kept = join(this.root, `kept-${name}`)
    cpSync(join(this.directory, name), kept, { recursive: true })
    return () => {
      rmSync(join(this.directory, name), { recursive: true, force: true })
      renameSync(kept, join(this.directory, name))
    }
  }

  /** Flips one bit of a stored value, as a bad disk would; of the first generation unless `day` names one. Closes all handles. */
  damage(day: string, table: string, key: Buffer, at: number): void {
    this.#change(day.includes('.g') ? day : `${day}.g1`, table, (stored) => {
      const value = stored.get(key)
      if (value === null) throw new Error(`no such value in ${table}`)
      const changed = Buffer.from(value)
      const index = at < 0 ? changed.length + at : at
      changed.writeUInt8(changed.readUInt8(index) ^ 0x10, index)
      stored.put(key, changed)
    })
  }

  removeValue(day: string, table: string, key: Buffer): void {
    this.#change(`${day}.g1`, table, (stored) => stored.remove(key))
  }

  /** Removes a record of the book's own. Closes all handles. */
  removeMeta(key: Buffer): void {
    this.release()
    const env = new LmdbEnv(join(this.directory, 'meta'), { mode: 'write', tables: [] })
    env.transact(() => env.table('').remove(key))
    env.close()
  }

  /** Puts one generation of a day in the place of another. */
  moveGeneration(day: string, from: number, to: number): void {
    const target = join(this.directory, `${day}.g${to}`)
    rmSync(target, { recursive: true, force: true })
    renameSync(join(this.directory, `${day}.g${from}`), target)
  }

  #change(name: string, table: string, change: (stored: LmdbTable) => void): void {
    this.release()
    const directory = join(this.directory, name)
    const env = new LmdbEnv(directory, { mode: 'write', tables: dayTables })
    env.transact(() => change(env.table(table)))
    env.close()
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
      event:
        i % 5 === 0
          ? 'payment refused'
          : `request ${(Math.imul(i % 700, 0x9e3779b1) >>> 0).toString(36)} served`,
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
  const meta = new MetaStore(directory, 'write')
  meta.commit({ state: meta.state(), format: version })
  meta.close()
}
