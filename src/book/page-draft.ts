import type { BlockEntry, EncodedBlock, Tally } from '../page/contract.ts'
import { emptyTally, mergeTally } from '../page/tally.ts'
import { inlineBytesMax } from './page-record.ts'

/** A page whose minute is open: what is known of the blocks that have come so far. */
export class PageDraft {
  readonly minute: number
  readonly #entries = new Map<number, BlockEntry>()
  /** Blocks that are not stored yet. */
  readonly #held = new Map<number, Uint8Array>()
  #heldBytes = 0
  readonly #tally: Tally = emptyTally()
  /** Tallies of parts that came before an earlier part. */
  readonly #waiting = new Map<number, Tally>()
  #mergedParts = 0

  constructor(minute: number) {
    this.minute = minute
  }

  get blockCount(): number {
    return this.#entries.size
  }

  /** Whether the block may wait in memory for the page's record: it is small, and so are all others. */
  canHold({ bytes }: EncodedBlock): boolean {
    return this.isAllHeld() && this.#heldBytes + bytes.length <= inlineBytesMax
  }

  add(block: EncodedBlock): void {
    const { part } = block.entry
    if (this.#entries.has(part))
      throw new Error(`part ${part} of minute ${this.minute} comes twice`)
    if (this.canHold(block)) {
      this.#held.set(part, block.bytes)
      this.#heldBytes += block.bytes.length
    }
    this.#entries.set(part, block.entry)
    this.#waiting.set(part, block.tally)
    this.#mergeWaiting()
  }

  /** In part order, numbered from 0. */
  entries(): BlockEntry[] {
    return [...this.#entries.values()].sort((a, b) => a.part - b.part)
  }

  /** The counts of all blocks; merged in part order, so that a replay in another order gives the same. */
  tally(): Tally {
    if (this.#waiting.size === 0) return this.#tally
    throw new Error(`part ${this.#mergedParts} of minute ${this.minute} has not come`)
  }

  isAllHeld(): boolean {
    return this.#held.size === this.#entries.size
  }

  /** The blocks that are not stored yet, in part order. */
  held(): ReadonlyMap<number, Uint8Array> {
    return new Map([...this.#held].sort(([a], [b]) => a - b))
  }

  #mergeWaiting(): void {
    for (;;) {
      const next = this.#waiting.get(this.#mergedParts)
      if (next === undefined) return
      mergeTally(this.#tally, next)
      this.#waiting.delete(this.#mergedParts)
      this.#mergedParts++
    }
  }
}
