import { DayPages } from './day-pages.ts'
import { dayDirectory, dayTables, firstMinuteOfDay, minutesPerDay } from './layout.ts'
import { LmdbEnv } from './lmdb-env.ts'
import type { DayRecord } from './meta-store.ts'

/** Environments kept open; beyond, the one opened longest ago is closed. */
const openDaysMax = 64

interface OpenDay {
  readonly generation: number
  readonly pages: DayPages
}

/** Generations that are kept when redactions have replaced them; beyond, the oldest is closed. */
const replacedMax = 8
/** For how long: whoever holds the directory of such a page comes for its blocks within that time. */
const replacedMs = 60_000

interface ReplacedDay {
  readonly number: number
  readonly record: DayRecord
  readonly atMs: number
  /** Null: it was not open. */
  pages: DayPages | null
}

/** The reading side's days: their records, and the environments that are open. */
export class DayHandles {
  readonly #book: string
  /** Keyed by the day's number since the epoch. */
  readonly #open = new Map<number, OpenDay>()
  /** The newest first. */
  #replaced: ReplacedDay[] = []
  #byNumber = new Map<number, DayRecord>()
  #records: readonly DayRecord[] = []

  constructor(book: string) {
    this.#book = book
  }

  /** In order of the days. */
  get records(): readonly DayRecord[] {
    return this.#records
  }

  recordOf(minute: number): DayRecord | null {
    return this.#byNumber.get(Math.floor(minute / minutesPerDay)) ?? null
  }

  /** Takes over new records: days that are gone are closed, the others see the newest commit. */
  update(records: readonly DayRecord[]): void {
    const before = this.#records
    this.#records = records
    this.#byNumber = new Map(records.map((record) => [numberOf(record), record]))
    for (const record of before) this.#keepReplaced(record)
    this.releaseReplaced(performance.now() - replacedMs)
    for (const [number, { generation, pages }] of this.#open) {
      if (this.#byNumber.get(number)?.generation === generation) pages.env.refresh()
      else this.#release(number)
    }
  }

  /** Throws what LMDB throws. */
  open(record: DayRecord): DayPages {
    const number = numberOf(record)
    const known = this.#open.get(number)
    if (known !== undefined) return known.pages
    const { generation } = record
    const pages = this.#openPages(record)
    this.#open.set(number, { generation, pages })
    const [oldest] = this.#open.keys()
    if (this.#open.size > openDaysMax && oldest !== undefined) this.#release(oldest)
    return pages
  }

  /** Earlier generations of the day of a minute, the newest first. Throws what LMDB throws. */
  *replaced(minute: number): Iterable<DayPages> {
    for (const each of this.#replaced) {
      if (each.number === Math.floor(minute / minutesPerDay)) {
        yield (each.pages ??= this.#openPages(each.record))
      }
    }
  }

  /** Closes those that were replaced before that time (of performance.now). */
  releaseReplaced(beforeMs: number): void {
    const isKept = ({ atMs }: ReplacedDay, i: number): boolean =>
      atMs >= beforeMs && i < replacedMax
    for (const [i, each] of this.#replaced.entries()) if (!isKept(each, i)) each.pages?.env.close()
    this.#replaced = this.#replaced.filter(isKept)
  }

  close(): void {
    this.releaseReplaced(Infinity)
    for (const number of this.#open.keys()) this.#release(number)
  }

  #keepReplaced(record: DayRecord): void {
    const number = numberOf(record)
    const now = this.#byNumber.get(number)
    if (now === undefined || now.generation === record.generation) return
    const pages = this.#open.get(number)?.pages ?? null
    this.#open.delete(number)
    this.#replaced.unshift({ number, record, pages, atMs: performance.now() })
  }

  #openPages({ day, generation }: DayRecord): DayPages {
    const directory = dayDirectory(this.#book, day, generation)
    return new DayPages(new LmdbEnv(directory, { mode: 'share', tables: dayTables }))
  }

  #release(number: number): void {
    this.#open.get(number)?.pages.env.close()
    this.#open.delete(number)
  }
}

function numberOf({ day }: DayRecord): number {
  return firstMinuteOfDay(day) / minutesPerDay
}
