import type { AnswerEncoding, AnswerFormat } from '../contract.ts'
import type { QueryClock } from '../selection.ts'

/** Events around an event, of the same facility, in the order of a search. A StreamJob. */
export interface ContextRequest {
  /** Of the event in the middle: 16 lower-case hex digits. */
  readonly id: string
  /** Patterns of the facilities that the asker may read; left out: all of them. */
  readonly readable?: readonly string[]
  /** How many events before and after it, at most `aroundMax` each. */
  readonly before: number
  readonly after: number
  readonly clock: QueryClock
  readonly format: AnswerFormat
  /** For who makes the sink: the job writes uncompressed. */
  readonly encoding: AnswerEncoding
  /** As in a search. */
  readonly fields: readonly string[] | null
}

export const aroundMax = 1000

/**
 * In JSON the answer is
 *
 *   {"id": "…", "events": [<before> …, <the event>, <after> …], "closedThrough": "2026-11-22T12:34Z",
 *    "scanned": {"minutes": n, "blocks": n, "bytes": n}, "tookMs": n}
 *
 * oldest first; in the other formats the events alone. Throws QueryRefused: `none`, `open`, `dropped`.
 */
