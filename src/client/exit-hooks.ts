/** What has to happen before the process ends. */
export interface ExitTask {
  /** The loop has nothing left to do: events may still be sent for a moment. */
  flush(): Promise<unknown>
  /** The very end: only synchronous work counts. */
  spill(): void
}

// Not SIGHUP: who ignores it (nohup) would no longer, as a runtime cannot give a signal back as it was.
const signals = ['SIGTERM', 'SIGINT'] as const

/**
 * Runs tasks before this process ends, however it ends: by itself, by process.exit, by an uncaught
 * exception or by a signal. A signal still does what it did without us: when nobody else listens, it is
 * raised again after the flush. Listeners are there only while there are tasks.
 */
export class ExitHooks {
  readonly #tasks = new Set<ExitTask>()
  #flushed = false

  add(task: ExitTask): void {
    if (this.#tasks.size === 0) this.#listen()
    this.#tasks.add(task)
    this.#flushed = false
  }

  remove(task: ExitTask): void {
    if (!this.#tasks.delete(task) || this.#tasks.size > 0) return
    process.off('beforeExit', this.#beforeExit)
    process.off('exit', this.#spill)
    process.off('uncaughtExceptionMonitor', this.#onException)
    for (const signal of signals) process.off(signal, this.#onSignal)
  }

  #listen(): void {
    process.on('beforeExit', this.#beforeExit)
    process.on('exit', this.#spill)
    process.on('uncaughtExceptionMonitor', this.#onException)
    // First: those who come later may count who listens.
    for (const signal of signals) process.prependListener(signal, this.#onSignal)
  }

  /** Comes again each time the loop empties; one flush is what the tasks are given. */
  readonly #beforeExit = (): void => {
    if (this.#flushed) return
    this.#flushed = true
    void this.#flush()
  }

  readonly #spill = (): void => {
    for (const task of this.#tasks) task.spill()
  }

  /** A process that handles its exceptions goes on: nothing ends, and `exit` comes when it does. */
  readonly #onException = (): void => {
    if (process.listenerCount('uncaughtException') === 0) this.#spill()
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return this.#stepAside(signal)
    const raise = (): void => {
      this.#spill()
      process.off(signal, this.#onSignal)
      process.kill(process.pid, signal)
    }
    this.#flush().then(raise, raise)
  }

  /**
   * Someone else decides what the signal does. Some raise it again only when nobody else listens, and two of us would
   * wait for each other: so this one does not listen while they are called. When they end the process by the signal, no
   * `exit` comes, so what is left goes to disk now.
   */
  #stepAside(signal: NodeJS.Signals): void {
    process.off(signal, this.#onSignal)
    this.#spill()
    setImmediate(() => {
      if (this.#tasks.size === 0 || process.listeners(signal).includes(this.#onSignal)) return
      process.prependListener(signal, this.#onSignal)
    }).unref()
  }

  async #flush(): Promise<void> {
    await Promise.allSettled([...this.#tasks].map((task) => task.flush()))
  }
}

/** A process ends once, so there is one. */
export const processExit = new ExitHooks()
