import { type CatalogueView, DamagedPage } from '../../book/contract.ts'
import type { Tally } from '../../page/contract.ts'
import type { PageSource } from '../page-source.ts'
import type { TallyCache } from '../work/tally-cache.ts'
import { PairTable } from './pair-table.ts'

/** Minutes that are added to what was read of the book's catalogue before it is read anew, or is called behind. */
const minutesAheadMax = 240

export interface FollowedPairs {
  readonly table: PairTable
  /** The book's own catalogue is too far behind for this one to be up to date. */
  readonly isBehind: boolean
  /** Pages that have closed since it was read could not be. */
  readonly isDamaged: boolean
}

/**
 * All pairs of the catalogue in the memory of a thread, about 400 bytes each. Read once; from then on pages that
 * close are added from their tallies, as the writer does, so that an answer never waits for the writer.
 */
export class KnownPairs {
  #table = new PairTable()
  #generation = -1
  #appliedThrough = -1
  #redactions = 0
  #isDamaged = false

  /** Brings the pairs up to the page of `through`. */
  follow(
    view: CatalogueView | null,
    source: PageSource,
    tallies: TallyCache,
    through: number,
  ): FollowedPairs {
    const { generation, about } = view ?? nothing
    const isOld = about.appliedThrough > this.#appliedThrough + minutesAheadMax
    const isOther = generation !== this.#generation || about.redactions !== this.#redactions
    if (isOld || isOther) this.#read(view)
    const first = Math.max(this.#appliedThrough + 1, firstMinute(source))
    const isFar = through - first >= minutesAheadMax
    const end = isFar ? first : through + 1
    for (let minute = first; minute < end; minute++) {
      const tally = this.#tallyOf(minute, source, tallies)
      if (tally !== null) this.#table.add(minute, tally, about.isFull)
      this.#appliedThrough = minute
    }
    const isOwing = view !== null && about.redactions < source.reader.state().redactions
    return { table: this.#table, isBehind: isFar || isOwing, isDamaged: this.#isDamaged }
  }

  /** Into a new table: jobs that wait for their turn go on with theirs. */
  #read(view: CatalogueView | null): void {
    const entries = view?.entries() ?? null
    this.#table = new PairTable()
    this.#isDamaged = false
    // Without any that can be read the next question looks again: the writer makes a damaged one anew.
    this.#generation = entries === null || view === null ? -1 : view.generation
    this.#appliedThrough = entries === null || view === null ? -1 : view.about.appliedThrough
    this.#redactions = view?.about.redactions ?? 0
    for (const entry of entries ?? []) this.#table.put(entry)
  }

  #tallyOf(minute: number, source: PageSource, tallies: TallyCache): Tally | null {
    try {
      return tallies.tally(source, minute)
    } catch (error) {
      if (!(error instanceof DamagedPage)) throw error
      this.#isDamaged = true
      return null
    }
  }
}

/** Stands for a catalogue that the writer has not begun. */
const nothing = {
  generation: 0,
  about: { appliedThrough: -1, isFull: false, redactions: 0 },
} as const

function firstMinute(source: PageSource): number {
  const { firstMinute: first, droppedBefore } = source.reader.state()
  return Math.max(first ?? 0, droppedBefore ?? 0)
}
