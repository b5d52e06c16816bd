import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DayPages } from './day-pages.ts'
import { catalogueFindings } from './verify-catalogue.ts'
import { linkOfDrop } from './drop-chain.ts'
import { dayDirectory, dayTables, firstMinuteOfDay, minutesPerDay } from './layout.ts'
import { LmdbEnv } from './lmdb-env.ts'
import { type DayRecord, type MetaState, MetaStore } from './meta-store.ts'
import { type RedactionEntry, whyAsked } from './redaction-chain.ts'
import { checkRollups, PageVerifier } from './verify-page.ts'
import { chainFindings, RedactedPages } from './verify-redactions.ts'

/** Something in the book that is not as it was written. */
export interface Finding {
  /** The page, in minutes since the epoch; null when it concerns no single page. */
  readonly minute: number | null
  readonly what: string
}

export interface VerifyReport {
  readonly pages: number
  readonly blocks: number
  readonly events: number
  readonly bytes: number
  readonly closedThrough: number | null
  /** In the order of the pages; at most `findingsMax` are kept. */
  readonly findings: readonly Finding[]
  readonly findingCount: number
}

export interface VerifyProgress {
  readonly day: string
  readonly pages: number
  readonly pagesTotal: number
}

export const findingsMax = 1_000

/**
 * Checks the whole book: every page's record, directory, blocks and counts, the chain of pages, the chains
 * of drops and redactions, the roll-ups, the totals and the catalogue. Reads only, through handles of its own, and so may run beside a
 * server: it checks what had been closed when it began, and leaves out what is dropped meanwhile.
 * `book` is `<data>/book`. Throws NewerBookFormat, DamagedValue of the book's own records, and Error without a book.
 */
export async function verifyBook(
  book: string,
  onProgress: (progress: VerifyProgress) => void,
): Promise<VerifyReport> {
  const meta = new MetaStore(book, 'read')
  try {
    const run = new VerifyRun(book, meta)
    const days = meta.days()
    const pagesTotal = days.reduce((sum, day) => sum + day.pages, 0)
    run.checkDrops()
    run.checkRedactions()
    for (const day of days) {
      onProgress({ day: day.day, pages: run.pages.count, pagesTotal })
      run.checkDay(day)
      // Between days: a terminal shows the progress, and Ctrl-C is heard.
      await new Promise((resolve) => setImmediate(resolve))
    }
    run.checkHead()
    run.checkCatalogue()
    return run.report()
  } finally {
    meta.close()
  }
}

class VerifyRun {
  readonly pages: PageVerifier
  readonly #book: string
  readonly #meta: MetaStore
  readonly #state: MetaState
  readonly #redactions: readonly RedactionEntry[]
  readonly #findings: Finding[] = []
  #findingCount = 0

  constructor(book: string, meta: MetaStore) {
    this.#book = book
    this.#meta = meta
    this.#state = meta.state()
    this.#redactions = meta.redactions()
    const start = meta.drops().at(-1)?.lastLink ?? '0'.repeat(64)
    this.pages = new PageVerifier(start, (minute, what) => this.#found(minute, what))
  }

  checkDrops(): void {
    let previous = '0'.repeat(64)
    const drops = this.#meta.drops()
    for (const [i, entry] of drops.entries()) {
      const isNext = entry.number === i + 1 && entry.previous === previous
      if (!isNext || linkOfDrop(entry) !== entry.link) {
        this.#found(
          null,
          `entry ${i + 1} of the chain of drops does not follow from the one before`,
        )
      }
      previous = entry.link
    }
    if (previous !== this.#state.dropHead || drops.length !== this.#state.dropCount) {
      this.#found(null, 'the chain of drops does not end where the book says')
    }
    const before = drops.at(-1)?.beforeMinute ?? null
    if (before !== this.#state.droppedBefore) {
      this.#found(null, 'the newest drop is not what the book says has been dropped')
    }
  }

