import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Scanned, SearchAnswer, StoredEvent } from '../../api/answers.ts'
import type { Api } from '../../api/api.ts'
import { useApp } from '../../state/app-state.ts'

/** Events that the list holds at once; an export has no such bound. */
export const feedEventsMax = 100_000
const firstEvents = 200
const moreEvents = 2_000

export interface EventFeed {
  readonly events: readonly StoredEvent[]
  /** Whether there are more than are loaded. */
  readonly hasMore: boolean
  readonly isLoading: boolean
  /** Whether `events` are of this search; false after it was cancelled, while it is under way, and when it failed. */
  readonly isAnswered: boolean
  readonly error: Error | null
  /** Of the last answer. */
  readonly scanned: Scanned | null
  readonly tookMs: number
  /** Loads the next ones, so many at most, unless it does already. */
  loadMore(count?: number): void
  cancel(): void
  reload(): void
}

interface Held {
  readonly key: string | null
  readonly events: readonly StoredEvent[]
  readonly next: string | null
  readonly isLoading: boolean
  readonly error: Error | null
  readonly scanned: Scanned | null
  readonly tookMs: number
}

const nothing: Held = {
  key: null,
  events: [],
  next: null,
  isLoading: true,
  error: null,
  scanned: null,
  tookMs: 0,
}

/**
 * The events of a search, loaded as they are wanted. `url` is the search without limit; another one begins anew, and
 * null asks nothing yet.
 */
export function useEventFeed(url: string | null): EventFeed {
  const { api, session } = useApp()
  const authorization = session.authorization.value
  const [held, setHeld] = useState(nothing)
  const [round, setRound] = useState(0)
  const latest = useRef(held)
  latest.current = held
  const running = useRef<AbortController | null>(null)

  const load = useCallback(
    (from: Held, href: string) => {
      running.current?.abort()
      const over = new AbortController()
      running.current = over
      setHeld({ ...from, isLoading: true, error: null })
      ask(api, href, over.signal).then(
        (answer) => {
          if (over.signal.aborted) return
          const isNew = from.key !== url
          const events = isNew ? answer.events : [...from.events, ...answer.events]
          const { scanned, tookMs } = answer
          const next = events.length >= feedEventsMax ? null : answer.next
          setHeld({ key: url, events, next, isLoading: false, error: null, scanned, tookMs })
        },
        (error: unknown) => {
          if (over.signal.aborted) return
          const reason = error instanceof Error ? error : new Error(String(error))
          setHeld({ ...from, isLoading: false, error: reason })
        },
      )
    },
    [api, url],
  )
  useEffect(() => {
    if (url === null) return undefined
    load({ ...latest.current, key: null }, withLimit(url, firstEvents))
    return () => running.current?.abort()
  }, [load, url, round, authorization])
  const loadMore = useCallback(
    (count = moreEvents) => {
      const { next, isLoading, error, key } = latest.current
      if (next === null || isLoading || error !== null || key !== url) return
      load(latest.current, withLimit(next, count))
    },
    [load, url],
  )
  const cancel = useCallback(() => {
    running.current?.abort()
    setHeld((before) => ({ ...before, isLoading: false }))
  }, [])
  const reload = useCallback(() => setRound((each) => each + 1), [])
  const { events, next, isLoading, error, scanned, tookMs } = held
  const hasMore = next !== null
  const isAnswered = held.key === url
  const known = { events, hasMore, isLoading, isAnswered, error, scanned, tookMs }
  return { ...known, loadMore, cancel, reload }
}

async function ask(api: Api, href: string, signal: AbortSignal): Promise<SearchAnswer> {
  const response = await api.send('GET', href, { signal })
  // The codec of the API, as in Api.json.
  return (await response.json()) as SearchAnswer
}

function withLimit(href: string, limit: number): string {
  const url = new URL(href, location.origin)
  url.searchParams.set('limit', String(limit))
  return url.pathname + url.search
}
