import { Cancelled } from '../cancelled.ts'
import { QueryLimit } from './contract.ts'

export interface TurnstileLimits {
  readonly inside: number
  readonly waiting: number
  /** How long one may wait. */
  readonly waitMs: number
}

interface Waiter {
  enter(): void
  refuse(error: Error): void
}

/** Lets a number of queries in at once; others wait in line, as many as there is room for. */
export class Turnstile {
  readonly #limits: TurnstileLimits
  readonly #line: Waiter[] = []
  #inside = 0
  #isClosed = false

  constructor(limits: TurnstileLimits) {
    this.#limits = limits
  }

  get inside(): number {
    return this.#inside
  }

  get waiting(): number {
    return this.#line.length
  }

  /** Resolves inside. Throws QueryLimit when the line is full or the wait too long, and Cancelled. */
  async enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Cancelled()
    if (this.#isClosed) throw new Error('the query threads have been closed')
    const { inside, waiting, waitMs } = this.#limits
    if (this.#inside < inside) {
      this.#inside++
      return
    }
    if (this.#line.length >= waiting) throw new QueryLimit('query-queue', waiting)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter: Waiter = { enter: resolve, refuse: reject }
    const give = (error: Error): void => {
      const place = this.#line.indexOf(waiter)
      if (place === -1) return
      this.#line.splice(place, 1)
      reject(error)
    }
    const gone = (): void => give(new Cancelled())
    const timer = setTimeout(() => give(new QueryLimit('query-concurrency', inside)), waitMs)
    signal.addEventListener('abort', gone, { once: true })
    this.#line.push(waiter)
    await promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', gone)
    })
  }

  /** The next in line takes the place. */
  leave(): void {
    const next = this.#line.shift()
    if (next === undefined) this.#inside--
    else next.enter()
  }

  close(): void {
    this.#isClosed = true
    for (const waiter of this.#line.splice(0)) waiter.refuse(new Error('the server stops'))
  }
}
