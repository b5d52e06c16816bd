import type { EventPlace } from '../event/event-id.ts'
import type { BlockEntry, Summary, Tally } from '../page/contract.ts'
import { decodeTally } from '../page/tally-decoder.ts'
import { CatalogueReader } from './catalogue-reader.ts'
import type {
  BlockRange,
  BlockRun,
  BookReader,
  BookState,
  CatalogueView,
  MinuteRange,
} from './contract.ts'
import { DamagedPage } from './contract.ts'
import { DayHandles } from './day-handles.ts'
import type { DayPages } from './day-pages.ts'
import { minutesOfUnit, minutesPerDay, type RollupUnit } from './layout.ts'
import { bookState, MetaStore, type DayRecord, type MetaState } from './meta-store.ts'
import { StoredPage } from './stored-page.ts'
import { rollUp, type TallySource } from './rollup.ts'

/** Records of pages that are kept; once decoded they take about as much again. The newest is kept whatever it takes. */
const pagesBytesMax = 2 * 2 ** 20
/** How often a reader that nobody asks looks for days that are gone. */
const letGoMs = 60_000
/** What a record takes beside its directory, about. */
const recordBytes = 2048

export interface LmdbReaderOptions {
  /** `<data>/book`. The writer must have opened it before. */
  readonly directory: string
  /** Told of every damaged page that a list leaves out. */
  readonly onDamage?: (damage: DamagedPage) => void
}

/**
 * The reading side: handles of its own; reading takes no lock. Each method sees what had been committed when
 * the current turn of the event loop began, `state` what has been committed now. What a method
 * returns as bytes is valid until the next call of any method.
 */
export class LmdbReader implements BookReader {
  readonly #onDamage: (damage: DamagedPage) => void
  readonly #meta: MetaStore
  readonly #days: DayHandles
  readonly #catalogue: CatalogueReader
  /** The pages that were read last, by minute, as long as nothing is committed to the book. */
  readonly #pages = new Map<number, StoredPage>()
  #pagesBytes = 0
  /** The page that a list has come to: its directory is asked for next. Kept as long as `#pages`. */
  #listed: StoredPage | null = null
  readonly #timer: ReturnType<typeof setInterval>
  #stateBytes: Buffer
  #state: MetaState

  /** Throws NewerBookFormat, and Error when there is no book. */
  constructor({ directory, onDamage }: LmdbReaderOptions) {
    this.#onDamage = onDamage ?? (() => {})
    this.#meta = new MetaStore(directory, 'share')
    this.#days = new DayHandles(directory)
    this.#catalogue = new CatalogueReader(directory)
    this.#stateBytes = Buffer.from(this.#meta.stateBytes())
    this.#state = this.#meta.state()
    this.#days.update(this.#meta.days())
    this.#timer = setInterval(() => this.#letGo(), letGoMs)
    this.#timer.unref()
  }

  state(): BookState {
    this.#meta.refresh()
    this.#follow()
    return bookState(this.#state)
  }

  summary(minute: number): Summary | null {
    this.#follow()
    return this.#read(minute, (pages) => this.#page(pages, minute)?.summary ?? null)
  }

  tally(minute: number): Tally | null {
    this.#follow()
    return this.#tally(minute)
  }

  /** Damaged pages are left out, and told to `onDamage`. */
  *summaries(range: MinuteRange): Iterable<Summary> {
    this.#follow()
    const { order } = range
    const from = Math.max(range.from, this.#firstVisible())
    const through = Math.min(range.through, this.#lastVisible())
    const records = this.#days.records.filter(
      (each) => each.pages > 0 && each.lastMinute >= from && each.firstMinute <= through,
    )
    let left = range.limit
    for (const record of order === 'asc' ? records : records.toReversed()) {
      const list = { from, through, order }
      for (let hidden = 1; hidden > 0 && left > 0;) {
        hidden = 0
        for (const minute of this.#minutes(record, { ...list, limit: left })) {
          if (order === 'asc') list.from = minute + 1
          else list.through = minute - 1
          const summary = this.#readOrTell(minute, (pages) => {
            this.#listed = StoredPage.read(pages, minute)
            return this.#listed?.summary ?? null
          })
          if (summary === null) continue
          // A redaction has left nothing of it: as any minute without events. Others take its place in the list.
          if (summary.eventCount === 0) hidden++
          else {
            left--
            yield summary
          }
        }
      }
    }
  }

