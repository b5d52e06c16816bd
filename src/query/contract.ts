import type { BookState } from '../book/contract.ts'
import type { CatalogueAnswer, CatalogueRequest } from './catalogue/contract.ts'
import type { ContextRequest } from './context/contract.ts'
import type { FieldsAnswer, FieldsRequest } from './fields/contract.ts'
import type { Query } from './language/ast.ts'
import type { SearchRequest } from './search/contract.ts'
import type { StatsTableRequest } from './table/stats-table.ts'
import type { ValuesTableRequest } from './table/values-table.ts'

/* What the HTTP layer asks of the reading threads. Minutes are whole minutes since the epoch. */

export type AnswerFormat = 'json' | 'ndjson' | 'msgpack' | 'csv'
export type AnswerEncoding = 'identity' | 'gzip' | 'zstd'

/** Equality filters: an event passes when every given list holds its value. */
export interface EventFilter {
  readonly facility: readonly string[] | null
  /** 0 (emerg) to 7 (debug). */
  readonly level: readonly number[] | null
  readonly event: readonly string[] | null
  /** Patterns of the facilities that the asker may read at all; left out: all of them. */
  readonly readable?: readonly string[]
}

export interface PageHead {
  readonly minute: number
  readonly eventCount: number
  readonly levels: readonly number[]
  /** Null where only some facilities count. */
  readonly bytes: number | null
  /** Lower-case hex of the page's digest, of its link in the chain and of the link before. */
  readonly digest: string
  readonly link: string
  readonly previous: string
  readonly timestampMinMs: number
  readonly timestampMaxMs: number
  readonly closedAtMs: number
}

export interface IndexAnswer {
  readonly state: BookState
  readonly oldest: PageHead | null
  readonly newest: PageHead | null
  /** Pages and bytes are null where only some facilities count. */
  readonly totals: {
    readonly events: number
    readonly pages: number | null
    readonly bytes: number | null
  }
  readonly facilities: readonly { readonly facility: string; readonly events: number }[]
  readonly levels: readonly number[]
  /** Days with pages, the oldest first; null where only some facilities count. */
  readonly days: readonly DayCount[] | null
}

/** What the book holds of a day; its number is that of its first minute. */
export interface DayCount {
  readonly minute: number
  readonly pages: number
  readonly events: number
  readonly bytes: number
}

export interface EventsRequest {
  /** The minutes to read, both ends included. */
  readonly from: number
  readonly through: number
  readonly filter: EventFilter
  /** Left out: every event. */
  readonly query?: Query
  readonly format: AnswerFormat
  readonly encoding: AnswerEncoding
  /** JSON only: text before and after the list of events, such as `{"minute":…,"events":` and `}`. */
  readonly before: string
  readonly after: string
}

export type OneEvent =
  | { readonly found: 'event'; readonly body: Uint8Array }
  | { readonly found: 'none' | 'dropped' | 'redacted' | 'open' }

export interface HeadsRange {
  /** Minutes, both ends included. */
  readonly from: number
  readonly through: number
  readonly limit: number
  readonly order: 'asc' | 'desc'
  /** Patterns of facilities: only their events count, and minutes without any are left out. */
  readonly readable?: readonly string[]
}

/** The reading threads as the server sees them. Errors: DamagedPage, and Error for a dead thread. */
export interface PageService extends AsyncDisposable {
  /** With patterns of facilities, as if there were no others. */
  index(readable?: readonly string[]): Promise<IndexAnswer>
  /** Heads of the minutes with events in [from, through]. */
  heads(range: HeadsRange): Promise<PageHead[]>
  /** Closest minutes with events before and after, for Link prev/next. */
  neighbours(minute: number): Promise<{ prev: number | null; next: number | null }>
  /**
   * Events in page order (minute, part, row) as one encoded body. Bounded memory: the thread stops when
   * the consumer does not read. A damaged block ends the stream with an error after its first byte, and
   * rejects the promise before it. Cancelling the stream stops the work.
   */
  events(request: EventsRequest): Promise<ReadableStream<Uint8Array>>
  /** One event in a format (json, ndjson, msgpack, csv). */
  event(id: string, format: AnswerFormat, readable?: readonly string[]): Promise<OneEvent>
  /** The page's own bytes: its directory, then its blocks; null when no page has that digest. */
  pageBytes(digest: string): Promise<{ bytes: number; stream: ReadableStream<Uint8Array> } | null>
}

/** A streamed answer. The work goes on as the body is read; cancelling the body ends it. */
export interface StreamedAnswer {
  readonly body: ReadableStream<Uint8Array>
  /** Where the answer goes on: a URL; null: nowhere, or not known yet. */
  readonly next: string | null
}

/**
 * The questions that the query threads answer. `signal` is for a client that goes away: it cancels until there
 * is an answer. Errors: QueryRefused, QueryLimit, QuerySyntaxError, DamagedPage, Cancelled, ThreadDied and, for
 * what fails, Error. A stream breaks with them after its first byte.
 */
export interface QueryService extends AsyncDisposable {
  search(request: SearchRequest, signal: AbortSignal): Promise<StreamedAnswer>
  /** The events around one. */
  context(request: ContextRequest, signal: AbortSignal): Promise<StreamedAnswer>
  /** One row for each group. */
  stats(request: StatsTableRequest, signal: AbortSignal): Promise<StreamedAnswer>
  /** The values that most events have of a field. */
  values(request: ValuesTableRequest, signal: AbortSignal): Promise<StreamedAnswer>
  /** Which fields events have. */
  fields(request: FieldsRequest, signal: AbortSignal): Promise<FieldsAnswer>
  /** Every pair of facility and event, with what a range holds of it. */
  catalogue(request: CatalogueRequest, signal: AbortSignal): Promise<CatalogueAnswer>
  /** Gets ready for questions, because one is likely to come. */
  begin(): void
  /** How it stands, for the metrics. */
  state(): QueryState
}

export interface QueryState {
  readonly underWay: number
  readonly waiting: number
  /** Threads that died, or had to be ended, since the start. */
  readonly threadsReplaced: number
}
