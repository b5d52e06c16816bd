import {
  type CatalogueAbout,
  catalogueDirectory,
  catalogueGenerations,
  CatalogueStore,
} from './catalogue-store.ts'

export interface CountedBook {
  /** Events of all pages; null when some have been dropped, or were not all read. */
  readonly events: number | null
  readonly lastMinute: number | null
  readonly redactions: number
}

/** What is wrong with the catalogue, each as the end of a sentence. A book may have none yet. */
export function catalogueFindings(book: string, counted: CountedBook): string[] {
  const { usable } = catalogueGenerations(book)
  if (usable === 0) return []
  let store: CatalogueStore | null = null
  try {
    store = new CatalogueStore(catalogueDirectory(book, usable), 'read')
    return findingsOf(store, counted)
  } catch (error) {
    return [`cannot be read: ${error instanceof Error ? error.message : String(error)}`]
  } finally {
    store?.close()
  }
}

function findingsOf(store: CatalogueStore, counted: CountedBook): string[] {
  const about = store.about()
  if (about === null) return []
  const wrong = store.wrongEntries()
  if (wrong > 0) return [`has ${wrong} entries that are not as they were written`]
  const entries = store.probe()
  if (entries !== about.pairs) return [`holds ${entries} pairs, and says ${about.pairs}`]
  if (!isComparable(about, counted)) return []
  let events = 0
  for (const { levels } of store.entries()) for (const count of levels) events += count
  return events === counted.events ? [] : [`counts ${events} events of ${counted.events}`]
}

/** Beside a running server, and after drops, it rightly counts other events than the pages hold. */
function isComparable(about: CatalogueAbout, counted: CountedBook): boolean {
  const { events, lastMinute, redactions } = counted
  const { appliedThrough, missedPages, isFull, isInexact, isRebuilt } = about
  const isWhole = missedPages === 0 && !isFull && !isInexact && !isRebuilt
  return (
    isWhole && events !== null && appliedThrough === lastMinute && about.redactions === redactions
  )
}
