import { PoolThread, type PoolThreadOptions } from './pool-thread.ts'

/** The query threads: started when they are needed, replaced when they have died. */
export class ThreadSet implements AsyncDisposable {
  readonly #optionsOf: (place: number) => PoolThreadOptions
  readonly #onDeath: (error: Error) => void
  readonly #threads: (PoolThread | null)[]
  #isClosed = false
  #deaths = 0

  /** `optionsOf` each thread by its place: those before it are asked first. */
  constructor(
    count: number,
    optionsOf: (place: number) => PoolThreadOptions,
    onDeath?: (error: Error) => void,
  ) {
    this.#threads = Array.from({ length: count }, () => null)
    this.#optionsOf = optionsOf
    this.#onDeath = onDeath ?? (() => {})
  }

  get deaths(): number {
    return this.#deaths
  }

  /** The thread with the least under way; of several the first. */
  pick(): PoolThread {
    if (this.#isClosed) throw new Error('the query threads have been closed')
    let place = 0
    for (let i = 0; i < this.#threads.length; i++) {
      if (this.#loadOf(i) < this.#loadOf(place)) place = i
    }
    const thread = this.#threads[place] ?? null
    if (thread !== null && !thread.isDead) return thread
    return this.#start(place)
  }

  /** Starts the first thread, unless it has been. */
  begin(): void {
    if (!this.#isClosed && this.#threads[0] === null) this.#start(0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    const threads = this.#threads.splice(0)
    await Promise.all(threads.map((thread) => (thread?.isDead === false ? thread.close() : null)))
  }

  #loadOf(place: number): number {
    return this.#threads[place]?.underWay ?? 0
  }

  #start(place: number): PoolThread {
    const onDeath = (error: Error): void => {
      if (this.#isClosed) return
      this.#deaths++
      this.#onDeath(error)
    }
    const thread = new PoolThread({ ...this.#optionsOf(place), onDeath })
    this.#threads[place] = thread
    return thread
  }
}
