import type { Tally } from '../page/contract.ts'
import { addSighting, type CatalogueEntry, newEntry } from './catalogue-entry.ts'
import type { RedactRule } from './contract.ts'
import type { CountedPages } from './counted-pages.ts'
import { levelsOf } from './redact-rows.ts'

/** Pages that one step counts: about 30 ms of them, so that a minute that closes does not wait. */
const pagesAtOnce = 64

export interface RecountOptions {
  /** Of the redactions that were asked for and are not in the catalogue yet. */
  readonly rules: readonly RedactRule[]
  /** Redactions of the book that it stands for, these and those before. */
  readonly redactions: number
  readonly pages: CountedPages
  /** Pages up to this minute are in the catalogue. */
  readonly through: number
}

/**
 * Counts pairs of which events were removed anew, from the pages that are left. What had been dropped before
 * cannot be looked at any more, but it was older than what was removed: so of a level that the rules name nothing
 * of it is left, and of the others all.
 */
export class CatalogueRecount {
  readonly redactions: number
  readonly #options: RecountOptions
  readonly #found = new Map<string, Map<string, CatalogueEntry>>()
  readonly #levels = new Map<string, number>()
  #after = -1
  missedPages = 0

  constructor(options: RecountOptions) {
    this.#options = options
    this.redactions = options.redactions
  }

  /** Counts some pages; whether there are more. */
  step(): boolean {
    const { pages, through } = this.#options
    const minutes = pages.minutesAfter(this.#after, through, pagesAtOnce)
    for (const minute of minutes) {
      const tally = pages.tallyOf(minute)
      if (tally === null) this.missedPages++
      else this.#add(minute, tally)
      this.#after = minute
    }
    return minutes.length === pagesAtOnce
  }

  /**
   * What the catalogue is to hold of a pair: the entry itself when the rules do not mean its facility, null when
   * nothing is left. `oldestMinute`: pages before it have been dropped.
   */
  remaining(entry: CatalogueEntry, oldestMinute: number): CatalogueEntry | null {
    const gone = this.#levelsOf(entry.facility)
    if (gone === 0) return entry
    const counted = this.#found.get(entry.facility)?.get(entry.event)
    const levels = entry.levels.map((count, level) => {
      return ((gone >> level) & 1) === 0 ? count : (counted?.levels[level] ?? 0)
    })
    if (levels.every((count) => count === 0)) return null
    const hasPast = levels.some((count, level) => count > (counted?.levels[level] ?? 0))
    if (!hasPast && counted !== undefined) return { ...counted, levels }
    const lastMinute = counted?.lastMinute ?? Math.min(entry.lastMinute, oldestMinute - 1)
    const lastMs = counted?.lastMs ?? Math.min(entry.lastMs, lastMinute * 60_000)
    // When exactly it was seen before the oldest page is not known: as before, if not later than now.
    const gaps = entry.gaps.filter(({ returnMinute }) => returnMinute <= lastMinute)
    return { ...entry, levels, lastMinute, lastMs: Math.max(entry.firstMs, lastMs), gaps }
  }

  #add(minute: number, tally: Tally): void {
    for (const [facility, events] of tally.facilities) {
      if (this.#levelsOf(facility) === 0) continue
      const known = this.#found.get(facility) ?? new Map<string, CatalogueEntry>()
      this.#found.set(facility, known)
      for (const [event, counts] of events) {
        const entry = known.get(event)
        if (entry === undefined) known.set(event, newEntry(facility, event, minute, counts))
        else addSighting(entry, minute, counts)
      }
    }
  }

  #levelsOf(facility: string): number {
    let levels = this.#levels.get(facility)
    if (levels === undefined) {
      levels = levelsOf(this.#options.rules, facility)
      this.#levels.set(facility, levels)
    }
    return levels
  }
}
