import { Cancelled } from './cancelled.ts'
import { type Chunk, creditsMax } from './messages.ts'

/** How long a consumer may not read before the work lets go of what it holds open. */
const stallMs = 1000

/**
 * The sending end of a stream. `send` waits while `creditsMax` chunks have not been read, so a slow
 * consumer stops the work and never fills memory.
 */
export class ChunkSink {
  readonly #post: (chunk: Chunk) => void
  #credits = creditsMax
  #isCancelled = false
  #wake: (() => void) | null = null
  readonly #stallMs: number
  /** Of the whole stream, where known: goes out with every chunk. */
  total = -1
  /** What is known before the first byte: goes out with every chunk. */
  head: unknown = null
  /** How often `send` has waited long, and what is called then. */
  stalls = 0
  onStall: () => void = () => {}

  constructor(post: (chunk: Chunk) => void, stallMsMax = stallMs) {
    this.#post = post
    this.#stallMs = stallMsMax
  }

  /** Throws Cancelled. */
  async send(bytes: Uint8Array<ArrayBuffer>, last: boolean): Promise<void> {
    if (this.#credits === 0) await this.#waitForCredit()
    this.check()
    this.#credits--
    this.#post({ bytes, last, total: this.total, none: false, head: this.head })
  }

  async #waitForCredit(): Promise<void> {
    const stall = setTimeout(() => {
      this.stalls++
      this.onStall()
    }, this.#stallMs)
    while (this.#credits === 0 && !this.#isCancelled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    clearTimeout(stall)
  }

  none(): void {
    this.#post({ bytes: new Uint8Array(0), last: true, total: 0, none: true, head: null })
  }

  /** Throws Cancelled. */
  check(): void {
    if (this.#isCancelled) throw new Cancelled()
  }

  credit(): void {
    this.#credits++
    this.#wake?.()
  }

  cancel(): void {
    this.#isCancelled = true
    this.#wake?.()
  }
}
