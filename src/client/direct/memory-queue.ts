import type { DropTally } from '../drop-tally.ts'
import type { OverflowPolicy } from '../sink.ts'
import { PendingBatch } from './pending-batch.ts'

/** What bounds the events that wait. */
export interface QueueLimits {
  readonly batchEventsMax: number
  readonly batchBytesMax: number
  /** Of all events that wait, encoded. */
  readonly bytesMax: number
  readonly policy: OverflowPolicy
}

const firstBytes = 16 * 1024
const lowestLevel = 7

/** The events that wait to be sent, in order, as batches. Bounded: see `OverflowPolicy`. */
export class MemoryQueue {
  readonly #limits: QueueLimits
  readonly #drops: DropTally
  /** Takes batches to disk, for the policy `block`; false when that failed. */
  readonly #spillOldest: (batch: PendingBatch) => boolean
  readonly #sealed: PendingBatch[] = []
  #open = new PendingBatch(Buffer.allocUnsafe(firstBytes))
  #bytes = 0

  constructor(
    limits: QueueLimits,
    drops: DropTally,
    spillOldest: (batch: PendingBatch) => boolean,
  ) {
    this.#limits = limits
    this.#drops = drops
    this.#spillOldest = spillOldest
  }

  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#sealed.length === 0 && this.#open.events === 0
  }

  /** Copies the event `bytes[from, to)`; true when it filled a batch. */
  push(bytes: Buffer, from: number, to: number, level: number): boolean {
    const length = to - from
    if (this.#bytes + length > this.#limits.bytesMax && !this.#makeRoom(length, level)) {
      this.#drops.add(level, 1)
      return false
    }
    this.#open.push(bytes, from, to, level)
    this.#bytes += length
    const isFull =
      this.#open.events >= this.#limits.batchEventsMax ||
      this.#open.length >= this.#limits.batchBytesMax
    if (isFull) this.#seal()
    return isFull
  }

  /** The oldest batch that is full or has waited for `ageMs`, null when there is none. */
  head(ageMs: number): PendingBatch | null {
    if (this.#sealed.length === 0 && this.#openAgeMs() >= ageMs) this.#seal()
    return this.#sealed[0] ?? null
  }

  /** How long the first event of the batch that is not full has waited. */
  #openAgeMs(): number {
    return performance.now() - this.#open.beganMs
  }

  /** How long until there is a batch that has waited for `ageMs`, 0 when there is a full one. */
  dueInMs(ageMs: number): number {
    return this.#sealed.length > 0 ? 0 : Math.max(0, Math.ceil(ageMs - this.#openAgeMs()))
  }

  /** Every batch, oldest first, and leaves none. */
  takeAll(): PendingBatch[] {
    this.#seal()
    this.#bytes = 0
    return this.#sealed.splice(0)
  }

  /** The batch was answered, or is on disk. */
  remove(batch: PendingBatch): void {
    const at = this.#sealed.indexOf(batch)
    if (at < 0) return
    this.#sealed.splice(at, 1)
    this.#bytes -= batch.length
  }

  /** Two batches with the same numbers instead of one that is too large for the server. */
  split(batch: PendingBatch): void {
    const at = this.#sealed.indexOf(batch)
    if (at < 0) return
    const half = Math.ceil(batch.events / 2)
    const parts = [batch.events - half, half].map(
      (count) => new PendingBatch(Buffer.allocUnsafe(count)),
    )
    let from = 0
    for (const [i, end] of batch.ends.entries()) {
      parts[i < half ? 0 : 1]?.push(batch.bytes, from, end, batch.levels[i] ?? 0)
      from = end
    }
    const [first, second] = parts
    if (first !== undefined) first.sequence = batch.sequence
    if (second !== undefined) second.sequence = batch.sequence + half
    this.#sealed.splice(at, 1, ...parts)
  }

  #seal(): void {
    if (this.#open.events === 0) return
    this.#sealed.push(this.#open)
    this.#open = new PendingBatch(Buffer.allocUnsafe(firstBytes))
  }

  /** A sixteenth at least, so that the next events need no room made again. */
  #makeRoom(length: number, level: number): boolean {
    this.#seal()
    const target = this.#limits.bytesMax - Math.max(length, this.#limits.bytesMax >> 4)
    if (this.#limits.policy === 'drop-lowest-level') return this.#dropLowest(target, level)
    for (let i = 0; i < this.#sealed.length && this.#bytes > target;) {
      const batch = this.#sealed[i]
      // One that was sent may have arrived: it is neither dropped nor sent under another key.
      if (batch === undefined || batch.sequence > 0) {
        i++
        continue
      }
      if (this.#limits.policy !== 'block' || !this.#spillOldest(batch)) this.#dropBatch(batch)
      this.#sealed.splice(i, 1)
      this.#bytes -= batch.length
    }
    return this.#bytes + length <= this.#limits.bytesMax
  }

  #dropBatch(batch: PendingBatch): void {
    for (const level of batch.levels) this.#drops.add(level, 1)
  }

  /** Drops the least severe events, oldest batches first, none more severe than the new one. */
  #dropLowest(target: number, newest: number): boolean {
    for (let level = lowestLevel; level >= newest && this.#bytes > target; level--) {
      for (let i = 0; i < this.#sealed.length && this.#bytes > target; i++) {
        const batch = this.#sealed[i]
        if (batch === undefined || batch.sequence > 0) continue
        const before = batch.length
        const removed = batch.removeLevel(level)
        this.#drops.add(level, removed)
        this.#bytes -= before - batch.length
        if (batch.events === 0) this.#sealed.splice(i--, 1)
      }
    }
    return this.#bytes < this.#limits.bytesMax && target >= 0
  }
}
