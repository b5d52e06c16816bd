import { addSighting, type CatalogueEntry, newEntry } from '../../book/catalogue-entry.ts'
import { type CatalogueView, DamagedPage } from '../../book/contract.ts'
import type { Tally } from '../../page/contract.ts'
import type { PageSource } from '../page-source.ts'
import type { TallyCache } from '../work/tally-cache.ts'

/** Minutes that are added to what was read of the book's catalogue before it is read anew, or is called behind. */
const minutesAheadMax = 240

/** A tally's pairs by their numbers. */
export interface NumberedTally {
  readonly pairs: Int32Array
  /** Rows by level of each. */
  readonly levels: readonly (readonly number[])[]
}

/**
 * All pairs of the catalogue in the memory of a thread, about 400 bytes each. Read once; from then on pages that
 * close are added from their tallies, as the writer does. Numbers of pairs stay as they are until `reads` changes.
 */
export class KnownPairs {
  #entries: CatalogueEntry[] = []
  #numbers = new Map<string, Map<string, number>>()
  #numbered = new WeakMap<Tally, NumberedTally>()
  #generation = -1
  #appliedThrough = -1
  #isDamaged = false

  get entries(): readonly CatalogueEntry[] {
    return this.#entries
  }

  /** Pages that have closed since could not be read. */
  get isDamaged(): boolean {
    return this.#isDamaged
  }

  /** Brings it up to `through`; false: the book's own catalogue is too far behind, and this one with it. */
  follow(
    view: CatalogueView | null,
    source: PageSource,
    tallies: TallyCache,
    through: number,
  ): boolean {
    const { generation, about } = view ?? nothing
    const isOld =
      generation !== this.#generation ||
      about.appliedThrough > this.#appliedThrough + minutesAheadMax
    if (isOld) this.#read(view)
    const first = Math.max(this.#appliedThrough + 1, firstMinute(source))
    if (through - first >= minutesAheadMax) return false
    for (let minute = first; minute <= through; minute++) {
      this.#add(minute, source, tallies, about.isFull)
    }
    this.#appliedThrough = Math.max(this.#appliedThrough, through)
    return true
  }

  /** The pairs of a tally that are known. */
  numbered(tally: Tally): NumberedTally {
    const known = this.#numbered.get(tally)
    if (known !== undefined) return known
    const pairs: number[] = []
    const levels: (readonly number[])[] = []
    let isWhole = true
    for (const [facility, events] of tally.facilities) {
      const numbers = this.#numbers.get(facility)
      for (const [event, counts] of events) {
        const number = numbers?.get(event)
        if (number === undefined) isWhole = false
        else {
          pairs.push(number)
          levels.push(counts.levels)
        }
      }
    }
    const numbered = { pairs: Int32Array.from(pairs), levels }
    if (isWhole) this.#numbered.set(tally, numbered)
    return numbered
  }

  #read(view: CatalogueView | null): void {
    this.#entries = []
    this.#numbers = new Map()
    this.#numbered = new WeakMap()
    this.#isDamaged = false
    const { generation, about } = view ?? nothing
    this.#generation = generation
    this.#appliedThrough = about.appliedThrough
    const entries = view?.entries() ?? null
    // Another look comes with the next question: the writer makes a damaged one anew.
    if (entries === null) this.#generation = -1
    if (entries === null) this.#appliedThrough = -1
    for (const entry of entries ?? []) this.#put(entry)
  }

  #put(entry: CatalogueEntry): void {
    const { facility, event } = entry
    const number = this.#entries.push(entry) - 1
    const events = this.#numbers.get(facility)
    if (events === undefined) this.#numbers.set(facility, new Map([[event, number]]))
    else events.set(event, number)
  }

  #add(minute: number, source: PageSource, tallies: TallyCache, isFull: boolean): void {
    let tally: Tally | null
    try {
      tally = tallies.tally(source, minute)
    } catch (error) {
      if (!(error instanceof DamagedPage)) throw error
      this.#isDamaged = true
      return
    }
    for (const [facility, events] of tally?.facilities ?? []) {
      for (const [event, counts] of events) {
        const known = this.#entries[this.#numbers.get(facility)?.get(event) ?? -1]
        if (known !== undefined) addSighting(known, minute, counts)
        else if (!isFull) this.#put(newEntry(facility, event, minute, counts))
      }
    }
  }
}

/** Stands for a catalogue that the writer has not begun. */
const nothing = { generation: 0, about: { appliedThrough: -1, isFull: false } } as const

function firstMinute(source: PageSource): number {
  const { firstMinute, droppedBefore } = source.reader.state()
  return Math.max(firstMinute ?? 0, droppedBefore ?? 0)
}
