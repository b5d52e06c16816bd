import { useCallback, useMemo, useState } from 'preact/hooks'
import type { StatsAnswer } from '../api/answers.ts'
import { useAnswer } from '../api/use-answer.ts'
import { useApp } from '../state/app-state.ts'
import { minuteMs } from './minute.ts'
import { isMoving, type Span, spanOf, type TimeRange } from './range.ts'

export interface HeldSpan {
  readonly span: Span
  /** Whether the span is known: a moving one waits for the server's first word. Nothing should be asked before. */
  readonly isReady: boolean
  /** Whether minutes have closed since that the range would cover. */
  readonly isBehind: boolean
  /** Moves the span on to the newest closed minute. */
  refresh(): void
}

/**
 * The span of a range. It is held still while it is read, and newer minutes are only announced, unless it `follows`
 * the book. A range `all` is as long as the events of the book.
 */
export function useSpan(range: TimeRange, { follows = false } = {}): HeldSpan {
  const { live } = useApp()
  const closedThrough = live.closedThrough.value
  const [held, setHeld] = useState<string | null>(null)
  // The first one that becomes known is taken without being asked for.
  if ((held === null || follows) && closedThrough !== held) setHeld(closedThrough)
  const newest = held ?? closedThrough
  const isAll = range.from === 'all'
  const bounds = useAnswer(isAll ? `bounds ${newest}` : null, (api, signal) =>
    api.json<StatsAnswer>('/eventqry/stats', { agg: 'min(timestamp),max(timestamp)' }, signal),
  )
  const known = isAll ? boundsOf(bounds.value) : null
  const span = useMemo(
    () => spanOf(range, newest, known),
    [range.from, range.to, newest, known?.fromMs, known?.toMs],
  )
  const refresh = useCallback(() => setHeld(live.closedThrough.peek()), [live])
  const isBehind =
    isMoving(range) && held !== null && closedThrough !== null && closedThrough > held
  const isAnswered = !isAll || known !== null || bounds.value !== null || bounds.error !== null
  const isReady = isAnswered && (live.isKnown.value || !isMoving(range))
  return { span, isReady, isBehind, refresh }
}

/** Whole minutes around the first and the last event. */
function boundsOf(answer: StatsAnswer | null): Span | null {
  const row = answer?.rows[0]
  const first = Date.parse(String(row?.['min(timestamp)']))
  const last = Date.parse(String(row?.['max(timestamp)']))
  if (Number.isNaN(first) || Number.isNaN(last)) return null
  return {
    fromMs: Math.floor(first / minuteMs) * minuteMs,
    toMs: (Math.floor(last / minuteMs) + 1) * minuteMs,
  }
}
