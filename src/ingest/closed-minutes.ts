/** Requests that wait for the next minute to close. */
export class ClosedMinutes {
  readonly #closedThrough: () => number | null
  readonly #waiters = new Set<() => void>()

  constructor(closedThrough: () => number | null) {
    this.#closedThrough = closedThrough
  }

  get waiting(): number {
    return this.#waiters.size
  }

  /** Called after closed through has been persisted. */
  closed(): void {
    for (const wake of this.#waiters) wake()
    this.#waiters.clear()
  }

  /**
   * Resolves with closed through as soon as it is later than `afterMinute`, or with null after
   * `timeoutMs` or when `signal` is aborted.
   */
  async wait(afterMinute: number, timeoutMs: number, signal: AbortSignal): Promise<number | null> {
    const until = performance.now() + timeoutMs
    for (;;) {
      const through = this.#closedThrough()
      if (through !== null && through > afterMinute) return through
      const left = until - performance.now()
      if (left <= 0 || signal.aborted) return null
      await this.#next(left, signal)
    }
  }

  async #next(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, timeoutMs)
    const giveUp = (): void => resolve()
    signal.addEventListener('abort', giveUp)
    this.#waiters.add(resolve)
    await promise
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
    this.#waiters.delete(resolve)
  }
}
