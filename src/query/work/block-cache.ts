import type { BlockEntry, OpenBlock, Summary } from '../../page/contract.ts'
import { entriesOf, openPart, type PageSource } from '../page-source.ts'
import type { BlockSource } from './contract.ts'

/** Minutes are asked for this many at a time: a list is a view of the book when it was begun. */
const summariesAtOnce = 256

export interface BlockCacheOptions {
  readonly source: PageSource
  /** What the cache may hold. */
  readonly bytesMax: number
}

/** Opened blocks of one thread, the one used longest ago leaves first. */
export class BlockCache implements BlockSource {
  readonly #source: PageSource
  readonly #bytesMax: number
  readonly #blocks = new Map<string, { readonly block: OpenBlock; readonly bytes: number }>()
  #bytes = 0

  constructor({ source, bytesMax }: BlockCacheOptions) {
    this.#source = source
    this.#bytesMax = bytesMax
  }

  entries(minute: number): readonly BlockEntry[] | null {
    return entriesOf(this.#source, minute)
  }

  open(minute: number, entry: BlockEntry): OpenBlock {
    const key = `${minute}/${entry.part}/${Buffer.from(entry.sha256).toString('latin1')}`
    const known = this.#blocks.get(key)
    this.#blocks.delete(key)
    const kept = known ?? { block: openPart(this.#source, minute, entry.part), bytes: entry.bytes }
    this.#blocks.set(key, kept)
    if (known === undefined) this.#bytes += kept.bytes
    for (const [oldest, { bytes }] of this.#blocks) {
      if (this.#bytes <= this.#bytesMax) break
      this.#blocks.delete(oldest)
      this.#bytes -= bytes
    }
    return kept.block
  }

  *summaries(from: number, through: number, order: 'asc' | 'desc'): Iterable<Summary> {
    let [low, high] = [from, through]
    let count = summariesAtOnce
    while (low <= high && count === summariesAtOnce) {
      const range = { from: low, through: high, limit: summariesAtOnce, order }
      count = 0
      this.#source.damaged.length = 0
      for (const summary of this.#source.reader.summaries(range)) {
        this.#throwDamage()
        yield summary
        if (order === 'asc') low = summary.minute + 1
        else high = summary.minute - 1
        count++
        this.#source.damaged.length = 0
      }
      this.#throwDamage()
    }
  }

  #throwDamage(): void {
    const damage = this.#source.damaged[0]
    if (damage !== undefined) throw damage
  }
}
