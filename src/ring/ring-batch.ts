import type { DecodeTarget } from '../decode/contract.ts'
import type { BlockBuilder } from './block-builder.ts'
import type { BlockSlot } from './block-slot.ts'
import type { MinuteSlot } from './minute-slot.ts'
import type { Ring } from './ring.ts'

/** Where rows of a batch stand in their minute. */
export interface RowPlace {
  readonly part: number
  readonly firstRow: number
  readonly rowCount: number
}

/**
 * One batch on its way into the ring: where its rows begin, and how to cut them off again.
 *
 * A *shared* batch appends to the minute's open block while it is decoded, in one go. A *private* one is
 * decoded in steps between which other batches come and go, so it fills blocks of its own, which get their
 * part numbers when it is sequenced. Replay decides by the same size, so that rows fall the same way. It also
 * ends the minute's open block, so that event ids grow in the order in which batches were sequenced: whoever
 * follows them by id misses none.
 */
export class RingBatch implements DecodeTarget {
  block: BlockBuilder
  delta: number
  readonly receivedMs: number
  /** Blocks that hold rows of this batch, oldest first. */
  readonly blocks: BlockSlot[]
  readonly #ring: Ring
  readonly #src: Uint8Array
  #slot: MinuteSlot | null
  #current: BlockSlot
  #sliceStart = 0
  #firstRow: number
  /** Rows that the oldest block had before this batch, and those the newest has with it. */
  #rowsBefore: number
  #rowsAfter = 0
  #mark: Mark
  #epoch: number

  constructor(ring: Ring, slot: MinuteSlot | null, src: Uint8Array, receivedMs: number) {
    this.#ring = ring
    this.#slot = slot
    this.#src = src
    this.receivedMs = receivedMs
    this.#epoch = slot?.epoch ?? 0
    this.#mark = markOf(slot)
    this.#current = this.#mark.open ?? this.#openBlock()
    this.blocks = [this.#current]
    this.block = this.#current.builder
    this.#firstRow = this.block.rowCount
    this.#rowsBefore = this.block.rowCount
    this.delta = this.block.arenaBytes
  }

  rollover(position: number): void {
    if (this.block.rowCount === 0) {
      // All that has passed was refused: the block has room, and none may go to the book without rows.
      this.#sliceStart = position
      this.delta = this.block.arenaBytes - position
      return
    }
    this.#endSlice(position)
    this.#seal(this.#current)
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
    this.#rowsAfter = this.block.rowCount
    if (this.block.rowCount > 0 || this.blocks.length === 1) return
    // The body ended right after a rollover: the block it opened is not needed.
    this.blocks.pop()
    this.#rowsAfter = this.blocks.at(-1)?.builder.rowCount ?? 0
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
    this.#mark = markOf(slot)
    for (const block of this.blocks) {
      block.part = slot.nextPart++
      this.#seal(block)
    }
    const { open } = this.#mark
    if (open === null) return
    this.#seal(open)
    slot.open = null
    // It is full now, and goes to the book with this batch.
    this.blocks.unshift(open)
    this.#rowsBefore = open.builder.rowCount
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

  /**
   * The journal has not: the rows are cut off, and with them those of every batch after it, which must fail
   * too. False when an earlier failure has cut them already.
   */
  fail(): boolean {
    const slot = this.slot
    slot.pending--
    for (const block of this.blocks) block.pending--
    const isFirst = this.#epoch === slot.epoch
    this.#discardOwn()
    if (!isFirst) return false
    slot.epoch++
    this.#restore(slot)
    return true
  }

  /** Cuts the rows off before anything comes after them: of a refused batch. */
  rollback(): void {
    this.#discardOwn()
    if (this.#slot !== null) this.#restore(this.#slot)
  }

  /** Where its rows stand, in the order of its events. Known once it is sequenced. */
  places(): RowPlace[] {
    const { sealedRows } = this.slot
    const last = this.blocks.length - 1
    const places: RowPlace[] = []
    for (const [i, { part }] of this.blocks.entries()) {
      const firstRow = i === 0 ? this.#rowsBefore : 0
      const rows = i === last ? this.#rowsAfter : (sealedRows[part] ?? 0)
      if (rows > firstRow) places.push({ part, firstRow, rowCount: rows - firstRow })
    }
    return places
  }

  /** Its rows as they are in memory, before the batch is on its way: blocks of it are not yet sent. */
  ranges(): {
    readonly builder: BlockBuilder
    readonly firstRow: number
    readonly rowCount: number
  }[] {
    return this.places().flatMap(({ part, firstRow, rowCount }) => {
      const builder = this.blocks.find((block) => block.part === part)?.builder
      return builder === undefined ? [] : [{ builder, firstRow, rowCount }]
    })
  }

  get slot(): MinuteSlot {
    if (this.#slot === null) throw new Error('a private batch was used before it got its minute')
    return this.#slot
  }

  #discardOwn(): void {
    for (const block of this.blocks) if (block !== this.#mark.open) this.#ring.discard(block)
  }

  #restore(slot: MinuteSlot): void {
    const { open, rows, arenaBytes, extraBytes, hasNanos, nextPart } = this.#mark
    slot.nextPart = nextPart
    slot.open = open
    slot.sealedRows.length = Math.min(slot.sealedRows.length, open?.part ?? nextPart)
    if (open === null) return
    open.sealed = false
    open.builder.truncate(rows)
    open.builder.arenaBytes = arenaBytes
    open.builder.extraBytes = extraBytes
    open.builder.hasNanos = hasNanos
  }

  #seal(block: BlockSlot): void {
    block.sealed = true
    if (this.#slot !== null) this.#slot.sealedRows[block.part] = block.builder.rowCount
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

/** Where a minute stood before a batch: what it goes back to when the batch is taken back. */
interface Mark {
  readonly open: BlockSlot | null
  readonly rows: number
  readonly arenaBytes: number
  readonly extraBytes: number
  readonly hasNanos: boolean
  readonly nextPart: number
}

function markOf(slot: MinuteSlot | null): Mark {
  const open = slot?.open ?? null
  const builder = open?.builder
  return {
    open,
    rows: builder?.rowCount ?? 0,
    arenaBytes: builder?.arenaBytes ?? 0,
    extraBytes: builder?.extraBytes ?? 0,
    hasNanos: builder?.hasNanos ?? false,
    nextPart: slot?.nextPart ?? 0,
  }
}
