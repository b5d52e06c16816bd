import type { BlockLimits, SealedBlock } from './block-builder.ts'
import { BlockPool } from './block-pool.ts'
import { BlockSlot } from './block-slot.ts'
import { MinuteSlot } from './minute-slot.ts'
import { RingBatch } from './ring-batch.ts'

/** Parts of one minute: a part number has 16 bits in an event id. */
export const partsMax = 65_536

export interface RingOptions {
  /** Minutes that may be open or closing at once. */
  readonly slotsMax: number
  /** Memory of blocks, open, sealed or on their way to the book, at which new batches wait. */
  readonly bytesMax: number
  readonly blockLimits: BlockLimits
  /** Takes a full, durable block to the book; its arrays come back. */
  putBlock(minute: number, part: number, block: SealedBlock): Promise<SealedBlock>
}

/**
 * The minutes that are not pages yet, as columns. Pure memory: no clock, no files. Rows are appended in
 * the order in which batches are sequenced, which is the journal's order.
 */
export class Ring {
  readonly #options: RingOptions
  readonly #pool: BlockPool
  readonly #slots = new Map<number, MinuteSlot>()
  readonly #roomWaiters = new Set<() => void>()
  readonly #idleWaiters = new Set<IdleWaiter>()
  #heldBytes = 0
  #lost: { readonly error: unknown } | null = null
  /** A block could not be stored for good: the server must stop, the journal has everything. */
  onLost: ((error: unknown) => void) | null = null

  constructor(options: RingOptions) {
    this.#options = options
    this.#pool = new BlockPool(options.blockLimits)
  }

  get slots(): number {
    return this.#slots.size
  }

  /** Bytes of blocks that are sealed or on their way, and of the open blocks' texts twice over. */
  get bytes(): number {
    let bytes = this.#heldBytes
    for (const slot of this.#slots.values()) bytes += 2 * (slot.open?.builder.bytes ?? 0)
    return bytes
  }

  get blocksInUse(): number {
    return this.#pool.inUse
  }

  /** While no block is on its way there is always room: nothing would come back to make more. */
  hasRoom(): boolean {
    return this.#heldBytes === 0 || this.bytes < this.#options.bytesMax
  }

  /** Resolves when a block has come back from the book, when `wakeWaiting` is called, or after `ms`. */
  async waitForRoom(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#roomWaiters.add(resolve)
    await promise
    clearTimeout(timer)
    this.#roomWaiters.delete(resolve)
  }

  /** Lets all that wait for room look again. */
  wakeWaiting(): void {
    for (const wake of this.#roomWaiters) wake()
    this.#roomWaiters.clear()
  }

  /** The slot of a minute, made if need be; null when the ring has no slot or the minute no part left. */
  slot(minute: number): MinuteSlot | null {
    const found = this.#slots.get(minute)
    if (found !== undefined) return found.nextPart + 8 < partsMax ? found : null
    if (this.#slots.size >= this.#options.slotsMax) return null
    const slot = new MinuteSlot(minute)
    this.#slots.set(minute, slot)
    return slot
  }

  /** The minutes that are not pages yet, oldest first, and how many events of each count. */
  openMinutes(): OpenMinute[] {
    return [...this.#slots.values()]
      .toSorted((a, b) => a.minute - b.minute)
      .map(({ minute, eventCount, sealedRows, open }) => {
        const partRows = open === null ? [...sealedRows] : [...sealedRows, open.builder.rowCount]
        return { minute, eventCount, partRows }
      })
  }

  /** Starts a batch in a minute's open block. It must be finished or rolled back before the next. */
  begin(slot: MinuteSlot, src: Uint8Array, receivedMs: number): RingBatch {
    return new RingBatch(this, slot, src, receivedMs)
  }

  /** Starts a batch in blocks of its own; `adopt` gives it a minute later. */
  beginPrivate(src: Uint8Array, receivedMs: number): RingBatch {
    return new RingBatch(this, null, src, receivedMs)
  }

  /** The oldest minute before `minute` that has batches, or null. */
  oldestBefore(minute: number): MinuteSlot | null {
    let oldest: MinuteSlot | null = null
    for (const slot of this.#slots.values()) {
      if (slot.minute < minute && slot.minute < (oldest?.minute ?? Number.POSITIVE_INFINITY)) {
        oldest = slot
      }
    }
    return oldest
  }

  /**
   * Sends what is left of a minute to the book; resolves when all its blocks are durable there. Rejects
   * when a block, of whatever minute, cannot be stored for good.
   */
  async drain(slot: MinuteSlot): Promise<void> {
    const open = slot.open
    slot.open = null
    if (open !== null) {
      open.sealed = true
      slot.sealedRows[open.part] = open.builder.rowCount
      this.send(slot, open)
    }
    if (this.#lost !== null) throw this.#lost.error
    if (slot.putting === 0) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#idleWaiters.add({ slot, resolve, reject })
    await promise
  }

  /** Forgets a minute that has become a page. */
  remove(slot: MinuteSlot): void {
    this.#slots.delete(slot.minute)
  }

  openBlock(part: number): BlockSlot {
    return new BlockSlot(this.#pool.take(), part)
  }

  /** Empties a block that nothing refers to. */
  discard(block: BlockSlot): void {
    block.builder.clear()
    this.#pool.give(block.builder)
  }

  /** Gives a sealed block, all of whose rows are durable in the journal, to the book. */
  send(slot: MinuteSlot, block: BlockSlot): void {
    const sealed = block.builder.detach()
    block.heldBytes = heldBytesOf(sealed)
    this.#heldBytes += block.heldBytes
    slot.putting++
    if (slot.open === block) slot.open = null
    this.#options.putBlock(slot.minute, block.part, sealed).then(
      (returned) => this.#returned(slot, block, returned),
      (error: unknown) => this.#lose(error),
    )
  }

  #returned(slot: MinuteSlot, block: BlockSlot, sealed: SealedBlock): void {
    this.#heldBytes -= block.heldBytes
    block.builder.attach(sealed)
    this.#pool.give(block.builder)
    slot.putting--
    this.wakeWaiting()
    if (slot.putting > 0) return
    for (const waiter of this.#idleWaiters) {
      if (waiter.slot !== slot) continue
      this.#idleWaiters.delete(waiter)
      waiter.resolve()
    }
  }

  #lose(error: unknown): void {
    this.#lost ??= { error }
    for (const waiter of this.#idleWaiters) waiter.reject(error)
    this.#idleWaiters.clear()
    this.onLost?.(error)
  }
}

/** A minute that is not a page yet. */
export interface OpenMinute {
  readonly minute: number
  /** Events that are durable: the first so many, in the order of parts and rows. */
  readonly eventCount: number
  /** Rows by part, those included that are not durable yet. */
  readonly partRows: readonly number[]
}

interface IdleWaiter {
  readonly slot: MinuteSlot
  resolve(): void
  reject(error: unknown): void
}

function heldBytesOf(block: SealedBlock): number {
  let bytes = block.arena.length + block.extra.length + block.level.length * 41
  for (const column of block.columns) {
    bytes += column.rows.byteLength + column.low.byteLength + column.high.byteLength
    bytes += column.numbers.byteLength
  }
  return bytes
}
