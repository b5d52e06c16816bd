import type { EncodedBlock } from '../page/contract.ts'
import { blockEntries } from './block-chunks.ts'
import { sealBytes } from './checked.ts'
import { type DayEntry, entriesOfPage, type PageToWrite } from './day-entries.ts'
import { DayPages } from './day-pages.ts'
import {
  dayDirectory,
  dayTables,
  digestKey,
  minuteKey,
  partKey,
  rollupKey,
  type RollupUnit,
  startOfUnit,
} from './layout.ts'
import { LmdbEnv, type LmdbTable } from './lmdb-env.ts'

export interface RollupToWrite {
  readonly unit: RollupUnit
  readonly start: number
  readonly tally: Uint8Array
}

/** The writing side of one day's environment. Every method is one durable transaction. */
export class DayWriter {
  readonly day: string
  readonly generation: number
  readonly pages: DayPages
  readonly #env: LmdbEnv
  readonly #pages: LmdbTable
  readonly #parts: LmdbTable
  readonly #digests: LmdbTable
  readonly #rollups: LmdbTable

  constructor(book: string, day: string, generation: number) {
    this.day = day
    this.generation = generation
    const directory = dayDirectory(book, day, generation)
    this.#env = new LmdbEnv(directory, { mode: 'write', tables: dayTables })
    this.pages = new DayPages(this.#env)
    this.#pages = this.#env.table('pages')
    this.#parts = this.#env.table('parts')
    this.#digests = this.#env.table('digests')
    this.#rollups = this.#env.table('rollups')
  }

  /**
   * Reads every key and, if it may, writes once, to come upon a damaged tree now and not when a minute is to
   * close. Throws what LMDB throws.
   */
  probe(mayWrite: boolean): void {
    const limit = 0xffff_ffff
    this.#pages.keys(minuteKey(0), minuteKey(0xffff_ffff), limit)
    this.#parts.keys(partKey(0, 0), partKey(0xffff_ffff, 0), limit)
    this.#digests.keys(digestKey(lowest, 0), digestKey(highest, 0xffff_ffff), limit)
    this.pages.rollups()
    if (!mayWrite) return
    const key = rollupKey('hour', 0xffff_ffff)
    this.#env.transact(() => this.#rollups.put(key, nothing))
    this.#env.transact(() => this.#rollups.remove(key))
  }

  putBlock(minute: number, { entry, bytes }: Pick<EncodedBlock, 'entry' | 'bytes'>): void {
    const entries = blockEntries(minute, entry.part, bytes, entry.sha256)
    this.#env.transact(() => this.#putEntries(entries))
  }

  putPage(page: PageToWrite, rollups: readonly RollupToWrite[]): void {
    const entries = entriesOfPage(page)
    this.#env.transact(() => {
      this.#putEntries(entries)
      this.#putRollups(rollups)
    })
  }

  putEntries(entries: readonly DayEntry[]): void {
    this.#env.transact(() => this.#putEntries(entries))
  }

  putRollups(rollups: readonly RollupToWrite[]): void {
    this.#env.transact(() => this.#putRollups(rollups))
  }

  /**
   * Removes what was stored for minutes after `closedThrough`, and the roll-ups that a page was about to finish;
   * whether there was anything.
   */
  sweepAfter(closedThrough: number): boolean {
    const [from, to] = [closedThrough + 1, 0xffff_ffff]
    const hadPages = this.#remove((minute) => minute > closedThrough, from, to)
    // The first page of another day finishes these before it is written itself.
    const early = this.#rollupKeysOf(from, to)
    if (early.length === 0) return hadPages
    this.#env.transact(() => {
      for (const key of early) this.#rollups.remove(key)
    })
    return true
  }

  /** Removes pages before `minute`, and the roll-ups that counted them. */
  trimBefore(minute: number): void {
    this.#remove((each) => each < minute, 0, minute)
  }

  close(): void {
    this.#env.close()
  }

  #putEntries(entries: readonly DayEntry[]): void {
    for (const { table, key, value } of entries) {
      const into = this.#env.table(table)
      // Pages and blocks mostly come in the order of their keys.
      if (table === 'pages' || table === 'parts') into.append(key, value)
      else into.put(key, value)
    }
  }

  #putRollups(rollups: readonly RollupToWrite[]): void {
    for (const { unit, start, tally } of rollups) {
      this.#rollups.put(rollupKey(unit, start), sealBytes(tally))
    }
  }

  #remove(gone: (minute: number) => boolean, from: number, to: number): boolean {
    const limit = 0xffff_ffff
    const pages = this.#pages.keys(minuteKey(from), minuteKey(to), limit)
    const parts = this.#parts.keys(partKey(from, 0), partKey(to, 0), limit)
    if (pages.length === 0 && parts.length === 0) return false
    const digests = this.#digests
      .keys(digestKey(lowest, 0), digestKey(highest, 0xffff_ffff), limit)
      .filter((key) => gone(key.readUInt32BE(8)))
    const rollups = this.#rollupKeysOf(from, to)
    this.#env.transact(() => {
      for (const key of pages) this.#pages.remove(key)
      for (const key of parts) this.#parts.remove(key)
      for (const key of digests) this.#digests.remove(key)
      for (const key of rollups) this.#rollups.remove(key)
    })
    return true
  }

  /** Roll-ups that cover any minute of [from, to). */
  #rollupKeysOf(from: number, to: number): Buffer[] {
    return [...this.#rollupKeys('hour', from, to), ...this.#rollupKeys('day', from, to)]
  }

  #rollupKeys(unit: RollupUnit, from: number, to: number): Buffer[] {
    const first = rollupKey(unit, startOfUnit(unit, from))
    return this.#rollups.keys(first, rollupKey(unit, to), 0xffff_ffff)
  }
}

const nothing = Buffer.alloc(0)
const lowest = new Uint8Array(8)
const highest = new Uint8Array(8).fill(0xff)
