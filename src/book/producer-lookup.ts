import { metaDirectory } from './layout.ts'
import { LmdbEnv } from './lmdb-env.ts'
import { metaMapBytes } from './meta-store.ts'
import type { ProducerAccount } from './producer-account.ts'
import { ProducerTable, type ProducerTotals } from './producer-table.ts'

/** The reading side of the accounts of producers, for the thread that takes batches in. */
export class ProducerLookup implements Disposable {
  readonly #env: LmdbEnv
  readonly #table: ProducerTable

  /** `book` is the directory `<data>/book`, which the writer has opened. */
  constructor(book: string) {
    const options = { mode: 'share', tables: [], mapBytes: metaMapBytes } as const
    this.#env = new LmdbEnv(metaDirectory(book), options)
    this.#table = new ProducerTable(this.#env.table(''))
  }

  /** The account as of the last closed minute that changed it. Throws DamagedValue. */
  find(producer: string): ProducerAccount | null {
    return this.#table.find(producer)
  }

  totals(): ProducerTotals {
    return this.#table.totals()
  }

  /** See ProducerTable.list. */
  list(limit: number, onlyMissing: boolean): ProducerAccount[] {
    return this.#table.list(limit, onlyMissing)
  }

  /** To be called after a minute has closed: sees its accounts. */
  refresh(): void {
    this.#env.refresh()
  }

  [Symbol.dispose](): void {
    this.#env.close()
  }
}
