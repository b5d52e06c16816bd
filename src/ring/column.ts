import { Kind } from '../event/kind.ts'

const noRows = new Uint16Array(0)
const noWords = new Uint32Array(0)
const noNumbers = new Float64Array(0)

const usesNumbers = (kind: Kind): boolean =>
  kind === Kind.Int || kind === Kind.Double || kind === Kind.Time
const usesLow = (kind: Kind): boolean =>
  kind !== Kind.Null && kind !== Kind.Int && kind !== Kind.Double
const usesHigh = (kind: Kind): boolean => usesLow(kind) && kind !== Kind.Bool && kind !== Kind.Time

/**
 * The values of one path and one kind in a block under construction, in row order. `rows[i]` is the row
 * of entry i; which of `low`, `high` and `numbers` carry its value is said at {@link Kind}.
 */
export class Column {
  readonly kind: Kind
  count = 0
  rows = noRows
  low = noWords
  high = noWords
  numbers = noNumbers

  constructor(kind: Kind) {
    this.kind = kind
  }

  pushNull(row: number): void {
    const at = this.count
    if (at === this.rows.length) this.#grow()
    this.rows[at] = row
    this.count = at + 1
  }

  /** Text, Bytes, Json, Msgpack (reference, bytes); Int64, Uint64 (low, high). */
  pushPair(row: number, low: number, high: number): void {
    const at = this.count
    if (at === this.rows.length) this.#grow()
    this.rows[at] = row
    this.low[at] = low
    this.high[at] = high
    this.count = at + 1
  }

  pushBool(row: number, value: number): void {
    const at = this.count
    if (at === this.rows.length) this.#grow()
    this.rows[at] = row
    this.low[at] = value
    this.count = at + 1
  }

  /** Int, Double. */
  pushNumber(row: number, value: number): void {
    const at = this.count
    if (at === this.rows.length) this.#grow()
    this.rows[at] = row
    this.numbers[at] = value
    this.count = at + 1
  }

  pushTime(row: number, seconds: number, nanoseconds: number): void {
    const at = this.count
    if (at === this.rows.length) this.#grow()
    this.rows[at] = row
    this.numbers[at] = seconds
    this.low[at] = nanoseconds
    this.count = at + 1
  }

  /** Whether the newest entry is of that row. */
  endsWith(row: number): boolean {
    return this.count > 0 && this.rows[this.count - 1] === row
  }

  /** Forgets every entry of a row at or after `row`. */
  truncate(row: number): void {
    let count = this.count
    while (count > 0 && (this.rows[count - 1] ?? 0) >= row) count--
    this.count = count
  }

  /** Gives the arrays away, for a transfer to another thread; `attach` brings them back. */
  detach(): ColumnArrays {
    const arrays = { rows: this.rows, low: this.low, high: this.high, numbers: this.numbers }
    this.attach({ rows: noRows, low: noWords, high: noWords, numbers: noNumbers })
    return arrays
  }

  attach(arrays: ColumnArrays): void {
    this.rows = arrays.rows
    this.low = arrays.low
    this.high = arrays.high
    this.numbers = arrays.numbers
    this.count = 0
  }

  #grow(): void {
    const capacity = this.rows.length === 0 ? 16 : this.rows.length * 2
    this.rows = grown(this.rows, new Uint16Array(capacity))
    if (usesLow(this.kind)) this.low = grown(this.low, new Uint32Array(capacity))
    if (usesHigh(this.kind)) this.high = grown(this.high, new Uint32Array(capacity))
    if (usesNumbers(this.kind)) this.numbers = grown(this.numbers, new Float64Array(capacity))
  }
}

export type ColumnArrays = Pick<Column, 'rows' | 'low' | 'high' | 'numbers'>

function grown<T extends Uint16Array | Uint32Array | Float64Array>(old: T, fresh: T): T {
  fresh.set(old as never) // The two are of one kind: only TypeScript's overloads do not see it.
  return fresh
}