  checkRedactions(): void {
    const { redactionCount: count, redactionHead: head } = this.#state
    for (const what of chainFindings(this.#redactions, { count, head })) this.#found(null, what)
  }

  checkDay(record: DayRecord): void {
    const { day, generation, asideThrough } = record
    if (asideThrough !== null) {
      this.#found(firstMinuteOfDay(day), `the day ${day} could not be opened and was set aside`)
      this.pages.breakChain()
    }
    const directory = dayDirectory(this.#book, day, generation)
    if (record.pages === 0 || (asideThrough === record.lastMinute && !existsSync(directory))) return
    let env: LmdbEnv
    try {
      env = new LmdbEnv(directory, { mode: 'read', tables: dayTables })
    } catch (error) {
      return this.#dayFailed(record, error)
    }
    try {
      this.#checkPages(record, new DayPages(env))
    } catch (error) {
      this.#dayFailed(record, error)
    } finally {
      env.close()
    }
  }

  /** The newest link must be the one that the next page will be chained to. */
  checkHead(): void {
    const { chainHead } = this.#state
    if (this.pages.expected !== null && this.pages.expected !== chainHead) {
      this.#found(null, 'the chain of pages does not end where the book says')
    }
  }

  /** Derived from the pages: what is wrong with it is made good by the next start. */
  checkCatalogue(): void {
    const isForgotten = this.#redactions.some(({ why }) => why !== whyAsked)
    const isWhole = this.#state.droppedBefore === null && !isForgotten
    const isCounted = isWhole && this.#findingCount === 0
    const events = isCounted ? this.pages.events : null
    const lastMinute = this.#meta.days().at(-1)?.lastMinute ?? null
    const pages = { events, lastMinute, redactions: this.#state.redactionCount }
    for (const what of catalogueFindings(this.#book, pages)) {
      this.#found(null, `the catalogue ${what}; it is made again when the server comes upon it`)
    }
  }

  report(): VerifyReport {
    const { count, blocks, events, bytes } = this.pages
    return {
      pages: count,
      blocks,
      events,
      bytes,
      closedThrough: this.#state.closedThrough,
      findings: this.#findings,
      findingCount: this.#findingCount,
    }
  }

  #checkPages(record: DayRecord, pages: DayPages): void {
    const through = this.#state.closedThrough ?? -1
    const first = Math.max(firstMinuteOfDay(record.day), this.#state.droppedBefore ?? 0)
    const last = Math.min(firstMinuteOfDay(record.day) + minutesPerDay - 1, through)
    const before = { count: this.pages.count, events: this.pages.events, bytes: this.pages.bytes }
    const minutes = pages.minutes(first, last, minutesPerDay, 'asc')
    const bad = this.#findingCount
    const ofDay = this.#redactions.filter(({ day }) => day === record.day)
    const redacted = new RedactedPages(ofDay, pages, (what) => this.#found(first, what))
    for (const minute of minutes) this.pages.check(pages, minute, redacted)
    for (const minute of redacted.missing(new Set(minutes), first)) {
      this.#found(minute, 'a redacted page is missing')
    }
    checkRollups(pages, minutes, { first, last }, (what) => this.#found(first, what))
    if (record.asideThrough !== null || this.#findingCount > bad) return
    const { count, events, bytes } = this.pages
    const isAsRecorded =
      count - before.count === record.pages &&
      events - before.events === record.events &&
      bytes - before.bytes === record.bytes
    if (isAsRecorded) return
    const found = `${count - before.count} pages with ${events - before.events} events`
    const said = `${record.pages} pages with ${record.events} events`
    this.#found(
      record.firstMinute,
      `the day ${record.day} holds ${found}, and the book says ${said}`,
    )
  }

  #dayFailed({ day, firstMinute }: DayRecord, error: unknown): void {
    this.#meta.refresh()
    const dropped = this.#meta.state().droppedBefore ?? 0
    this.pages.breakChain()
    if (firstMinuteOfDay(day) + minutesPerDay <= dropped) return
    const path = join(this.#book, day)
    const message = error instanceof Error ? error.message : String(error)
    this.#found(firstMinute, `the day ${path} cannot be read: ${message}`)
  }

  #found(minute: number | null, what: string): void {
    this.#findingCount++
    if (this.#findings.length < findingsMax) this.#findings.push({ minute, what })
  }
}
