import type { BlockEntry, OpenBlock, Summary } from '../../page/contract.ts'
import type { PageSource } from '../page-source.ts'
import type { PageTimes } from './page-times.ts'
import type { ThreadCaches } from './thread-caches.ts'

/* What a job of a query thread works with. One job is one question: a search, a statistic, a facet. */

export interface WorkContext {
  readonly source: PageSource
  /** Blocks with what has been decompressed of them, shared by all jobs of the thread. */
  readonly blocks: BlockSource
  /** Tallies and the catalogue, kept from job to job; without it a job makes its own. */
  readonly caches?: ThreadCaches
  readonly meter: Meter
  /** The newest minute the job may see: pinned when it began. -1: none. */
  readonly closedThrough: number
}

/** Opens blocks through the thread's cache. */
export interface BlockSource {
  /** Throws DamagedPage. Null: the page has been dropped meanwhile. */
  entries(minute: number): readonly BlockEntry[] | null
  open(minute: number, entry: BlockEntry): OpenBlock
  summaries(from: number, through: number, order: 'asc' | 'desc'): Iterable<Summary>
  /** The times of all pages, without reading their summaries again. Left out: from the summaries. */
  pageTimes?(): PageTimes
  /** As pageTimes; yields after some of the summaries that it has to read, so that others can run. */
  loadPageTimes?(): Generator<null, PageTimes>
}

/** Counts what a job uses. Its limits come from the configuration. */
export interface Meter {
  readonly scanned: Scanned
  /** Counts a page, a block and bytes that the job had to look at. Throws QueryLimit, and as `turn` does. */
  count(what: { minutes?: number; blocks?: number; bytes?: number }): void
  /** Counts groups of a statistic, and memory held by the job beside the cache. Throws QueryLimit. */
  hold(what: { groups?: number; bytes?: number }): void
  /**
   * To be awaited between blocks: lets other jobs run, and ends this one when the client has gone
   * (Cancelled) or its time is over (QueryLimit).
   */
  turn(): Promise<void>
}

export interface Scanned {
  minutes: number
  blocks: number
  bytes: number
}

export type LimitName =
  | 'query-time-ms'
  | 'query-bytes'
  | 'query-groups'
  | 'query-memory-bytes'
  | 'query-concurrency'
  | 'query-queue'

/** A limit that a query has met; the answer is a problem that names it. */
export class QueryLimit extends Error {
  readonly limit: LimitName
  readonly value: number
  constructor(limit: LimitName, value: number) {
    super(`the query needs more than --${limit} ${value} allows`)
    this.name = 'QueryLimit'
    this.limit = limit
    this.value = value
  }
}

/** A question with one small answer. Answers cross a thread boundary by structured clone. */
export type Job<Request, Answer> = (context: WorkContext, request: Request) => Promise<Answer>

/** A question whose answer is a stream of bytes: rendered rows, in chunks of about 256 KiB. */
export type StreamJob<Request> = (
  context: WorkContext,
  request: Request,
  sink: JobSink,
) => Promise<void>

export interface JobSink {
  /**
   * Facts for the head of the answer, told at most once and before the first byte. `next`: where the answer goes
   * on (a URL), null: nowhere. A sink without it cannot send them.
   */
  head?(facts: { readonly next: string | null }): void
  /** Waits while the consumer does not read. Throws Cancelled. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** The last bytes of the stream. */
  end(bytes: Uint8Array<ArrayBuffer>): Promise<void>
}
