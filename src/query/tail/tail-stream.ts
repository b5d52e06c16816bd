/** The reading end of one tail: chunks that have come, at most as many as it has credits for. */
export class TailStream {
  readonly readable: ReadableStream<Uint8Array>
  readonly #chunks: Uint8Array[] = []
  #isEnded = false
  #wake: (() => void) | null = null

  /** `taken`: a chunk has been read, another may come. `cancelled`: nobody reads any more. */
  constructor(taken: () => void, cancelled: () => void) {
    this.readable = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const chunk = await this.#next()
          if (chunk === null) {
            controller.close()
            return
          }
          taken()
          controller.enqueue(chunk)
        },
        cancel: cancelled,
      },
      { highWaterMark: 0 },
    )
  }

  push(chunk: Uint8Array): void {
    if (this.#isEnded) return
    this.#chunks.push(chunk)
    this.#wake?.()
  }

  /** What has come is still read. */
  end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  async #next(): Promise<Uint8Array | null> {
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) return chunk
      if (this.#isEnded) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
