/** A wait that ends after a time, when it is told to, or when `signal` is aborted. */
export class Pause {
  readonly ended: Promise<void>
  #resolve: () => void = () => {}
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #signal: AbortSignal

  constructor(ms: number, signal: AbortSignal) {
    this.ended = new Promise((resolve) => (this.#resolve = resolve))
    this.#timer = setTimeout(() => this.end(), ms)
    this.#signal = signal
    signal.addEventListener('abort', this.end)
    if (signal.aborted) this.end()
  }

  readonly end = (): void => {
    clearTimeout(this.#timer)
    this.#signal.removeEventListener('abort', this.end)
    this.#resolve()
  }
}
