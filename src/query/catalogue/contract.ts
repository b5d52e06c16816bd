import type { EventFilter } from '../contract.ts'

/*
 * The catalogue: every distinct pair of facility and event string. It runs on the server's clock alone, because
 * pages do: a range is one of minutes of receipt, and so is what a status and a sparkline say. `firstMs` and
 * `lastMs` are by the events' own timestamps.
 */

/**
 * Of a pair in a range. `new`: its first event ever is in the range. `returned`: it came back in the range after a
 * silence of `silenceMinutes` or more. `active`: it has events in the range, and neither is true. `silent`: it has
 * events before the range, and none in it.
 */
export type PairStatus = 'new' | 'returned' | 'active' | 'silent'

export const pairStatuses: readonly PairStatus[] = ['new', 'returned', 'active', 'silent']

export const catalogueColumns = [
  'facility',
  'event',
  'count',
  'total',
  'first',
  'last',
  'status',
] as const
export type CatalogueColumn = (typeof catalogueColumns)[number]

/** A column to sort by; ties are in order of facility and event. */
export interface CatalogueOrder {
  readonly column: CatalogueColumn
  readonly descending: boolean
}

export const catalogueLimits = {
  /** Pairs of one answer. */
  limitMax: 10_000,
  limitDefault: 1_000,
  offsetMax: 10_000_000,
  /** Numbers of a sparkline. */
  bucketsMax: 120,
  bucketsDefault: 24,
  /** A silence after which a pair has returned: the catalogue keeps none shorter than an hour. */
  silenceMinutesMin: 60,
  silenceMinutesMax: 366 * 1_440,
  silenceMinutesDefault: 1_440,
} as const

export interface CatalogueRequest {
  /** The first minute of receipt, inclusive; null: the first of the book. */
  readonly from: number | null
  /** Exclusive; null, and what lies after the newest closed minute: through that one. */
  readonly to: number | null
  /** `level`: pairs that ever had an event of one of these levels; their counts are of these levels alone. */
  readonly filter: EventFilter
  /** Text anywhere in facility or event, in any case of ASCII letters; null: all. */
  readonly contains: string | null
  /** Null: all. */
  readonly status: readonly PairStatus[] | null
  readonly silenceMinutes: number
  readonly order: CatalogueOrder
  readonly limit: number
  readonly offset: number
  /** Numbers of a sparkline at most; 0: none. */
  readonly buckets: number
}

export interface CataloguePair {
  readonly facility: string
  readonly event: string
  readonly status: PairStatus
  /** Events in the range. */
  readonly count: number
  /** Events in the range by level: 8 numbers. */
  readonly levels: readonly number[]
  /** Events ever, dropped ones included. */
  readonly total: number
  /** Event time in ms, of the events ever. See book/catalogue-entry.ts on times that cannot be true. */
  readonly firstMs: number
  readonly lastMs: number
  /** Minutes of receipt. */
  readonly firstMinute: number
  readonly lastMinute: number
  /** The newest return in the range: how many minutes there had been none; null without one. */
  readonly returnedAfterMinutes: number | null
  /** Events by bucket; empty when not asked for. */
  readonly sparkline: readonly number[]
}

/**
 * Why an answer may lack something. `pairs`: the catalogue has met its maximum. `tallies`: a page held more pairs than
 * are counted. `pages`: pages could not be read, or were dropped uncounted. `rebuilt`: the catalogue was made
 * again from the pages that were left. `behind`: it is still being made.
 */
export type Incomplete = 'pairs' | 'tallies' | 'pages' | 'rebuilt' | 'behind'

export interface CatalogueAnswer {
  /** The range as it was taken: whole minutes, closed, not dropped. `to` is exclusive. */
  readonly from: number
  readonly to: number
  /** Minutes of one bucket; the first begins at the multiple of it at or before `from`. 0: no sparklines. */
  readonly bucketMinutes: number
  readonly pairs: readonly CataloguePair[]
  /** Pairs that pass the filters, those beyond `limit` included. */
  readonly found: number
  /** Of the pairs that pass all filters but that of the status. */
  readonly statuses: Readonly<Record<PairStatus, number>>
  readonly complete: boolean
  readonly incomplete: readonly Incomplete[]
  /** Nothing is known of pairs before this minute. */
  readonly sinceMinute: number | null
  readonly closedThrough: number | null
  readonly scanned: { readonly minutes: number; readonly blocks: number; readonly bytes: number }
}
