import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DayWriter } from './day-writer.ts'
import { dayDirectory, dayOfMinute, firstMinuteOfDay } from './layout.ts'
import { syncDirectory } from './lmdb-env.ts'
import type { DayRecord } from './meta-store.ts'

/** The retained days of the writing side: their records, and the environments that are open. */
export class DaySet {
  readonly #book: string
  readonly #records = new Map<string, DayRecord>()
  readonly #writers = new Map<string, DayWriter>()
  /** The newest generation that was begun, whether it came to be the day's or not. */
  readonly #begun = new Map<string, number>()

  constructor(book: string, records: readonly DayRecord[]) {
    this.#book = book
    for (const record of records) this.#records.set(record.day, record)
  }

  /** In order of the days. */
  get records(): readonly DayRecord[] {
    return [...this.#records.values()].sort((a, b) => (a.day < b.day ? -1 : 1))
  }

  record(day: string): DayRecord | null {
    return this.#records.get(day) ?? null
  }

  replace(record: DayRecord): void {
    this.#records.set(record.day, record)
  }

  /** The day's environment, opened, or made when the day is new. Throws when it cannot be opened. */
  writer(day: string): DayWriter {
    const open = this.#writers.get(day)
    if (open !== undefined) return open
    const generation = this.#records.get(day)?.generation ?? 1
    const writer = new DayWriter(this.#book, day, generation)
    this.#writers.set(day, writer)
    return writer
  }

  /** The newest minute with a page before `minute`, null without one that is retained. */
  pageBefore(minute: number): number | null {
    const day = dayOfMinute(minute)
    const today = this.#records.get(day)
    if (today !== undefined && today.pages > 0) {
      const [newest] = this.writer(day).pages.minutes(firstMinuteOfDay(day), minute - 1, 1, 'desc')
      if (newest !== undefined) return newest
    }
    const earlier = this.records.findLast((each) => each.day < day && each.pages > 0)
    return earlier?.lastMinute ?? null
  }

  /** A generation of the day that has never been. */
  newGeneration({ day, generation }: DayRecord): number {
    const next = Math.max(generation, this.#begun.get(day) ?? 0) + 1
    this.#begun.set(day, next)
    return next
  }

  /** Goes over to a day's next generation; the directory of the one before, which readers may have open. */
  adopt(record: DayRecord, writer: DayWriter): string | null {
    const directory = this.forget(record.day)
    this.#records.set(record.day, record)
    this.#writers.set(record.day, writer)
    return directory
  }

  /** Closes a day and forgets it; its directory, null when it has none. */
  forget(day: string): string | null {
    const record = this.#records.get(day)
    this.#release(day)
    this.#records.delete(day)
    if (record === undefined || record.generation === 0) return null
    return dayDirectory(this.#book, day, record.generation)
  }

  /** Unlinks the directory of a forgotten day. Readers that have it open keep it until they close it. */
  unlink(directory: string): void {
    rmSync(directory, { recursive: true, force: true })
    syncDirectory(this.#book)
  }

  bytesOnDisk({ day, generation }: DayRecord): number {
    const directory = dayDirectory(this.#book, day, generation)
    return existsSync(directory) ? bytesOnDisk(directory) : 0
  }

  /** Closes environments of earlier days: they are opened again when asked for. */
  closeBefore(day: string): void {
    for (const each of this.#writers.keys()) if (each < day) this.#release(each)
  }

  close(): void {
    for (const day of this.#writers.keys()) this.#release(day)
  }

  #release(day: string): void {
    this.#writers.get(day)?.close()
    this.#writers.delete(day)
  }
}

/** Bytes that the files below a directory take on the disk. */
export function bytesOnDisk(directory: string): number {
  let bytes = 0
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) bytes += bytesOnDisk(path)
    else bytes += statSync(path).blocks * 512
  }
  return bytes
}
