import { Kind } from '../event/kind.ts'
import type { SealedBlock, SealedColumn } from '../ring/block-builder.ts'
import { textsOf } from './block-dictionaries.ts'
import type { ByteSink } from './byte-sink.ts'
import { encodeNumbers } from './encode-numbers.ts'
import { encodeText, type TextForm } from './encode-text.ts'
import { BitsCode, TextCode } from './format.ts'
import { encodeWidePlanes } from './planes.ts'
import { encodeRows } from './presence.ts'
import type { TextDictionary } from './text-dictionary.ts'
import { encodeUuidFilter, encodeWordFilter, filteredEntriesMin } from './token-filter.ts'

/** What the block's directory says of a column beside its path and kind. */
export interface ColumnFacts {
  /** Of numbers and times (seconds); null when there are none, or a NaN among them. */
  readonly range: readonly [min: number, max: number] | null
  /** How the texts were written, null for other kinds. */
  readonly form: TextForm | null
}

const noFacts: ColumnFacts = { range: null, form: null }

/** Writes a column's section: its rows, then its values. */
export function encodeColumn(
  sink: ByteSink,
  block: SealedBlock,
  column: SealedColumn,
  dictionary: TextDictionary | null,
): ColumnFacts {
  encodeRows(sink, column.rows, column.count, block.rowCount)
  switch (column.kind) {
    case Kind.Null:
      return noFacts
    case Kind.Bool:
      encodeBools(sink, column.low, column.count)
      return noFacts
    case Kind.Int:
    case Kind.Double:
      return encodeRanged(sink, column)
    case Kind.Int64:
    case Kind.Uint64:
      encodePairs(sink, column)
      return noFacts
    case Kind.Time: {
      const facts = encodeRanged(sink, column)
      encodeNumbers(sink, Float64Array.from(column.low.subarray(0, column.count)), column.count)
      return facts
    }
    default:
      return { range: null, form: encodeText(sink, textsOf(block, column), dictionary) }
  }
}

/** Writes the filter of a column that has been encoded; false when it has none. */
export function encodeFilter(
  sink: ByteSink,
  block: SealedBlock,
  column: SealedColumn,
  { form }: ColumnFacts,
): boolean {
  if (form === null || column.count < filteredEntriesMin) return false
  if (form.uuids !== null) encodeUuidFilter(sink, form.uuids)
  else if (column.kind !== Kind.Text || form.code !== TextCode.Raw) return false
  else return encodeWordFilter(sink, textsOf(block, column))
  return true
}

function encodeRanged(sink: ByteSink, column: SealedColumn): ColumnFacts {
  const facts = encodeNumbers(sink, column.numbers, column.count)
  const isKnown = column.count > 0 && !facts.hasNan
  return { range: isKnown ? [facts.min, facts.max] : null, form: null }
}

function encodeBools(sink: ByteSink, values: Uint32Array, count: number): void {
  const first = values[0] ?? 0
  let same = 1
  while (same < count && values[same] === first) same++
  if (same >= count) {
    sink.u8(BitsCode.Const)
    sink.u8(first)
    return
  }
  sink.u8(BitsCode.Plain)
  sink.cut()
  const at = sink.reserve((count + 7) >> 3)
  const bytes = sink.bytes
  bytes.fill(0, at, sink.length)
  for (let i = 0; i < count; i++) {
    bytes[at + (i >> 3)] = (bytes[at + (i >> 3)] ?? 0) | ((values[i] ?? 0) << (i & 7))
  }
}

function encodePairs(sink: ByteSink, column: SealedColumn): void {
  const { low, high, count } = column
  let same = 1
  while (same < count && low[same] === low[0] && high[same] === high[0]) same++
  const words = new Uint32Array((same >= count ? 1 : count) * 2)
  for (let i = 0; i < words.length; i += 2) {
    words[i] = low[i >> 1] ?? 0
    words[i + 1] = high[i >> 1] ?? 0
  }
  sink.u8(same >= count ? BitsCode.Const : BitsCode.Plain)
  encodeWidePlanes(sink, new Uint8Array(words.buffer), 8)
}
