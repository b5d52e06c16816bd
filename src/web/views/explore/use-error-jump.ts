import { useEffect, useRef, useState } from 'preact/hooks'
import type { StoredEvent } from '../../api/answers.ts'
import { useApp } from '../../state/app-state.ts'
import { isoOf, type Span } from '../../time/range.ts'
import { type EventFeed, feedEventsMax } from './event-feed.ts'
import { beginningBefore, countBetween, errorAmong, findError, opposite } from './next-error.ts'
import type { Question } from './question.ts'

export interface ErrorJumpOptions {
  readonly question: Question
  readonly span: Span
  readonly feed: EventFeed
  readonly active: number | null
  onActive(index: number): void
}

export interface ErrorJump {
  /** To the next error in the order of the list (1), or the one before (-1), loaded or not. */
  jump(by: 1 | -1): void
  /** What has come of the last jump, where the list does not show it; null: nothing. */
  readonly said: string | null
}

/** So many events on the way to an error are loaded; an error that is farther away begins a new list. */
const loadedOnTheWayMax = 5_000
/** Events before an error, where a list begins with it. */
const beforeEvents = 20
/** Portions that are loaded until the error of a jump is among them. */
const portionsMax = 5

/** Goes from error to error, beyond the loaded rows by asking the server for the next one. */
export function useErrorJump(options: ErrorJumpOptions): ErrorJump {
  const { question, span, feed, active, onActive } = options
  const { api, location } = useApp()
  const { events } = feed
  const [said, setSaid] = useState<string | null>(null)
  const running = useRef<AbortController | null>(null)
  const wanted = useRef<{ readonly id: string; portions: number } | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  useEffect(() => {
    const { current } = wanted
    if (current === null || !feed.isAnswered || feed.isLoading) return
    const index = events.findIndex(({ id }) => id === current.id)
    if (index < 0 && feed.hasMore && current.portions++ < portionsMax) return feed.loadMore()
    wanted.current = null
    setSaid(null)
    if (index >= 0) onActive(index)
  }, [events, feed.isAnswered, feed.isLoading])

  const seek = async (by: 1 | -1, signal: AbortSignal): Promise<string | null> => {
    const asked = { question, span, signal }
    const order = by === 1 ? question.order : opposite(question.order)
    const found = await findError(api, asked, order, events)
    if (found === null) return by === 1 ? 'No error further down.' : 'No error further up.'
    wanted.current = { id: found.id, portions: 0 }
    const last = events.at(-1)
    const between =
      by === 1 && feed.hasMore && last !== undefined
        ? await countBetween(api, asked, last, found)
        : Number.MAX_SAFE_INTEGER
    if (between <= loadedOnTheWayMax && events.length + between < feedEventsMax) {
      feed.loadMore(between + beforeEvents)
      return null
    }
    const atMs = await beginningBefore(api, asked, found, beforeEvents)
    location.change({ at: isoOf(atMs), open: null })
    return null
  }
  const jump = (by: 1 | -1): void => {
    running.current?.abort()
    setSaid(null)
    const known = errorAmong(events, active, by)
    if (known !== null) return onActive(known)
    if (!mayBeMore(by, feed, question, events)) {
      return setSaid(by === 1 ? 'No error further down.' : 'No error further up.')
    }
    const over = new AbortController()
    running.current = over
    setSaid('Looking for the next error…')
    seek(by, over.signal).then(setSaid, (error: unknown) => {
      if (!over.signal.aborted) setSaid(error instanceof Error ? error.message : String(error))
    })
  }
  return { jump, said }
}

/** Whether there are events beyond those that are loaded: below, or above where the list begins at a time. */
function mayBeMore(
  by: 1 | -1,
  feed: EventFeed,
  question: Question,
  events: readonly StoredEvent[],
): boolean {
  if (events.length === 0 || !feed.isAnswered) return false
  return by === 1 ? feed.hasMore || events.length >= feedEventsMax : question.at !== null
}
