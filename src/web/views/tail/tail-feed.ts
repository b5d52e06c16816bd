import { type ReadonlySignal, signal } from '@preact/signals'
import type { StoredEvent } from '../../api/answers.ts'
import { type Api, ApiError, type Query } from '../../api/api.ts'
import { KeptEvents, type TailEvent } from './kept-events.ts'
import { readSse, type SseMessage } from './sse-reader.ts'

const retryMs = 1_500
/** The server's, so that a position is known from the first second on. */
const heartbeatS = 1
/** A connection that is silent for so long, without a heartbeat, is dead: nobody may have said so. */
const silentMs = 15_000
/** New events are shown together, a few times a second. */
const shownEveryMs = 120
/** The rate is over so long. */
const rateWindowMs = 5_000

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
  /** How often it has gone on where it was after a break. */
  readonly resumed: number
  /** Whether events of a break could not be had, because the server does not keep them any more. */
  readonly hasGap: boolean
  /** What ended the tail for good, such as a query that cannot be read; null: it goes on. */
  readonly error: Error | null
}

const nothing: TailState = {
  events: [],
  received: 0,
  missed: 0,
  rate: 0,
  isConnected: false,
  resumed: 0,
  hasGap: false,
  error: null,
}

/** A live tail that goes on where it was when the connection breaks. `stop` ends it. */
export class TailFeed {
  readonly #api: Api
  readonly #query: Query
  readonly #over = new AbortController()
  readonly #state = signal(nothing)
  readonly #kept = new KeptEvents()
  #connection: AbortController | null = null
  #position = ''
  #arrivals: { readonly atMs: number; readonly count: number }[] = []
  #isConnected = false
  #received = 0
  #missed = 0
  #resumed = 0
  #isBroken = false
  #hasGap = false
  /** Where the first missed ones begin, and how many had been received by then. */
  #missedFrom: { readonly position: string; readonly received: number } | null = null

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
    this.#kept.clear()
    this.#state.value = { ...this.#state.peek(), events: [] }
  }

  /** Goes back to where the first missed events begin, and reads on from there. */
  fetchMissed(): void {
    if (this.#missedFrom === null) return
    const { position, received } = this.#missedFrom
    this.#kept.keepThrough(position)
    this.#position = position
    this.#received = received
    this.#arrivals = []
    this.#missed = 0
    this.#missedFrom = null
    this.#connection?.abort()
  }

  async #run(): Promise<void> {
    const { signal: over } = this.#over
    while (!over.aborted) {
      const connection = new AbortController()
      this.#connection = connection
      try {
        await this.#connect(AbortSignal.any([over, connection.signal]))
      } catch (error) {
        if (over.aborted) return
        if (!this.#mayGoOn(error)) return
      }
      this.#isConnected = false
      // It was ended here, to go on at another position at once.
      if (connection.signal.aborted) continue
      this.#isBroken = true
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  /** Whether to connect again after an error; if not, it is shown. */
  #mayGoOn(error: unknown): boolean {
    if (!(error instanceof ApiError) || error.status >= 500) return true
    if (error.code === 'dropped') {
      this.#leaveGap()
      return true
    }
    this.#state.value = { ...this.#state.peek(), isConnected: false, error }
    return false
  }

  /** Goes on with what comes from now on. */
  #leaveGap(): void {
    this.#position = ''
    this.#hasGap = true
  }

  async #connect(over: AbortSignal): Promise<void> {
    const url = this.#api.url('/eventqry/tail', { ...this.#query, heartbeat: heartbeatS })
    const isBack = this.#position !== ''
    const headers: Record<string, string> = isBack ? { 'last-event-id': this.#position } : {}
    const response = await this.#api.send('GET', url, { signal: over, headers })
    this.#isConnected = true
    if (isBack && this.#isBroken) this.#resumed++
    this.#isBroken = false
    if (response.body === null) return
    for await (const message of readSse(response.body, silentMs)) this.#take(message)
  }

  #take({ id, event, data }: SseMessage): void {
    // The codec of the stream, as docs/QUERY.md has it.
    if (event === 'message') {
      this.#kept.add({ event: JSON.parse(data) as StoredEvent, text: data })
      this.#received++
    } else if (event === 'missed') {
      const { events, after } = JSON.parse(data) as { events: number; after: string }
      this.#missed += events
      this.#missedFrom ??= { position: after, received: this.#received }
    } else if (event === 'error' && (JSON.parse(data) as { code: string }).code === 'dropped') {
      this.#leaveGap()
    }
    if (id !== '') this.#position = id
  }

  #rate(): number {
    const atMs = performance.now()
    this.#arrivals.push({ atMs, count: this.#received })
    this.#arrivals = this.#arrivals.filter((each) => each.atMs > atMs - rateWindowMs)
    const first = this.#arrivals[0]
    if (first === undefined) return 0
    const seconds = (atMs - first.atMs) / 1_000
    return seconds < 0.5 ? 0 : (this.#received - first.count) / seconds
  }

  #show(): void {
    const before = this.#state.peek()
    const rate = this.#rate()
    const next: TailState = {
      events: this.#kept.take() ?? before.events,
      received: this.#received,
      missed: this.#missed,
      rate: Math.abs(rate - before.rate) < 0.05 ? before.rate : rate,
      isConnected: this.#isConnected,
      resumed: this.#resumed,
      hasGap: this.#hasGap,
      error: before.error,
    }
    if (!isSame(before, next)) this.#state.value = next
  }
}

function isSame(a: TailState, b: TailState): boolean {
  return (
    a.events === b.events &&
    a.received === b.received &&
    a.missed === b.missed &&
    a.rate === b.rate &&
    a.isConnected === b.isConnected &&
    a.resumed === b.resumed &&
    a.hasGap === b.hasGap
  )
}
