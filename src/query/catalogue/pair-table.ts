import { addSighting, type CatalogueEntry, newEntry } from '../../book/catalogue-entry.ts'
import type { Tally } from '../../page/contract.ts'

/** A tally's pairs by their numbers. */
export interface NumberedTally {
  readonly pairs: Int32Array
  /** Rows by level of each. */
  readonly levels: readonly (readonly number[])[]
}

/** Pairs in memory, numbered in the order they came: a number stays a pair's as long as the table is used. */
export class PairTable {
  readonly entries: CatalogueEntry[] = []
  readonly #numbers = new Map<string, Map<string, number>>()
  readonly #numbered = new WeakMap<Tally, NumberedTally>()

  put(entry: CatalogueEntry): void {
    const { facility, event } = entry
    const number = this.entries.push(entry) - 1
    const events = this.#numbers.get(facility)
    if (events === undefined) this.#numbers.set(facility, new Map([[event, number]]))
    else events.set(event, number)
  }

  /** Adds a page that is later than all before; its new pairs only while there is room. */
  add(minute: number, tally: Tally, isFull: boolean): void {
    for (const [facility, events] of tally.facilities) {
      for (const [event, counts] of events) {
        const known = this.entries[this.#numbers.get(facility)?.get(event) ?? -1]
        if (known !== undefined) addSighting(known, minute, counts)
        else if (!isFull) this.put(newEntry(facility, event, minute, counts))
      }
    }
  }

  /** The pairs of a tally that are known. Fast path: a tally that has been asked for before, 0.1 µs. */
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
    // One that is not known may come to be.
    if (isWhole) this.#numbered.set(tally, numbered)
    return numbered
  }
}
