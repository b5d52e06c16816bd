import { type ReadonlySignal, signal } from '@preact/signals'
import type { StoredEvent } from '../../api/answers.ts'
import { type Api, ApiError, type Query } from '../../api/api.ts'
import { readSse, type SseMessage } from './sse-reader.ts'

/** Events that are kept; the oldest go first. */
export const tailEventsMax = 5_000
const retryMs = 1_500
/** New events are shown together, a few times a second. */
const shownEveryMs = 120
/** The rate is over so long. */
const rateWindowMs = 5_000

export interface TailEvent {
  readonly event: StoredEvent
  /** As it came: numbers as they were written. */
  readonly text: string
}

export interface TailState {
  /** The newest first. */
  readonly events: readonly TailEvent[]
  /** Since the tail began. */
  readonly received: number
  /** Events that the server left out, because this reader was too slow. */
  readonly missed: number
  /** Events a second. */
  readonly rate: number
  readonly isConnected: boolean
  /** What ended the tail for good, such as a query that cannot be read; null: it goes on. */
  readonly error: Error | null
}

const nothing: TailState = {
  events: [],
  received: 0,
  missed: 0,
  rate: 0,
  isConnected: false,
  error: null,
}

/** A live tail that goes on where it was when the connection breaks. `stop` ends it. */
export class TailFeed {
  readonly #api: Api
  readonly #query: Query
  readonly #over = new AbortController()
  readonly #state = signal(nothing)
  #waiting: TailEvent[] = []
  #position = ''
  #arrivals: { readonly atMs: number; readonly count: number }[] = []
  #missed = 0
  #received = 0
  #isConnected = false

  constructor(api: Api, query: Query) {
    this.#api = api
    this.#query = query
    void this.#run()
    const timer = setInterval(() => this.#show(), shownEveryMs)
    this.#over.signal.addEventListener('abort', () => clearInterval(timer))
  }

  get state(): ReadonlySignal<TailState> {
    return this.#state
  }

  stop(): void {
    this.#over.abort()
  }

  clear(): void {
    this.#waiting = []
    this.#state.value = { ...this.#state.peek(), events: [] }
  }

  async #run(): Promise<void> {
    const { signal: over } = this.#over
    while (!over.aborted) {
      try {
        await this.#connect(over)
      } catch (error) {
        if (over.aborted) return
        if (error instanceof ApiError && error.status < 500) {
          this.#state.value = { ...this.#state.peek(), isConnected: false, error }
          return
        }
      }
      this.#isConnected = false
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  async #connect(over: AbortSignal): Promise<void> {
    const url = this.#api.url('/eventqry/tail', { ...this.#query, heartbeat: 5 })
    const headers: Record<string, string> =
      this.#position === '' ? {} : { 'last-event-id': this.#position }
    const response = await this.#api.send('GET', url, { signal: over, headers })
    this.#isConnected = true
    if (response.body === null) return
    for await (const message of readSse(response.body)) this.#take(message)
  }

  #take({ id, event, data }: SseMessage): void {
    if (id !== '') this.#position = id
    // The codec of the stream, as docs/QUERY.md has it.
    if (event === 'message') {
      this.#waiting.push({ event: JSON.parse(data) as StoredEvent, text: data })
      if (this.#waiting.length > tailEventsMax) this.#waiting.shift()
      this.#received++
      return
    }
    if (event === 'missed') this.#missed += (JSON.parse(data) as { events: number }).events
  }

  #show(): void {
    const atMs = performance.now()
    this.#arrivals.push({ atMs, count: this.#received })
    this.#arrivals = this.#arrivals.filter((each) => each.atMs > atMs - rateWindowMs)
    const first = this.#arrivals[0]
    const seconds = first === undefined ? 0 : (atMs - first.atMs) / 1_000
    const rate = seconds < 0.5 || first === undefined ? 0 : (this.#received - first.count) / seconds
    const before = this.#state.peek()
    const fresh = this.#waiting.reverse()
    this.#waiting = []
    const isSame = fresh.length === 0 && Math.abs(rate - before.rate) < 0.05
    if (isSame && before.isConnected === this.#isConnected && before.missed === this.#missed) return
    const events =
      fresh.length === 0 ? before.events : [...fresh, ...before.events].slice(0, tailEventsMax)
    this.#state.value = {
      ...before,
      events,
      rate,
      received: this.#received,
      missed: this.#missed,
      isConnected: this.#isConnected,
    }
  }
}
