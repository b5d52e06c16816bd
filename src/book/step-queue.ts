/** Works under way and waiting, at most: each is asked for by somebody who waits for it. */
export const stepWorksMax = 16

/** A turn of work takes about so long, and others then get as long. */
const turnMs = 10

interface Work<T> {
  readonly begin: () => Generator<null, T>
  readonly done: (result: T) => void
  readonly fail: (error: unknown) => void
}

/** Runs long works one after the other, in turns between which the thread does what else it is asked for. */
export class StepQueue<T> {
  readonly #works: Work<T>[] = []
  #running: Generator<null, T> | null = null
  #timer: ReturnType<typeof setTimeout> | null = null

  add(begin: () => Generator<null, T>, { done, fail }: Pick<Work<T>, 'done' | 'fail'>): void {
    if (this.#works.length >= stepWorksMax) {
      fail(new Error(`${stepWorksMax} works wait already`))
      return
    }
    this.#works.push({ begin, done, fail })
    this.#later(0)
  }

  /** Gives up what is under way, and forgets what waits. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const closing = new Error('the book is being closed')
    try {
      // What it has begun is cleared away by its own `finally`.
      this.#running?.throw(closing)
    } catch (error) {
      if (error !== closing) throw error
    }
    this.#running = null
    for (const { fail } of this.#works.splice(0)) fail(closing)
  }

  #later(ms: number): void {
    this.#timer ??= setTimeout(() => this.#turn(), ms)
  }

  #turn(): void {
    this.#timer = null
    const [work] = this.#works
    if (work === undefined) return
    const started = performance.now()
    try {
      this.#running ??= work.begin()
      while (performance.now() - started < turnMs) {
        const step = this.#running.next()
        if (step.done !== true) continue
        this.#end()
        work.done(step.value)
        return
      }
    } catch (error) {
      this.#end()
      work.fail(error)
      return
    }
    this.#later(turnMs)
  }

  #end(): void {
    this.#running = null
    this.#works.shift()
    if (this.#works.length > 0) this.#later(0)
  }
}
