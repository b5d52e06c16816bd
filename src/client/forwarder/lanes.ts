/** What bounds the work that was added and has not ended. */
export interface LaneLimits {
  readonly bytesMax: number
  readonly countMax: number
}

/**
 * Work of several producers at a time, that of one in order. What waits is bounded: whoever adds more waits
 * until there is room.
 */
export class Lanes {
  readonly #limits: LaneLimits
  readonly #ends = new Map<string, Promise<void>>()
  #bytes = 0
  #count = 0
  #wake: (() => void) | null = null

  constructor(limits: LaneLimits) {
    this.#limits = limits
  }

  /** Resolves when there is room for more. `work` must not reject. */
  async add(lane: string, bytes: number, work: () => Promise<void>): Promise<void> {
    const { bytesMax, countMax } = this.#limits
    this.#bytes += bytes
    this.#count++
    const end = (this.#ends.get(lane) ?? Promise.resolve()).then(work).then(() => {
      this.#bytes -= bytes
      this.#count--
      if (this.#ends.get(lane) === end) this.#ends.delete(lane)
      this.#wake?.()
    })
    this.#ends.set(lane, end)
    while (this.#bytes > bytesMax || this.#count >= countMax) await this.#change()
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
