import type { Tally } from '../page/contract.ts'
import { addSighting, type CatalogueEntry, newEntry } from './catalogue-entry.ts'
import { type CatalogueAbout, type CatalogueStore, catalogueVersion } from './catalogue-store.ts'
import type { MetaState } from './meta-store.ts'

/** The catalogue itself is not as it was written. */
export class CatalogueDamage extends Error {}

/** Pages added to entries in memory, to be written in one transaction. */
export class CatalogueRun {
  readonly #store: CatalogueStore
  readonly #pairsMax: number
  readonly #touched = new Map<string, Map<string, CatalogueEntry>>()
  entryCount = 0
  about: CatalogueAbout

  constructor(store: CatalogueStore, about: CatalogueAbout, pairsMax: number) {
    this.#store = store
    this.about = about
    this.#pairsMax = pairsMax
  }

  *entries(): Generator<CatalogueEntry> {
    for (const events of this.#touched.values()) yield* events.values()
  }

  add(minute: number, tally: Tally | null): void {
    const { missedPages, isInexact } = this.about
    let { pairs, isFull } = this.about
    for (const [facility, events] of tally?.facilities ?? []) {
      for (const [event, counts] of events) {
        const known = this.#known(facility, event)
        if (known !== null) addSighting(known, minute, counts)
        else if (pairs < this.#pairsMax) {
          this.#touch(newEntry(facility, event, minute, counts))
          pairs++
        } else isFull = true
      }
    }
    this.about = {
      ...this.about,
      appliedThrough: minute,
      pairs,
      isFull,
      isInexact: isInexact || tally?.exact === false,
      missedPages: missedPages + (tally === null ? 1 : 0),
    }
  }

  #known(facility: string, event: string): CatalogueEntry | null {
    const touched = this.#touched.get(facility)?.get(event)
    if (touched !== undefined) return touched
    let stored: CatalogueEntry | null
    try {
      stored = this.#store.entry(facility, event)
    } catch (error) {
      throw new CatalogueDamage(error instanceof Error ? error.message : String(error))
    }
    if (stored !== null) this.#touch(stored)
    return stored
  }

  #touch(entry: CatalogueEntry): void {
    this.entryCount++
    const events = this.#touched.get(entry.facility)
    if (events === undefined) this.#touched.set(entry.facility, new Map([[entry.event, entry]]))
    else events.set(entry.event, entry)
  }
}

/** What the catalogue says of itself before the next page, pages that were dropped uncounted included. */
export function startingFrom(state: MetaState, known: CatalogueAbout | null): CatalogueAbout {
  const dropped = state.droppedBefore ?? 0
  if (known !== null) {
    if (known.appliedThrough >= dropped - 1) return known
    return { ...known, appliedThrough: dropped - 1, missedPages: known.missedPages + 1 }
  }
  const first = state.firstMinute ?? 0
  const sinceMinute = Math.max(first, dropped)
  return {
    version: catalogueVersion,
    appliedThrough: sinceMinute - 1,
    sinceMinute,
    pairs: 0,
    isRebuilt: dropped > first,
    isFull: false,
    isInexact: false,
    missedPages: 0,
    redactions: state.redactionCount,
  }
}
