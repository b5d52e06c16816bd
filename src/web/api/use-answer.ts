import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../state/app-state.ts'
import type { Api } from './api.ts'

/** What has come of a question. While the next answer is on its way, `value` is the one before. */
export interface Answer<T> {
  readonly value: T | null
  /** ApiError, Unreachable or a bug; null: none. */
  readonly error: Error | null
  readonly isLoading: boolean
  /** Ends what is under way; `value` stays. */
  cancel(): void
  /** Asks the same again. */
  reload(): void
}

interface Held<T> {
  readonly key: string | null
  readonly value: T | null
  readonly error: Error | null
  readonly isLoading: boolean
}

/**
 * Asks the API whenever `key` changes, and cancels what was under way for the key before. `key` says all that the
 * question depends on; null asks nothing. After signing in every question is asked anew.
 *
 *   const { value, error, isLoading } = useAnswer(`index ${closedThrough}`, (api, signal) =>
 *     api.json<BookIndex>('/eventqry', {}, signal))
 */
export function useAnswer<T>(
  key: string | null,
  ask: (api: Api, signal: AbortSignal) => Promise<T>,
): Answer<T> {
  const { api, session } = useApp()
  const authorization = session.authorization.value
  const [round, setRound] = useState(0)
  const [held, setHeld] = useState<Held<T>>({
    key: null,
    value: null,
    error: null,
    isLoading: false,
  })
  const latest = useRef(ask)
  latest.current = ask
  const running = useRef<AbortController | null>(null)
  // Before the frame is painted: the answer is on its way while it is.
  useLayoutEffect(() => {
    if (key === null) return undefined
    const over = new AbortController()
    running.current = over
    setHeld((before) => ({ ...before, key, isLoading: true }))
    latest.current(api, over.signal).then(
      (value) => {
        if (!over.signal.aborted) setHeld({ key, value, error: null, isLoading: false })
      },
      (error: unknown) => {
        if (over.signal.aborted) return
        const reason = error instanceof Error ? error : new Error(String(error))
        setHeld(({ value }) => ({ key, value, error: reason, isLoading: false }))
      },
    )
    return () => over.abort()
  }, [api, key, round, authorization])
  const cancel = useCallback(() => {
    running.current?.abort()
    setHeld((before) => ({ ...before, isLoading: false }))
  }, [])
  const reload = useCallback(() => setRound((each) => each + 1), [])
  // The effect has not run yet for a key that has just changed.
  const isLoading = key !== null && (held.isLoading || held.key !== key)
  return { value: held.value, error: held.error, isLoading, cancel, reload }
}
