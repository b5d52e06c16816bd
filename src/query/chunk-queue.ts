import type { Chunk } from './messages.ts'

/** The receiving end of a stream: chunks that have come and not been taken yet, at most `creditsMax`. */
export class ChunkQueue {
  readonly #chunks: Chunk[] = []
  #error: Error | null = null
  #wake: (() => void) | null = null

  get length(): number {
    return this.#chunks.length
  }

  push(chunk: Chunk): void {
    this.#chunks.push(chunk)
    this.#wake?.()
  }

  /** What has come before the error is still read. */
  fail(error: Error): void {
    this.#error = error
    this.#wake?.()
  }

  async take(): Promise<Chunk> {
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) return chunk
      if (this.#error !== null) throw this.#error
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  clear(): void {
    this.#chunks.length = 0
  }
}
