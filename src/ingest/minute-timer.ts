const minuteMs = 60_000
/** After a minute has turned, how soon to look again when batches of it are still on their way. */
const againMs = 20
/** At least this often, so that a step of the wall clock is seen soon. */
const lookMs = 1_000

export interface MinuteTimerOptions {
  readonly nowMs: () => number
  /** Whether a minute that is over has not become a page yet. */
  readonly isDue: () => boolean
  readonly close: () => Promise<void>
  /** Something that is no expected outcome: the server must stop. */
  readonly onError: (error: unknown) => void
}

/** Calls for the closing of minutes as they end, by the server's clock. */
export class MinuteTimer {
  readonly #options: MinuteTimerOptions
  #timer: ReturnType<typeof setTimeout> | undefined
  #stopped = false

  constructor(options: MinuteTimerOptions) {
    this.#options = options
  }

  start(): void {
    this.#schedule()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #schedule(): void {
    if (this.#stopped) return
    const untilTurnMs = minuteMs - (this.#options.nowMs() % minuteMs)
    const ms = this.#options.isDue() ? againMs : Math.min(untilTurnMs + 1, lookMs)
    this.#timer = setTimeout(() => void this.#look(), ms)
  }

  async #look(): Promise<void> {
    try {
      if (this.#options.isDue()) await this.#options.close()
    } catch (error) {
      // After a stop the book is let go of, whatever still waits for it.
      if (!this.#stopped) this.#options.onError(error)
      return
    }
    this.#schedule()
  }
}
