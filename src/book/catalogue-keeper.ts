import type { AsideDay } from './book-open.ts'
import type { CatalogueEntry } from './catalogue-entry.ts'
import { CatalogueRecount } from './catalogue-recount.ts'
import { CatalogueDamage, CatalogueRun, startingFrom } from './catalogue-run.ts'
import {
  type CatalogueAbout,
  catalogueDirectory,
  catalogueGenerations,
  CatalogueStore,
} from './catalogue-store.ts'
import { DamagedValue, isDamage } from './checked.ts'
import { CountedPages } from './counted-pages.ts'
import type { DaySet } from './day-set.ts'
import { DiskTrouble, onDisk } from './disk-trouble.ts'
import type { MetaState } from './meta-store.ts'
import { type RedactionEntry, whyAsked } from './redaction-chain.ts'
import { moveAside } from './set-aside.ts'

/** Pages of one transaction: about 30 ms of them, so that a minute that closes does not wait. */
const pagesAtOnce = 64
/** Entries after which a transaction takes no further page. */
const entriesAtOnce = 8_192
/** A changed entry costs at most a leaf of the tree, as LMDB writes pages anew. */
const entryBytesGuess = 4_096

/** Pairs that a catalogue keeps unless told otherwise: 40 MB in a thread that reads all of them. */
export const cataloguePairsMaxDefault = 100_000

export interface KeeperOptions {
  /** `<data>/book`. */
  readonly book: string
  /** Pairs kept at most. Beyond, new ones are left out, and the catalogue says so. */
  readonly pairsMax: number
  /** Looks for free space, then writes; what fails comes out as DiskTrouble. */
  readonly write: (bytes: number, action: () => void) => void
  /** The book's chain of redactions. */
  readonly redactions: () => readonly RedactionEntry[]
}

/**
 * The catalogue's writing side. It follows the pages: what it has come to is written in the transaction that
 * adds them, so it may be behind after a crash or on a full disk, and neither misses nor doubles a page.
 * It is opened by the first `catchUp`: no start waits for it.
 */
export class CatalogueKeeper {
  readonly #options: KeeperOptions
  readonly #pages: CountedPages
  /** Catalogues that could not be used and were renamed. */
  readonly #aside: AsideDay[] = []
  #store: CatalogueStore | null = null
  #about: CatalogueAbout | null = null
  #recount: CatalogueRecount | null = null

  constructor(options: KeeperOptions, days: DaySet) {
    this.#options = options
    this.#pages = new CountedPages(days)
  }

  /** What was set aside since this was asked last. */
  takeAside(): AsideDay[] {
    return this.#aside.splice(0)
  }

  /**
   * Takes out what redactions have removed, then adds some of the pages that have closed and are not in it yet; whether more is left. Durable when it
   * returns. Throws DiskTrouble, and then has changed nothing.
   */
  catchUp(state: MetaState): boolean {
    const { closedThrough } = state
    if (closedThrough === null) return false
    try {
      return this.#apply(this.#opened(closedThrough), state, closedThrough)
    } catch (error) {
      if (!(error instanceof CatalogueDamage)) throw error
      this.#giveUp(error.message)
      return true
    }
  }

  /** Counts the pages before `before` while they are there. What a full disk prevents is said to be missed. */
  beforeDrop(state: MetaState, before: number): void {
    const end = Math.min(before - 1, state.closedThrough ?? -1)
    try {
      let isBehind = true
      while (isBehind && this.#isOwing(state, end)) isBehind = this.catchUp(state)
      const about = this.#about
      if (about !== null && about.appliedThrough < end) {
        this.#commit(this.#opened(end), [], { ...about, appliedThrough: end })
      }
    } catch (error) {
      if (!(error instanceof DiskTrouble)) throw error
    }
  }

  close(): void {
    this.#store?.close()
    this.#store = null
    this.#recount = null
  }

  #isOwing({ redactionCount }: MetaState, end: number): boolean {
    const { appliedThrough = -1, redactions = redactionCount } = this.#about ?? {}
    return appliedThrough < end || redactions < redactionCount
  }