  directory(minute: number): Uint8Array | null {
    this.#follow()
    return this.#read(minute, (pages) => {
      const page = this.#page(pages, minute)
      // Decoding it checks it.
      return page === null || page.directory.minute !== minute ? null : page.record.directory
    })
  }

  block(minute: number, part: number, sha256?: Uint8Array): Uint8Array {
    return this.#readBlock(minute, { part, sha256 }, (page, pages) => page.block(pages, part))
  }

  blockRun(minute: number, { part, sha256 }: BlockEntry, range: BlockRange): BlockRun {
    return this.#readBlock(minute, { part, sha256 }, (page, pages) =>
      page.blockRun(pages, part, range),
    )
  }

  minuteOfDigest(digest: Uint8Array): number | null {
    this.#follow()
    for (const record of this.#days.records.toReversed()) {
      const candidates = this.#readOrTell(record.lastMinute, (pages) =>
        pages.minutesOfDigest(digest),
      )
      for (const minute of candidates ?? []) {
        const summary = this.#readOrTell(
          minute,
          (pages) => StoredPage.read(pages, minute)?.summary ?? null,
        )
        if (summary !== null && Buffer.compare(summary.digest, digest) === 0) return minute
      }
    }
    return null
  }

  wasRedacted({ minute, part, row }: EventPlace): boolean {
    this.#follow()
    const rows = this.#read(
      minute,
      (pages) => this.#page(pages, minute)?.directory.originalRows?.get(part) ?? null,
    )
    return rows !== null && row < rows
  }

  /** Throws DamagedPage: counts without one of their pages would be wrong. */
  rollup(unit: RollupUnit, start: number): Tally | null {
    this.#follow()
    return this.#storedRollup(unit, start) ?? rollUp(this.#tallies(), unit, start)
  }

  catalogue(): CatalogueView | null {
    return this.#catalogue.view()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#catalogue[Symbol.dispose]()
    this.#days.close()
    this.#meta.close()
  }

  /** Takes over a state that has changed. 0.5 µs when it has not. */
  #follow(): void {
    const bytes = this.#meta.stateBytes()
    if (Buffer.compare(bytes, this.#stateBytes) === 0) return
    this.#stateBytes = Buffer.from(bytes)
    this.#pages.clear()
    this.#pagesBytes = 0
    this.#listed = null
    this.#state = this.#meta.state()
    this.#days.update(this.#meta.days())
  }

  /** Files of days that are gone give their space back when nobody has them open: a thread that is not asked, too. */
  #letGo(): void {
    try {
      this.#meta.refresh()
      this.#follow()
    } catch {
      // Whoever asks next comes upon it, and is told.
    }
  }

  #firstVisible(): number {
    return this.#state.droppedBefore ?? 0
  }

  #lastVisible(): number {
    return this.#state.closedThrough ?? -1
  }

  #isVisible(minute: number): boolean {
    return minute >= this.#firstVisible() && minute <= this.#lastVisible()
  }

  /** Whatever goes wrong inside is the page's damage, unless the page has meanwhile been dropped. */
  #read<T>(minute: number, action: (pages: DayPages) => T | null): T | null {
    const record = this.#isVisible(minute) ? this.#days.recordOf(minute) : null
    if (record === null) return null
    if (record.asideThrough !== null && minute <= record.asideThrough) {
      throw new DamagedPage(minute, `the day ${record.day} could not be opened and was set aside`)
    }
    if (record.pages === 0) return null
    try {
      return action(this.#days.open(record))
    } catch (error) {
      this.#meta.refresh()
      this.#follow()
      if (!this.#isVisible(minute)) return null
      if (error instanceof DamagedPage) throw error
      throw new DamagedPage(minute, error instanceof Error ? error.message : String(error))
    }
  }

  /** Of the page as it is, or as it was before a redaction when only that had the block. */
  #readBlock<T>(
    minute: number,
    { part, sha256 }: { readonly part: number; readonly sha256: Uint8Array | undefined },
    read: (page: StoredPage, pages: DayPages) => T,
  ): T {
    this.#follow()
    const found = this.#read(minute, (pages) => {
      const page = this.#page(pages, minute)
      if (page === null) return null
      if (page.hasBlock(part, sha256)) return read(page, pages)
      if (sha256 === undefined) throw new DamagedPage(minute, `the page has no block ${part}`)
      for (const earlier of this.#days.replaced(minute)) {
        const replaced = StoredPage.read(earlier, minute)
        if (replaced?.hasBlock(part, sha256) === true) return read(replaced, earlier)
      }
      return null
    })
    if (found === null) throw new DamagedPage(minute, `there is no block ${part}`)
    return found
  }

  #page(pages: DayPages, minute: number): StoredPage | null {
    const known = this.#pages.get(minute)
    if (known !== undefined) return known
    const page = this.#listed?.minute === minute ? this.#listed : StoredPage.read(pages, minute)
    if (page === null) return null
    this.#pages.set(minute, page)
    this.#pagesBytes += bytesOf(page)
    for (const oldest of this.#pages.values()) {
      if (this.#pagesBytes <= pagesBytesMax || oldest === page) break
      this.#pages.delete(oldest.minute)
      this.#pagesBytes -= bytesOf(oldest)
    }
    return page
  }

  #readOrTell<T>(minute: number, action: (pages: DayPages) => T | null): T | null {
    try {
      return this.#read(minute, action)
    } catch (error) {
      if (!(error instanceof DamagedPage)) throw error
      this.#onDamage(error)
      return null
    }
  }

  #minutes(record: DayRecord, range: MinuteRange): readonly number[] {
    const { from, through, limit, order } = range
    const newest = Math.min(through, record.lastMinute)
    return (
      this.#readOrTell(record.lastMinute, (pages) =>
        pages.minutes(Math.max(from, record.firstMinute), newest, limit, order),
      ) ?? []
    )
  }

  #tally(minute: number): Tally | null {
    return this.#read(minute, (pages) => {
      const bytes = this.#page(pages, minute)?.tally(pages) ?? null
      return bytes === null ? null : decodeTally(bytes)
    })
  }

  #storedRollup(unit: RollupUnit, start: number): Tally | null {
    const last = start + minutesOfUnit(unit) - 1
    if (start < this.#firstVisible() || last > this.#lastVisible()) return null
    return this.#read(start, (pages) => {
      const bytes = pages.rollup(unit, start)
      return bytes === null ? null : decodeTally(bytes)
    })
  }

  #tallies(): TallySource {
    return {
      minutes: (from, through) => {
        const record = this.#days.recordOf(from)
        if (record === null) return []
        const first = Math.max(from, this.#firstVisible())
        const last = Math.min(through, this.#lastVisible())
        return this.#minutes(record, {
          from: first,
          through: last,
          limit: minutesPerDay,
          order: 'asc',
        })
      },
      tally: (minute) => this.#tally(minute),
      storedHour: (start) => this.#storedRollup('hour', start),
    }
  }
}

function bytesOf(page: StoredPage): number {
  return recordBytes + page.record.directory.length
}
