import { type BlockLimits, BlockBuilder } from '../ring/block-builder.ts'
import type { DecodeTarget } from './contract.ts'

/** A target that keeps its blocks in a list: for tests, benchmarks and tools. */
export class SliceTarget implements DecodeTarget {
  block: BlockBuilder
  delta: number
  readonly receivedMs: number
  /** Oldest first; the last one takes the next event. */
  readonly blocks: BlockBuilder[]
  readonly #src: Uint8Array
  readonly #limits: BlockLimits
  #sliceStart = 0

  constructor(
    src: Uint8Array,
    receivedMs: number,
    limits: BlockLimits,
    block = new BlockBuilder(limits),
  ) {
    this.#src = src
    this.#limits = limits
    this.receivedMs = receivedMs
    this.block = block
    this.blocks = [block]
    this.delta = block.arenaBytes
  }

  rollover(position: number): void {
    this.finish(position)
    this.block = new BlockBuilder(this.#limits)
    this.blocks.push(this.block)
    this.delta = -position
  }

  /** Copies what has been scanned up to `position` into the arena; once more when decoding has ended. */
  finish(position: number): void {
    this.block.appendArena(this.#src, this.#sliceStart, position)
    this.block.stampReceived(0, this.receivedMs)
    this.#sliceStart = position
    this.delta = this.block.arenaBytes - position
  }
}

export const defaultBlockLimits: BlockLimits = {
  columnsMax: 512,
  pathsMax: 4096,
  bytesMax: 16 * 1024 * 1024,
}