  #apply(store: CatalogueStore, state: MetaState, closedThrough: number): boolean {
    if (this.#about !== null && this.#about.redactions < state.redactionCount) {
      this.#takeOut(store, state, this.#about)
      return true
    }
    const about = startingFrom(state, this.#about)
    const minutes = this.#pages.minutesAfter(about.appliedThrough, closedThrough, pagesAtOnce)
    // A book without a page needs no catalogue, and an empty minute no transaction.
    const isSame = about === this.#about || (this.#about === null && !about.isRebuilt)
    if (isSame && minutes.length === 0) return false
    const run = new CatalogueRun(store, about, this.#options.pairsMax)
    let done = 0
    for (const minute of minutes) {
      run.add(minute, this.#pages.tallyOf(minute))
      done++
      if (run.entryCount >= entriesAtOnce) break
    }
    this.#commit(store, [...run.entries()], run.about)
    return done < minutes.length || minutes.length === pagesAtOnce
  }

  /** One step of taking out what redactions since the last ones have removed. */
  #takeOut(store: CatalogueStore, state: MetaState, about: CatalogueAbout): void {
    const { redactionCount: redactions } = state
    const asked = this.#options
      .redactions()
      .filter(({ number, why }) => number > about.redactions && why === whyAsked)
    if (asked.length === 0) {
      this.#commit(store, [], { ...about, redactions })
      return
    }
    if (this.#recount?.redactions !== redactions) {
      const rules = asked.flatMap((entry) => entry.rules)
      const through = about.appliedThrough
      this.#recount = new CatalogueRecount({ rules, redactions, pages: this.#pages, through })
    }
    const recount = this.#recount
    if (recount.step()) return
    const oldest = Math.max(state.firstMinute ?? 0, state.droppedBefore ?? 0)
    const changed: CatalogueEntry[] = []
    const gone: CatalogueEntry[] = []
    for (const entry of readOrThrow(() => [...store.entries()])) {
      const left = recount.remaining(entry, oldest)
      if (left === null) gone.push(entry)
      else if (left !== entry) changed.push(left)
    }
    const pairs = about.pairs - gone.length
    const missedPages = about.missedPages + recount.missedPages
    this.#commit(store, changed, { ...about, redactions, pairs, missedPages }, gone)
    this.#recount = null
  }

  #commit(
    store: CatalogueStore,
    entries: readonly CatalogueEntry[],
    about: CatalogueAbout,
    gone: readonly CatalogueEntry[] = [],
  ): void {
    const bytes = (entries.length + gone.length + 8) * entryBytesGuess
    try {
      this.#options.write(bytes, () => store.commit(entries, about, gone))
    } catch (error) {
      throw isDamage(error) ? new CatalogueDamage(messageOf(error)) : error
    }
    this.#about = about
  }

  #opened(closedThrough: number): CatalogueStore {
    if (this.#store !== null) return this.#store
    const { book, write } = this.#options
    const { usable, newest } = catalogueGenerations(book)
    if (usable > 0) {
      const store = this.#openOrSetAside(catalogueDirectory(book, usable), closedThrough)
      if (store !== null) return store
    }
    // A new name: lmdb-js keeps an environment that some thread has open by its path.
    const directory = catalogueDirectory(book, newest + 1)
    write(newBytes, () => {
      this.#store = new CatalogueStore(directory, 'write')
    })
    return this.#opened(closedThrough)
  }

  #openOrSetAside(directory: string, closedThrough: number): CatalogueStore | null {
    try {
      return onDisk(directory, 0, () => {
        const store = new CatalogueStore(directory, 'write')
        this.#about = checkedAbout(store, closedThrough)
        this.#store = store
        return store
      })
    } catch (error) {
      if (error instanceof DiskTrouble) throw error
      this.#setAside(directory, messageOf(error))
      return null
    }
  }

  #giveUp(detail: string): void {
    const { book } = this.#options
    this.close()
    this.#setAside(catalogueDirectory(book, catalogueGenerations(book).usable), detail)
  }

  #setAside(directory: string, detail: string): void {
    this.#about = null
    this.#aside.push({ day: 'catalogue', pages: 0, path: moveAside(directory), detail })
  }
}

/** What making an environment writes. */
const newBytes = 16 * 4_096

/** Throws what says that it cannot be used. */
function checkedAbout(store: CatalogueStore, closedThrough: number): CatalogueAbout | null {
  try {
    const about = store.about()
    const entries = store.probe()
    if (entries !== (about?.pairs ?? 0)) {
      throw new DamagedValue(`the catalogue holds ${entries} pairs, and says ${about?.pairs ?? 0}`)
    }
    if (about !== null && about.appliedThrough > closedThrough) {
      throw new DamagedValue('the catalogue counts minutes that the book has not closed')
    }
    return about
  } catch (error) {
    store.close()
    throw error
  }
}

function readOrThrow<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw isDamage(error) ? new CatalogueDamage(messageOf(error)) : error
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
