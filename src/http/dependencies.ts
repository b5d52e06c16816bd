import type { Logger } from 'pino'
import type {
  BookState,
  BookStats,
  DropReport,
  RedactReport,
  RedactRule,
} from '../book/contract.ts'
import type { RedactionChain } from '../book/redaction-chain.ts'
import type { Ingest } from '../ingest/contract.ts'
import type { Producers } from '../ingest/producers.ts'
import type { RetentionRule } from '../ingest/retention-rules.ts'
import type { PageService, QueryService } from '../query/contract.ts'
import type { Tails } from '../query/tail/contract.ts'
import type { Access } from './access.ts'
import type { AuditTrail } from './audit/audit-trail.ts'
import type { Metrics } from './ops/metrics.ts'

/** Everything the HTTP layer needs; server.ts builds it. */
export interface AppDependencies {
  readonly ingest: Ingest
  readonly pages: PageService
  readonly queries: QueryService
  readonly tails: Tails
  readonly book: BookAccess
  readonly metrics: Metrics
  /** Why the server is not ready to take batches; empty: it is. */
  readonly unready: () => readonly string[]
  /** What rolling deletion keeps; null: no such bound. */
  readonly retention: { readonly maxAgeMs: number | null; readonly maxBytes: number | null }
  readonly nowMs: () => number
  readonly batchBytesMax: number
  /** How long a batch may be silent, and take beside what its size does. */
  readonly bodyTimeoutMs: number
  readonly access: Access
  readonly audit: Pick<AuditTrail, 'act'>
  readonly version: string
  readonly log: Logger
}

/** What retention keeps, and what its next run takes. */
export interface RetentionOutlook {
  /** Null: no such bound. */
  readonly maxAgeMs: number | null
  readonly maxBytes: number | null
  /** Facilities and levels that are kept for a shorter time. */
  readonly rules: readonly RetentionRule[]
  /** Pages that are too old or too many; null: none. */
  readonly drops: DropReport | null
  /** Events that the rules no longer keep, of the days that one run takes; null: there are no rules. */
  readonly removes: RedactReport | null
}

/** The disk did not do what it was asked, and nothing has changed. */
export interface DiskRefusal {
  readonly refused: 'disk-full' | 'io-error'
  readonly detail: string
}

export interface BookAccess {
  state(): BookState
  /** Closed through as soon as it is later than `afterMinute`; null after `timeoutMs` or an abort. */
  waitForClose(afterMinute: number, timeoutMs: number, signal: AbortSignal): Promise<number | null>
  drop(beforeMinute: number, dryRun: boolean, why: string): Promise<DropReport>
  redact(rule: RedactRule, dryRun: boolean, by: string): Promise<RedactReport | DiskRefusal>
  /** A dry run of what goes next: it reads the counts of the days in question. */
  retention(): Promise<RetentionOutlook>
  redactions(): Promise<RedactionChain>
  stats(): Promise<BookStats>
  /** What has come of producers, the open minutes included. */
  readonly producers: Pick<Producers, 'find' | 'list' | 'totals'>
}
