import type { CatalogueEntry } from './catalogue-entry.ts'
import { catalogueDirectory, catalogueGenerations, CatalogueStore } from './catalogue-store.ts'
import type { CatalogueView } from './contract.ts'

/**
 * The catalogue as a reading thread sees it. The writer makes it after the book, and may begin another
 * generation at any time: so each look finds out which is the newest.
 */
export class CatalogueReader implements Disposable {
  readonly #book: string
  #generation = 0
  #store: CatalogueStore | null = null

  constructor(book: string) {
    this.#book = book
  }

  /** Null: there is none that can be read. It is the writer that says loudly what is wrong with one. */
  view(): CatalogueView | null {
    const generation = this.#follow()
    const store = this.#store
    if (store === null) return null
    const about = unlessUnreadable(() => {
      store.refresh()
      return store.about()
    })
    if (about === null) return null
    const entries = (): CatalogueEntry[] | null => unlessUnreadable(() => [...store.entries()])
    return { generation, about, entries }
  }

  [Symbol.dispose](): void {
    this.#store?.close()
    this.#store = null
  }

  #follow(): number {
    const { usable } = catalogueGenerations(this.#book)
    if (usable === this.#generation && this.#store !== null) return usable
    this[Symbol.dispose]()
    this.#generation = usable
    if (usable > 0) {
      const directory = catalogueDirectory(this.#book, usable)
      this.#store = unlessUnreadable(() => new CatalogueStore(directory, 'share'))
    }
    return usable
  }
}

/** Null also while the writer is making it. */
function unlessUnreadable<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}
