import { type Chunk, creditsMax } from './messages.ts'

/** The consumer has gone: thrown inside a stream's work to end it. */
export class Cancelled extends Error {}

/**
 * The sending end of a stream. `send` waits while `creditsMax` chunks have not been read, so a slow
 * consumer stops the work and never fills memory.
 */
export class ChunkSink {
  readonly #post: (chunk: Chunk) => void
  #credits = creditsMax
  #isCancelled = false
  #wake: (() => void) | null = null
  /** Of the whole stream, where known: goes out with every chunk. */
  total = -1

  constructor(post: (chunk: Chunk) => void) {
    this.#post = post
  }

  /** Throws Cancelled. */
  async send(bytes: Uint8Array<ArrayBuffer>, last: boolean): Promise<void> {
    while (this.#credits === 0 && !this.#isCancelled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.check()
    this.#credits--
    this.#post({ bytes, last, total: this.total, none: false })
  }

  none(): void {
    this.#post({ bytes: new Uint8Array(0), last: true, total: 0, none: true })
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
