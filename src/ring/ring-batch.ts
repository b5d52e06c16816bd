import type { DecodeTarget } from '../decode/contract.ts'
import type { BlockBuilder } from './block-builder.ts'
import type { BlockSlot } from './block-slot.ts'
import type { MinuteSlot } from './minute-slot.ts'
import type { Ring } from './ring.ts'

/**
 * One batch on its way into the ring: where its rows begin, and how to cut them off again.
 *
 * A *shared* batch appends to the minute's open block while it is decoded, in one go. A *private* one is
 * decoded in steps between which other batches come and go, so it fills blocks of its own, which get their
 * part numbers when it is sequenced. Replay decides by the same size, so that rows fall the same way.
 */
export class RingBatch implements DecodeTarget {
  block: BlockBuilder
  delta: number
  readonly receivedMs: number
  /** Blocks that hold rows of this batch, oldest first. */
  readonly blocks: BlockSlot[]
  readonly #ring: Ring
  readonly #src: Uint8Array
  readonly #private: boolean
  #slot: MinuteSlot | null
  #current: BlockSlot
  #sliceStart = 0
  #firstRow: number
  readonly #markOpen: BlockSlot | null
  readonly #markRows: number
  readonly #markArena: number
  readonly #markExtra: number
  #markPart: number
  #epoch: number

  constructor(ring: Ring, slot: MinuteSlot | null, src: Uint8Array, receivedMs: number) {
    this.#ring = ring
    this.#slot = slot
    this.#src = src
    this.#private = slot === null
    this.receivedMs = receivedMs
    this.#epoch = slot?.epoch ?? 0
    this.#markPart = slot?.nextPart ?? 0
    this.#markOpen = slot?.open ?? null
    this.#markRows = this.#markOpen?.builder.rowCount ?? 0
    this.#markArena = this.#markOpen?.builder.arenaBytes ?? 0
    this.#markExtra = this.#markOpen?.builder.extraBytes ?? 0
    this.#current = this.#markOpen ?? this.#openBlock()
    this.blocks = [this.#current]
    this.block = this.#current.builder
    this.#firstRow = this.block.rowCount
    this.delta = this.block.arenaBytes
  }

  rollover(position: number): void {
    this.#endSlice(position)
    this.#current.sealed = true
    this.#current = this.#openBlock()
    this.blocks.push(this.#current)
    this.block = this.#current.builder
    this.#firstRow = 0
    this.#sliceStart = position
    this.delta = -position
  }

  /** Ends decoding: all rows are in the blocks, and durable once the journal says so. */
  finish(position: number): void {
    this.#endSlice(position)
    if (this.block.rowCount > 0 || this.blocks.length === 1) return
    // The body ended right after a rollover: the block it opened is not needed.
    this.blocks.pop()
    this.#ring.discard(this.#current)
    if (this.#slot !== null) {
      this.#slot.open = null
      this.#slot.nextPart--
    }
  }

  /** Gives a private batch its minute: its blocks get the next part numbers and take no more rows. */
  adopt(slot: MinuteSlot): void {
    this.#slot = slot
    this.#epoch = slot.epoch
    this.#markPart = slot.nextPart
    for (const block of this.blocks) {
      block.part = slot.nextPart++
      block.sealed = true
    }
  }

  /** Counts the batch as on its way to the journal. */
  pend(): void {
    const slot = this.slot
    slot.pending++
    for (const block of this.blocks) block.pending++
  }

  /** The journal has it: the rows count. Blocks that are full and wholly durable go to the book. */
  commit(events: number, sequence: number): void {
    const slot = this.slot
    slot.pending--
    slot.eventCount += events
    slot.lastSequence = sequence
    for (const block of this.blocks) {
      block.pending--
      if (block.sealed && block.pending === 0) this.#ring.send(slot, block)
    }
  }

  /** The journal has not: the rows are cut off, and with them those of every batch after it. */
  fail(): boolean {
    const slot = this.slot
    slot.pending--
    for (const block of this.blocks) block.pending--
    return this.rollback()
  }

  /** Cuts the rows off; false when an earlier failure has cut them already. */
  rollback(): boolean {
    for (const block of this.blocks) if (block !== this.#markOpen) this.#ring.discard(block)
    const slot = this.#slot
    if (slot !== null) {
      if (this.#epoch !== slot.epoch) return false
      slot.epoch++
      slot.nextPart = this.#markPart
      if (!this.#private) slot.open = this.#markOpen
    }
    const kept = this.#markOpen
    if (kept === null) return true
    kept.sealed = false
    kept.builder.truncate(this.#markRows)
    kept.builder.arenaBytes = this.#markArena
    kept.builder.extraBytes = this.#markExtra
    return true
  }

  get slot(): MinuteSlot {
    if (this.#slot === null) throw new Error('a private batch was used before it got its minute')
    return this.#slot
  }

  #endSlice(position: number): void {
    this.block.appendArena(this.#src, this.#sliceStart, position)
    this.block.stampReceived(this.#firstRow, this.receivedMs)
  }

  #openBlock(): BlockSlot {
    const slot = this.#slot
    const block = this.#ring.openBlock(slot === null ? -1 : slot.nextPart++)
    if (slot !== null) slot.open = block
    return block
  }
}
