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

/** The reading side's days: their records, and the environments that are open. */
export class DayHandles {
  readonly #book: string
  /** Keyed by the day's number since the epoch. */
  readonly #open = new Map<number, OpenDay>()
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
    this.#records = records
    this.#byNumber = new Map(records.map((record) => [numberOf(record), record]))
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
    const { day, generation } = record
    const directory = dayDirectory(this.#book, day, generation)
    const pages = new DayPages(new LmdbEnv(directory, { mode: 'share', tables: dayTables }))
    this.#open.set(number, { generation, pages })
    const [oldest] = this.#open.keys()
    if (this.#open.size > openDaysMax && oldest !== undefined) this.#release(oldest)
    return pages
  }

  close(): void {
    for (const number of this.#open.keys()) this.#release(number)
  }

  #release(number: number): void {
    this.#open.get(number)?.pages.env.close()
    this.#open.delete(number)
  }
}

function numberOf({ day }: DayRecord): number {
  return firstMinuteOfDay(day) / minutesPerDay
}
