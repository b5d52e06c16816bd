import type { AnswerEncoding, AnswerFormat } from '../contract.ts'
import type { Selection } from '../selection.ts'

/*
 * What a search is asked and what it answers. A search is a StreamJob (see work/contract.ts): it writes its
 * answer to the sink in `format`, uncompressed. `encoding` is for who makes the sink.
 */

export interface SearchRequest {
  readonly selection: Selection
  /** By (timestamp ms, nanos, id), or by (received, id) when the selection's clock is `received`. */
  readonly order: 'asc' | 'desc'
  /** Events of this answer at most; null: all. At most 10,000 in JSON. */
  readonly limit: number | null
  /** Where to go on, as `next` of an earlier answer has it; null: from the beginning. */
  readonly cursor: string | null
  readonly format: AnswerFormat
  readonly encoding: AnswerEncoding
  /** Null: all of an event. See render/projection.ts for what a name keeps. */
  readonly fields: readonly string[] | null
  /**
   * The search's own URL without `cursor`, with absolute times: `next` is this with a cursor. The times must be
   * absolute, because a cursor goes on with the same selection only.
   */
  readonly href: string
}

/**
 * What is known before the first byte of a search with a limit of at most `foundMax`; a search without one
 * tells nothing.
 */
export interface SearchHead {
  /** Where the answer goes on; null: there is no more. For a Link header. */
  readonly next: string | null
}

/**
 * In JSON an answer is
 *
 *   {"events": […], "next": <href with a cursor> | null, "closedThrough": "2026-11-22T12:34Z" | null,
 *    "scanned": {"minutes": n, "blocks": n, "bytes": n}, "tookMs": n}
 *
 * in the other formats the events alone.
 */

/** Searches up to this limit find their events first and then write them; others write as they find. */
export const foundMax = 10_000

export type Refusal =
  /** Not a cursor, or that of another question. */
  | 'cursor'
  /** Pages that the cursor or the id is about have been dropped. */
  | 'dropped'
  /** Of a context: there is no such event. */
  | 'none'
  /** Of a context: its minute has not closed yet. */
  | 'open'

/** An expected outcome of a search or a context that is no answer. Thrown before the first byte. */
export class QueryRefused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal, detail: string) {
    super(detail)
    this.name = 'QueryRefused'
    this.refusal = refusal
  }
}
