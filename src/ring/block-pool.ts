import { BlockBuilder, type BlockLimits } from './block-builder.ts'

/** Builders kept for the next block although none is open: their memory is warm, their paths learnt. */
export const idleBuildersMax = 2

/** Block builders, used again and again so that a steady load allocates nothing. */
export class BlockPool {
  readonly #limits: BlockLimits
  readonly #idle: BlockBuilder[] = []
  #inUse = 0

  constructor(limits: BlockLimits) {
    this.#limits = limits
  }

  get inUse(): number {
    return this.#inUse
  }

  take(): BlockBuilder {
    this.#inUse++
    return this.#idle.pop() ?? new BlockBuilder(this.#limits)
  }

  /** Takes an emptied builder back. */
  give(builder: BlockBuilder): void {
    this.#inUse--
    if (this.#idle.length < idleBuildersMax) this.#idle.push(builder)
  }
}
