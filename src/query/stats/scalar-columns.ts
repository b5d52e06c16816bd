import { Kind } from '../../event/kind.ts'
import { formatEventId } from '../../event/event-id.ts'
import { levelNames } from '../../event/level.ts'
import { formatNanoTimestamp, formatTimestamp } from '../../event/time.ts'
import type { ColumnValues, OpenBlock, TextValues } from '../../page/contract.ts'
import { numberOfRow } from '../../page/row-number.ts'
import type { Field } from '../language/ast.ts'
import { type FieldColumns, fieldColumns, goesOn } from '../match/field-columns.ts'
import { bigintOf } from '../render/number-text.ts'
import type { Value } from './contract.ts'
import { type StoredLeaf, visitScalars } from './leaf-scalars.ts'
import { bigintValue, numberValue } from './value.ts'

type Scalar = Exclude<Value, null>

/** Values of a field in a block. Entries have distinct values by number, so that each is made once. */
export interface ScalarColumn {
  readonly count: number
  /** The row of each entry, ascending, some repeated; null: one entry for every row. */
  readonly rows: Uint16Array | null
  /** Which value each entry has; null: entry i has value i. */
  readonly ids: Uint8Array | Uint16Array | Uint32Array | null
  readonly valueCount: number
  value(index: number): Scalar
  /** Of numbers: the value of each entry, the nearest double. */
  readonly numbers: Float64Array | null
  /** Of texts: their bytes, for hashing them without making strings. */
  readonly text: TextValues | null
}

export interface FieldValues {
  readonly columns: readonly ScalarColumn[]
  /** No row has more than one value. */
  readonly isSingle: boolean
}

/** The scalars of a field, null and bytes left out. `numbers`: only columns that have numbers are looked at. */
export function fieldValues(block: OpenBlock, field: Field, want: 'all' | 'numbers'): FieldValues {
  if (field.of === 'additional') return additionalValues(block, field.path, want)
  return { columns: [fixedColumn(block, field.of)], isSingle: true }
}

const numeric: ReadonlySet<Kind> = new Set([Kind.Int, Kind.Double, Kind.Int64, Kind.Uint64])

function additionalValues(block: OpenBlock, path: string, want: 'all' | 'numbers'): FieldValues {
  const found = fieldColumns(block, path)
  const columns: ScalarColumn[] = []
  const leaves = new GatheredLeaves()
  for (const index of found.at) {
    const kind = block.columns[index]?.kind ?? Kind.Null
    if (kind === Kind.Null || kind === Kind.Bytes) continue
    if (kind === Kind.Json || kind === Kind.Msgpack) leaves.addColumn(block.column(index), null)
    else if (want === 'all' || numeric.has(kind)) columns.push(scalarColumn(block.column(index)))
  }
  for (const { index, left } of found.above) leaves.addColumn(block.column(index), left)
  if (block.restCount > 0) leaves.addRest(block, path)
  const isSingle = leaves.count === 0 && haveOnePath(block, found)
  if (leaves.count > 0) columns.push(leaves.column())
  return { columns, isSingle }
}

/** Of one path an event has one value; `a.b` and `b` in `a` are two of one name. */
function haveOnePath(block: OpenBlock, { at }: FieldColumns): boolean {
  return new Set(at.map((index) => JSON.stringify(block.columns[index]?.segments))).size < 2
}

/** The values inside arrays and of members without a column. */
class GatheredLeaves {
  readonly #rows: number[] = []
  readonly #values: Scalar[] = []

  get count(): number {
    return this.#rows.length
  }

  addColumn(column: ColumnValues, left: string | null): void {
    const { text, rows, kind, count } = column
    if (text === null) return
    for (let entry = 0; entry < count; entry++) {
      const at = text.ids === null ? entry : (text.ids[entry] ?? 0)
      const [from, to] = [text.offsets[at] ?? 0, text.offsets[at + 1] ?? 0]
      const row = rows === null ? entry : (rows[entry] ?? 0)
      this.#add(row, { kind, bytes: text.bytes, from, to }, left)
    }
  }

  addRest(block: OpenBlock, path: string): void {
    for (const { row, segments, kind, value } of block.rest()) {
      const joined = segments.join('.')
      const leaf = { kind, bytes: value, from: 0, to: value.length }
      if (joined === path) this.#add(row, leaf, null)
      else if (goesOn(path, joined)) this.#add(row, leaf, path.slice(joined.length + 1))
    }
  }

  #add(row: number, leaf: StoredLeaf, left: string | null): void {
    visitScalars(leaf, left, (value) => {
      this.#rows.push(row)
      this.#values.push(value)
    })
  }

  column(): ScalarColumn {
    const values = this.#values
    return {
      count: values.length,
      rows: Uint16Array.from(this.#rows),
      ids: null,
      valueCount: values.length,
      value: (index) => values[index] ?? '',
      // No number: it is in no sum.
      numbers: Float64Array.from(values, (value) =>
        typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN,
      ),
      text: null,
    }
  }
}

function scalarColumn(column: ColumnValues): ScalarColumn {
  const { count, rows, kind, numbers, low, high, text } = column
  const plain = { count, rows, ids: null, valueCount: count, numbers: null, text: null }
  switch (kind) {
    case Kind.Text:
      return textColumn(text, count, rows)
    case Kind.Bool:
      return { ...plain, value: (index) => low?.[index] === 1 }
    case Kind.Time:
      return {
        ...plain,
        value: (index) => formatNanoTimestamp(numbers?.[index] ?? 0, low?.[index] ?? 0),
      }
    case Kind.Int64:
    case Kind.Uint64: {
      const isSigned = kind === Kind.Int64
      const value = (index: number) =>
        bigintValue(bigintOf(low?.[index] ?? 0, high?.[index] ?? 0, isSigned))
      return {
        ...plain,
        value,
        numbers: Float64Array.from({ length: count }, (_, i) => Number(value(i))),
      }
    }
    default:
      return { ...plain, value: (index) => numberValue(numbers?.[index] ?? 0), numbers }
  }
}

function textColumn(
  text: TextValues | null,
  count: number,
  rows: Uint16Array | null,
): ScalarColumn {
  const bytes = text?.bytes ?? new Uint8Array(0)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const offsets = text?.offsets ?? new Uint32Array(1)
  return {
    count,
    rows,
    ids: text?.ids ?? null,
    valueCount: offsets.length - 1,
    value: (index) => buffer.toString('utf8', offsets[index] ?? 0, offsets[index + 1] ?? 0),
    numbers: null,
    text,
  }
}

const levelName = (level: number): string => levelNames[level] ?? ''

function fixedColumn(block: OpenBlock, field: Exclude<Field['of'], 'additional'>): ScalarColumn {
  const count = block.rowCount
  if (field === 'facility') return textColumn(block.facility(), count, null)
  if (field === 'event') return textColumn(block.event(), count, null)
  const plain = { count, rows: null, ids: null, valueCount: count, numbers: null, text: null }
  if (field === 'level') {
    return { ...plain, ids: block.level(), valueCount: levelNames.length, value: levelName }
  }
  if (field === 'id') {
    const { minute, part } = block
    const value = (row: number): string =>
      formatEventId({ minute, part, row: numberOfRow(block, row) })
    return { ...plain, value }
  }
  const isReceived = field === 'received'
  const times = isReceived ? block.receivedMs() : block.timestampMs()
  const nanos = isReceived ? null : block.timestampNanos()
  const value = (row: number): string => formatTimestamp(times[row] ?? 0, nanos?.[row] ?? 0)
  return { ...plain, value, numbers: times }
}
