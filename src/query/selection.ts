import type { EventFilter } from './contract.ts'
import type { Query } from './language/ast.ts'

/** Which clock a question runs on: the client's, or the server's. */
export type QueryClock = 'timestamp' | 'received'

export interface TimePoint {
  readonly ms: number
  /** Nanoseconds above `ms`, 0 to 999,999. */
  readonly nanos: number
}

/** Which events a question is about. Every search, statistic, facet, export and tail has one. */
export interface Selection {
  readonly clock: QueryClock
  /** Inclusive; null: from the first event on. */
  readonly from: TimePoint | null
  /** Exclusive; null: without an end. */
  readonly to: TimePoint | null
  /** The parameters facility, level (minLevel is resolved into it) and event: exact equality. */
  readonly filter: EventFilter
  readonly query: Query
}
