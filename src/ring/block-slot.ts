import type { BlockBuilder } from './block-builder.ts'

/** A block's place in its minute, and where it is on its way to the book. */
export class BlockSlot {
  readonly builder: BlockBuilder
  /** Position among the minute's blocks; -1 while a private batch is still being decoded. */
  part: number
  /** Batches with rows in this block that are neither durable nor failed. */
  pending = 0
  /** Takes no more rows. */
  sealed = false
  /** Memory it holds, known once it is sealed. */
  heldBytes = 0

  constructor(builder: BlockBuilder, part: number) {
    this.builder = builder
    this.part = part
  }
}
