import type { EventPlace } from '../../event/event-id.ts'
import { formatMinute } from '../../event/time.ts'
import { textOf } from './position.ts'

/*
 * The server-sent events of a tail (HTML standard, 9.2), besides those that carry an event of the book. Only what
 * moves the position has an id, so a reader that comes back goes on behind the last event that it was given.
 */

/** How soon a browser comes back after the stream has ended, ms. */
const retryMs = 1_000

/** The first bytes of a stream: they make the head go out. */
export const opening = `retry: ${retryMs}\n\n`

export function heartbeatFrame(position: EventPlace, closedThrough: number | null): string {
  const through = closedThrough === null ? null : formatMinute(closedThrough)
  return frame('heartbeat', { position: textOf(position), closedThrough: through }, position)
}

/** `after`: the position behind which they lie, from which another tail can have them. */
export function missedFrame(missed: Missed, after: EventPlace): string {
  const { passed, unseen } = missed
  return frame('missed', { events: passed + unseen, unfiltered: unseen, after: textOf(after) })
}

export interface Missed {
  /** Events that passed the filter, for which there was no room. */
  readonly passed: number
  /** Events that could not be looked at. */
  readonly unseen: number
}

export interface TailError {
  readonly code: 'dropped' | 'page-damaged' | 'query-failed' | 'internal'
  readonly detail: string
  /** Of a damaged page. */
  readonly minute?: string
}

export const errorFrame = (error: TailError): string => frame('error', { ...error })

function frame(
  event: string,
  data: Readonly<Record<string, unknown>>,
  position: EventPlace | null = null,
): string {
  const id = position === null ? '' : `id: ${textOf(position)}\n`
  return `event: ${event}\n${id}data: ${JSON.stringify(data)}\n\n`
}
