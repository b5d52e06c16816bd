/**
 * Work of several producers at a time, that of one in order. What waits is bounded in bytes: whoever adds
 * more waits until there is room.
 */
export class Lanes {
  readonly #bytesMax: number
  readonly #ends = new Map<string, Promise<void>>()
  #bytes = 0
  #wake: (() => void) | null = null

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Resolves when there is room for more. `work` must not reject. */
  async add(lane: string, bytes: number, work: () => Promise<void>): Promise<void> {
    this.#bytes += bytes
    const end = (this.#ends.get(lane) ?? Promise.resolve()).then(work).then(() => {
      this.#bytes -= bytes
      if (this.#ends.get(lane) === end) this.#ends.delete(lane)
      this.#wake?.()
    })
    this.#ends.set(lane, end)
    while (this.#bytes > this.#bytesMax) await this.#change()
  }

  /** Resolves when nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#ends.size > 0) await this.#change()
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = null
  }
}
