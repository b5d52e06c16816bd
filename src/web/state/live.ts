import { type ReadonlySignal, signal } from '@preact/signals'
import type { MinuteList } from '../api/answers.ts'
import { type Api, ApiError } from '../api/api.ts'
import { minuteMs, msOfMinute } from '../time/minute.ts'

/** How long one request is held; a minute closes every 60 s. */
const waitS = 70
const retryMinMs = 1_000
const retryMaxMs = 15_000

/**
 * The book's newest closed minute, followed by a long poll: views ask anew when it changes. When the server does not
 * answer, `awaySince` says since when, and the shell marks what is shown as stale.
 */
export class Live {
  readonly #api: Api
  readonly #closedThrough = signal<string | null>(null)
  readonly #awaySince = signal<number | null>(null)
  readonly #isKnown = signal(false)
  #stop: AbortController | null = null
  #retry: (() => void) | null = null

  constructor(api: Api) {
    this.#api = api
  }

  /** The newest closed minute, such as `2026-11-22T12:34Z`; null: none has closed, or it is not known yet. */
  get closedThrough(): ReadonlySignal<string | null> {
    return this.#closedThrough
  }

  /** Whether `closedThrough` has been answered once. */
  get isKnown(): ReadonlySignal<boolean> {
    return this.#isKnown
  }

  /** Since when the server has not answered, ms since the epoch; null: it does. */
  get awaySince(): ReadonlySignal<number | null> {
    return this.#awaySince
  }

  /** Begins to follow, anew if it does already. */
  start(): void {
    this.stop()
    const stop = new AbortController()
    this.#stop = stop
    void this.#follow(stop.signal)
  }

  stop(): void {
    this.#stop?.abort()
    this.#stop = null
  }

  /** Tries at once instead of waiting. */
  retry(): void {
    this.#retry?.()
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let pauseMs = retryMinMs
    while (!signal.aborted) {
      try {
        this.#take(await this.#ask(signal))
        pauseMs = retryMinMs
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof ApiError && error.status === 401) return
        this.#awaySince.value ??= Date.now()
        await this.#pause(pauseMs, signal)
        pauseMs = Math.min(pauseMs * 2, retryMaxMs)
      }
    }
  }

  #ask(signal: AbortSignal): Promise<MinuteList> {
    const known = this.#closedThrough.peek()
    // The first answer, and the one after the server was away, must come at once.
    if (known === null || this.#awaySince.peek() !== null) {
      const since = new Date(Date.now() - minuteMs).toISOString().slice(0, 16)
      const wait = this.#isKnown.peek() && this.#awaySince.peek() === null ? waitS : 0
      return this.#api.json('/eventqry/minutes', { since: `${since}Z`, limit: 1, wait }, signal)
    }
    const since = new Date(msOfMinute(known) + minuteMs).toISOString().slice(0, 16)
    return this.#api.json(
      '/eventqry/minutes',
      { since: `${since}Z`, limit: 1, wait: waitS },
      signal,
    )
  }

  #take({ closedThrough }: MinuteList): void {
    this.#awaySince.value = null
    this.#closedThrough.value = closedThrough
    this.#isKnown.value = true
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#retry = null
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      this.#retry = done
    })
  }
}
