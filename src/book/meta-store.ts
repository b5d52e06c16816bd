import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BookState } from './contract.ts'
import { openJson, sealJson } from './checked.ts'
import { type DropEntry, dropKey } from './drop-chain.ts'
import { type RedactionEntry, redactionKey } from './redaction-chain.ts'
import { bookFormatVersion, metaDirectory } from './layout.ts'
import { type EnvMode, LmdbEnv, type LmdbTable } from './lmdb-env.ts'
import type { ProducerAccount } from './producer-account.ts'
import { producersMaxDefault, ProducerTable } from './producer-table.ts'

/** What the book keeps of itself; one record, written by the transaction that closes a minute. */
export interface MetaState {
  readonly firstMinute: number | null
  readonly closedThrough: number | null
  readonly droppedBefore: number | null
  readonly lastSequence: number
  /** Lower-case hex of the newest page's link; 64 zeros before the first page. */
  readonly chainHead: string
  readonly dropCount: number
  /** Link of the newest entry of the chain of drops, hex. */
  readonly dropHead: string
  readonly redactionCount: number
  /** Link of the newest entry of the chain of redactions, hex. */
  readonly redactionHead: string
}

/** One retained day. Totals count pages that are visible and not dropped. */
export interface DayRecord {
  readonly day: string
  /** The directory's generation; 0: the day has no directory any more, all of it was set aside. */
  readonly generation: number
  readonly pages: number
  readonly events: number
  readonly bytes: number
  readonly firstMinute: number
  readonly lastMinute: number
  /** Minutes up to this one were in a directory that could not be opened and was set aside. */
  readonly asideThrough: number | null
}

/** The book was written by a newer version of Minutebook. */
export class NewerBookFormat extends Error {
  readonly found: number
  constructor(directory: string, found: number) {
    super(
      `${directory} holds a book of format ${found}, and this version reads formats up to ` +
        `${bookFormatVersion}. Start the newer version of Minutebook that wrote it, or give another --data directory.`,
    )
    this.name = 'NewerBookFormat'
    this.found = found
  }
}

const formatKey = Buffer.from('format')
const stateKey = Buffer.from('state')
const noLink = '0'.repeat(64)
/** Address space: a million producers need a third of it. */
export const metaMapBytes = 2 ** 30
/**
 * Written into the file when it is made, so that commits find their blocks on a full disk: a drop, which
 * frees space, must be able to say so first.
 */
const preallocatedBytes = 512 * 1024

const newState: MetaState = {
  firstMinute: null,
  closedThrough: null,
  droppedBefore: null,
  lastSequence: 0,
  chainHead: noLink,
  dropCount: 0,
  dropHead: noLink,
  redactionCount: 0,
  redactionHead: noLink,
}

/** The book's small environment `meta`. */
export class MetaStore {
  readonly #env: LmdbEnv
  readonly #table: LmdbTable

  /** Throws NewerBookFormat, DamagedValue, and what LMDB throws. */
  constructor(book: string, mode: EnvMode) {
    this.#env = new LmdbEnv(metaDirectory(book), { mode, tables: [], mapBytes: metaMapBytes })
    this.#table = this.#env.table('')
    const format = this.#table.get(formatKey)
    if (format !== null) {
      const { version } = openJson<{ version: number }>(format, 'the format record')
      if (version > bookFormatVersion) {
        this.#env.close()
        throw new NewerBookFormat(book, version)
      }
      // What is written from now on, programs of that version could not read.
      if (mode === 'write' && version < bookFormatVersion) {
        this.commit({ state: this.state(), format: bookFormatVersion })
      }
      return
    }
    if (mode !== 'write') return
    appendFileSync(join(metaDirectory(book), 'data.mdb'), Buffer.alloc(preallocatedBytes))
    this.commit({ state: newState, format: bookFormatVersion })
  }

  state(): MetaState {
    const value = this.#table.get(stateKey)
    if (value === null) return newState
    // Books that were written before there were redactions say nothing of them.
    return { ...newState, ...openJson<MetaState>(value, 'the state record') }
  }

  /** The state record as stored: a view, to see cheaply whether it has changed. */
  stateBytes(): Uint8Array {
    return this.#table.get(stateKey) ?? new Uint8Array(0)
  }

  /** In order of the days. */
  days(): DayRecord[] {
    return this.#range<DayRecord>('day/', 'a day record')
  }

  drops(): DropEntry[] {
    return this.#range<DropEntry>('drop/', 'a drop record')
  }

  redactions(): RedactionEntry[] {
    return this.#range<RedactionEntry>('redaction/', 'a redaction record')
  }

  /** One durable transaction. */
  commit(change: MetaChange): void {
    this.#env.transact(() => {
      if (change.format !== undefined) this.#put(formatKey, { version: change.format })
      this.#put(stateKey, change.state)
      for (const day of change.days ?? []) this.#put(dayKey(day.day), day)
      for (const day of change.daysGone ?? []) this.#table.remove(dayKey(day))
      for (const drop of change.drops ?? []) this.#put(dropKey(drop.number), drop)
      if (change.redaction !== undefined) {
        this.#put(redactionKey(change.redaction.number), change.redaction)
      }
      if (change.producers === undefined || change.producers.length === 0) return
      new ProducerTable(this.#table).put(change.producers, producersMaxDefault)
    })
  }

  refresh(): void {
    this.#env.refresh()
  }

  close(): void {
    this.#env.close()
  }

  #put(key: Buffer, value: unknown): void {
    this.#table.put(key, sealJson(value))
  }

  #range<T>(prefix: string, what: string): T[] {
    const records: T[] = []
    const from = Buffer.from(prefix)
    const to = Buffer.from(`${prefix}~`)
    for (const key of this.#table.keys(from, to, recordsMax)) {
      const value = this.#table.get(key)
      if (value !== null) records.push(openJson<T>(value, what))
    }
    return records
  }
}

/** Days, drops or redactions: a thousand years of any. */
const recordsMax = 366_000

export interface MetaChange {
  readonly state: MetaState
  readonly days?: readonly DayRecord[]
  readonly daysGone?: readonly string[]
  readonly drops?: readonly DropEntry[]
  readonly redaction?: RedactionEntry
  readonly producers?: readonly ProducerAccount[]
  readonly format?: number
}

export function bookState(state: MetaState): BookState {
  const { firstMinute, closedThrough, droppedBefore, lastSequence, chainHead } = state
  const link = new Uint8Array(Buffer.from(chainHead, 'hex'))
  const { redactionCount: redactions } = state
  return { firstMinute, closedThrough, droppedBefore, redactions, lastSequence, chainHead: link }
}

function dayKey(day: string): Buffer {
  return Buffer.from(`day/${day}`)
}
