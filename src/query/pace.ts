/** How long a stream works before others have their turn. */
const sliceMs = 2

/** Lets the other requests of this thread run when a slice is over. */
export class Pace {
  #begun = performance.now()

  async turn(): Promise<void> {
    if (performance.now() - this.#begun < sliceMs) return
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.#begun = performance.now()
  }
}
