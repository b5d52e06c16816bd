/*
 * A query of the filter language `q` after parsing: what src/query/language/parse.ts makes of its text, and
 * what matchers, pruning and the tail evaluate. docs/QUERY.md says what each form means.
 */

export type Query =
  | { readonly type: 'all' }
  | { readonly type: 'and'; readonly parts: readonly Query[] }
  | { readonly type: 'or'; readonly parts: readonly Query[] }
  | { readonly type: 'not'; readonly part: Query }
  /** In any text of the event: its event string, and every text in additional, in arrays too. */
  | { readonly type: 'text'; readonly test: AnyTextTest }
  | { readonly type: 'field'; readonly field: Field; readonly test: FieldTest }

/** Letters A to Z match either case everywhere but in a regular expression. */
export type AnyTextTest =
  /** `timeout`: stands there with no ASCII letter, digit or `_` right before or after it. */
  | { readonly how: 'word'; readonly text: string }
  /** `"timed out"`: anywhere, inside words too. */
  | { readonly how: 'phrase'; readonly text: string }
  /** `/time[ds] out/` */
  | { readonly how: 'regex'; readonly source: string }

export type Field =
  | { readonly of: 'facility' | 'level' | 'event' | 'timestamp' | 'received' | 'id' }
  /**
   * A path in additional, its names joined by dots: `http.request.method` finds the member however the
   * client nested it, and inside the objects of arrays too.
   */
  | { readonly of: 'additional'; readonly path: string }

export type FieldTest =
  /** `field:*`: the field is there, whatever its value, null included. */
  | { readonly how: 'exists' }
  /**
   * `field:value`, `field:"quoted"`: the whole value, written as text, is this; of a number, its value (42
   * is 42.0). For level: a name, alias or number. A scalar in an array counts as a value of the field.
   */
  | { readonly how: 'equals'; readonly text: string; readonly isQuoted: boolean }
  /** `field:val*ue`: the literal pieces between the stars, in order; the first and last are anchored. */
  | { readonly how: 'wildcard'; readonly pieces: readonly string[] }
  /** `field:/regex/`: found anywhere in the value as text; RE2 syntax. */
  | { readonly how: 'regex'; readonly source: string }
  /** `>`, `>=`, `<`, `<=` and `[a TO b]`, `{a TO b}`: a missing side is open. */
  | { readonly how: 'range'; readonly min: Bound | null; readonly max: Bound | null }
  /** `ip:10.0.0.0/8`: a text value that is an IP address inside; IPv4 or IPv6. */
  | { readonly how: 'network'; readonly cidr: string }

export interface Bound {
  readonly value: RangeValue
  readonly inclusive: boolean
}

export type RangeValue =
  /** `text` is the literal: integers beyond 2^53 are compared exactly. */
  | { readonly is: 'number'; readonly text: string }
  /** Of a timestamp, a received, a msgpack timestamp, or a text in RFC 3339 form. */
  | { readonly is: 'time'; readonly ms: number; readonly nanos: number }
  /** Severity: `level>=warn` means levels 4 to 0; compared with the number 7 - level. */
  | { readonly is: 'level'; readonly level: number }
  | { readonly is: 'id'; readonly id: string }
