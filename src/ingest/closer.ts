import type { BookWriter, ClosedMinute } from '../book/contract.ts'
import type { Journal } from '../journal/contract.ts'
import type { MinuteSlot } from '../ring/minute-slot.ts'
import type { Ring } from '../ring/ring.ts'
import { minuteOf } from './batch-decoder.ts'
import type { Keys } from './keys.ts'
import type { Producers } from './producers.ts'

export interface CloserOptions {
  readonly ring: Ring
  readonly keys: Keys
  readonly producers: Producers
  readonly book: BookWriter
  /** Absent during replay: nothing is released before the whole journal has been read. */
  readonly journal: Journal | null
  readonly nowMs: () => number
  readonly onClosed: (closed: ClosedMinute) => void
}

/**
 * Makes minutes into pages, oldest first: when the clock has passed a minute and every batch sequenced in
 * it has committed or failed, its blocks go to the book, then its page becomes visible, and only then
 * does the journal let its segments go.
 */
export class Closer {
  readonly #options: CloserOptions
  /** Where a new book begins: what came before it, nobody was there to take. */
  readonly #startMinute: number
  #running: Promise<void> | null = null

  constructor(options: CloserOptions) {
    this.#options = options
    this.#startMinute = minuteOf(options.nowMs())
  }

  /** Closes every minute that is due; a call while another runs shares its outcome. */
  closeDue(): Promise<void> {
    this.#running ??= this.#closeBefore(minuteOf(this.#options.nowMs())).finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /**
   * Resolves when no closing is under way, or after `timeoutMs`: a closing waits for a full disk as long
   * as it is full. What has not been closed is in the journal. Whoever asked for it hears of its failure.
   */
  async idle(timeoutMs: number): Promise<void> {
    if (this.#running === null) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, timeoutMs)
    this.#running.then(resolve, resolve)
    await promise
    clearTimeout(timer)
  }

  /** Closes the minutes with batches before `minute`, whatever the clock says: for replay. */
  async closeSlotsBefore(minute: number): Promise<void> {
    const { ring } = this.#options
    for (let slot = ring.oldestBefore(minute); slot !== null; slot = ring.oldestBefore(minute)) {
      if (slot.pending > 0) return
      await this.#closeSlot(slot)
    }
  }

  async #closeBefore(minute: number): Promise<void> {
    await this.closeSlotsBefore(minute)
    if (this.#options.ring.oldestBefore(minute) !== null) return
    const { closedThrough } = this.#options.book.state
    if (closedThrough !== null && closedThrough >= minute - 1) return
    await this.#close(minute - 1, null)
  }

  async #closeSlot(slot: MinuteSlot): Promise<void> {
    await this.#options.ring.drain(slot)
    await this.#close(slot.minute, slot)
    this.#options.ring.remove(slot)
  }

  async #close(minute: number, slot: MinuteSlot | null): Promise<void> {
    const { book, keys, producers, journal, nowMs, onClosed } = this.#options
    const accounts = producers.accountsOf(minute)
    const closed = await book.close({
      minute,
      firstMinute: slot?.minute ?? this.#startMinute,
      partCount: slot?.nextPart ?? 0,
      answers: keys.answersOf(minute),
      producers: accounts,
      lastSequence: Math.max(slot?.lastSequence ?? 0, book.state.lastSequence),
      closedAtMs: nowMs(),
    })
    keys.stored(minute)
    producers.stored(minute, accounts)
    onClosed(closed)
    await journal?.releaseThrough(minute)
  }
}
