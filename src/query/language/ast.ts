/*
 * A query of the filter language `q` after parsing: what src/query/language/parse.ts makes of its text, and
 * what matchers, pruning and the tail evaluate. docs/QUERY.md says what each form means.
 *
 * The values of a field of additional. The path of a value is all names on the way to it, joined by dots;
 * arrays on the way add none. So `{"a":{"b":1}}`, `{"a.b":1}`, `{"a":[{"b":1}]}` and `{"a.b":[[1]]}` all
 * have a 1 of `a.b`. A test is true of a field when it is true of one of the scalars with its path; no test
 * but `exists` is true of bytes. `-field:x` is true of events without the field too.
 *
 * A scalar as text is what stands in a JSON answer, without quotes: `42`, `42.0` (a double), `true`, `null`.
 * Stars and regular expressions are asked of texts, numbers, true, false and null, not of times; the parser
 * makes none for level, timestamp, received and id, nor any equality with timestamp and received (a range).
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
  /** `timeout`: stands there, at least once, with no ASCII letter, digit or `_` right before or after it. */
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
  /**
   * `field:*`: the field is there, whatever its value: null, bytes, an empty array or object too; or a value
   * has a path that goes on from it by a dot. Always true of the fixed fields.
   */
  | { readonly how: 'exists' }
  /**
   * `field:value`, `field:"quoted"` (quotes change nothing): of a text, true, false and null: the whole of
   * it as text is this. Of a number: its value, when this is one as JSON spells it (42 is 42.0 is 4.2e1; an
   * integer literal without fraction and exponent is exact, any other the nearest double). Of a time: the
   * instant, when this is RFC 3339 (any offset, any number of digits). Of a level: a name, alias or number.
   */
  | { readonly how: 'equals'; readonly text: string; readonly isQuoted: boolean }
  /**
   * `field:val*ue`: the literal pieces between the stars (two at least, empty ones too), in order and apart,
   * in the value as text; the first is where it begins and the last where it ends.
   */
  | { readonly how: 'wildcard'; readonly pieces: readonly string[] }
  /** `field:/regex/`: found anywhere in the value as text; RE2 syntax. */
  | { readonly how: 'regex'; readonly source: string }
  /**
   * `>`, `>=`, `<`, `<=` and `[a TO b]`, `{a TO b}`: a missing side is open, not both. One value must be on
   * the right side of both bounds; a value that a bound is not of (see RangeValue) is not.
   */
  | { readonly how: 'range'; readonly min: Bound | null; readonly max: Bound | null }
  /**
   * `ip:10.0.0.0/8`: a text value that is an IP address inside; IPv4 (four decimal numbers, no leading
   * zeros) or IPv6 (no zone). An IPv4 address is the same as its mapped one, `::ffff:10.1.2.3`.
   */
  | { readonly how: 'network'; readonly cidr: string }

export interface Bound {
  readonly value: RangeValue
  readonly inclusive: boolean
}

export type RangeValue =
  /** Of numbers alone. `text` is the literal: integers beyond 2^53 are compared exactly. */
  | { readonly is: 'number'; readonly text: string }
  /** Of a timestamp, a received, a msgpack timestamp, or a text that is RFC 3339 (src/event/time.ts). */
  | { readonly is: 'time'; readonly ms: number; readonly nanos: number }
  /** Of the field level alone. Severity: `level>=warn` means levels 4 to 0; compared with the number 7 - level. */
  | { readonly is: 'level'; readonly level: number }
  /** Of the field id alone. */
  | { readonly is: 'id'; readonly id: string }
