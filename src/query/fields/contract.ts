import type { Field } from '../language/ast.ts'
import type { Selection } from '../selection.ts'
import type { Value } from '../stats/contract.ts'

/* Which fields events have, and which values a field has; docs/QUERY.md says what the numbers mean. */

export const fieldsLimits = {
  /** Fields of one answer. */
  fieldsMax: 10_000,
  fieldsDefault: 1_000,
  /** Values of one answer. */
  valuesMax: 10_000,
  valuesDefault: 10,
} as const

/** As people tell values apart; an array is one whatever it holds. */
export const fieldKinds = [
  'text',
  'number',
  'bool',
  'null',
  'time',
  'bytes',
  'array',
  'object',
] as const
/** `object`: an empty one. Others are the paths of their members. */
export type FieldKind = (typeof fieldKinds)[number]

export interface FieldsRequest {
  readonly selection: Selection
  /** Whether to count different values, too: it reads every column, where presence reads directories alone. */
  readonly distinct: boolean
  /** The fields that most events have; at most `fieldsMax`. */
  readonly limit: number
}

export interface FieldFacts {
  /** As a query names it: `http.method`, `additional.level`. */
  readonly name: string
  /** How many of the selected events have it, null and empty values included. */
  readonly events: number
  /** How many events have it with a value of each kind, those of elements of arrays included; no zeros. */
  readonly kinds: Readonly<Partial<Record<FieldKind, number>>>
  /** Of its numbers, as the nearest doubles; null: it has none. */
  readonly min: number | null
  readonly max: number | null
  /** Different values, null and bytes apart; null: not asked for. */
  readonly distinct: { readonly count: number; readonly exact: boolean } | null
}

interface Cost {
  readonly scanned: { readonly minutes: number; readonly blocks: number; readonly bytes: number }
  readonly tookMs: number
}

export interface FieldsAnswer extends Cost {
  /** Events selected. */
  readonly events: number
  /** Most events first, then by name. `facility`, `level` and `event` among them. */
  readonly fields: readonly FieldFacts[]
  /** Fields that there are, those beyond `limit` included. */
  readonly found: number
}

export interface ValuesRequest {
  readonly selection: Selection
  readonly field: Field
  /** Values listed: those that most events have; at most `valuesMax`. */
  readonly limit: number
}

export interface ValuesAnswer extends Cost {
  /** Events selected, and how many of them have a value of the field: null and bytes are none. */
  readonly events: number
  readonly withValue: number
  /** Most events first, then by value. An event with several values counts for each of them. */
  readonly values: readonly { readonly value: Value; readonly count: number }[]
  /** What the counts of the values that are not listed add up to. */
  readonly others: number
  /** Different values; exact. More than the limit of groups end the query. */
  readonly distinct: number
  readonly source: 'rollup' | 'scan'
}
