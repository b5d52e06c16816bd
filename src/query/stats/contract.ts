import type { Field } from '../language/ast.ts'
import type { Selection } from '../selection.ts'

/*
 * What a statistic is asked and what it answers; docs/QUERY.md says what each part means.
 */

/**
 * A value of a field as groups tell it apart: a number is not the text that spells it, but an integer is the
 * double of the same value. Whole numbers beyond 2^53 - 1 that fit 64 bits are bigints. Null: the event has no value.
 */
export type Value = string | number | bigint | boolean | null

export const statsLimits = {
  /** Fields of `by`. */
  byMax: 8,
  aggregatesMax: 16,
  /** Time buckets of a range that has both ends. */
  bucketsMax: 50_000,
  everyMinMs: 1000,
  everyMaxMs: 366 * 86_400_000,
  topMax: 10_000,
} as const

/** Of the numbers of a field. */
export const numberFunctions = [
  'sum',
  'avg',
  'min',
  'max',
  'p50',
  'p90',
  'p95',
  'p99',
  'p99.9',
] as const
export type NumberFunction = (typeof numberFunctions)[number]

export type Aggregate =
  /** Events. */
  | { readonly of: 'count' }
  /** Events a second, of the bucket, or of the range. */
  | { readonly of: 'rate' }
  /** Different values of a field. */
  | { readonly of: 'distinct'; readonly field: Field }
  | { readonly of: 'numbers'; readonly how: NumberFunction; readonly field: Field }

/** A column to sort by: `time`, a name of `by` or an aggregate as `columnOf` writes it. Nulls come last. */
export interface StatsOrder {
  readonly column: string
  readonly descending: boolean
}

export interface StatsRequest {
  readonly selection: Selection
  readonly by: readonly Field[]
  /** Length of a time bucket in ms, aligned to UTC: whole weeks begin on Mondays. Null: none. */
  readonly every: number | null
  /** Adds a row of zeros for each bucket of the range in which a group has no events. */
  readonly fill: boolean
  readonly aggregates: readonly Aggregate[]
  /** Rows at most; with `every`, groups with the most events in the whole range, each with all its buckets. */
  readonly top: number | null
  /** Null: time ascending, then the first aggregate descending. */
  readonly order: StatsOrder | null
}

export interface StatsAnswer {
  /** The range in ms as rates and `fill` take it: up to the newest closed minute. `to` is exclusive. */
  readonly fromMs: number
  readonly toMs: number
  /** As `columnsOf` has them: `time` first when there are buckets (ms of its beginning), `by`, the aggregates. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Value[])[]
  /** `rollup`: from counts that are kept beside the pages; edges of the range may have been scanned. */
  readonly source: 'rollup' | 'scan'
  readonly scanned: { readonly minutes: number; readonly blocks: number; readonly bytes: number }
  readonly tookMs: number
}
