import type { KeyedAnswer } from './contract.ts'
import { KeyGeneration } from './key-generation.ts'
import { findInGenerations, keyGenerations } from './key-store.ts'

/** The reading side of the idempotency keys, for the thread that takes batches in. */
export class KeyLookup implements Disposable {
  readonly #book: string
  /** Oldest first. */
  #generations: KeyGeneration[] = []

  /** `book` is the directory `<data>/book`; it need not exist yet. */
  constructor(book: string) {
    this.#book = book
    this.refresh()
  }

  /**
   * What a batch under this key was answered, if its minute has closed. A few µs for a key never seen; a
   * known one costs up to 0.5 ms.
   */
  lookup(key: string): KeyedAnswer | null {
    return findInGenerations(this.#generations, key)
  }

  /** To be called after a minute has closed: sees its keys, and generations that came and went. */
  refresh(): void {
    const numbers = keyGenerations(this.#book)
    const open = new Map(this.#generations.map((each) => [each.number, each]))
    this.#generations = numbers.flatMap((number) => {
      const known = open.get(number)
      open.delete(number)
      if (known !== undefined) known.refresh()
      return known ?? openGeneration(this.#book, number)
    })
    for (const gone of open.values()) gone.close()
  }

  [Symbol.dispose](): void {
    for (const generation of this.#generations) generation.close()
    this.#generations = []
  }
}

/** None while its directory is only just being made or unlinked: the next refresh sees it. */
function openGeneration(book: string, number: number): KeyGeneration[] {
  try {
    return [new KeyGeneration(book, number, 'share')]
  } catch {
    return []
  }
}
