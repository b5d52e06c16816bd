import type { ByteSink } from './byte-sink.ts'
import { encodeNumbers } from './encode-numbers.ts'
import { TextCode } from './format.ts'
import { appendText, type TextColumn } from './text-column.ts'
import { buildDictionary, type TextDictionary } from './text-dictionary.ts'

/** Writes a column of texts in the form that promises to be the smallest; the form's code. */
export function encodeText(sink: ByteSink, column: TextColumn): number {
  const dictionary = buildDictionary(column, true)
  if (dictionary === null || dictionary.size * 4 > column.count * 3) {
    if (column.count > 1) return encodeRawText(sink, column)
  }
  if (dictionary !== null) return encodeByDictionary(sink, column, dictionary)
  return encodeRawText(sink, column)
}

/** As `encodeText`, when the dictionary is there already. */
export function encodeByDictionary(
  sink: ByteSink,
  column: TextColumn,
  dictionary: TextDictionary,
): number {
  const { size, ids, firsts } = dictionary
  if (size <= 1) {
    sink.u8(TextCode.Const)
    sink.varint(column.lengths[0] ?? 0)
    if (column.count > 0) appendText(sink, column, 0)
    return TextCode.Const
  }
  sink.u8(TextCode.Dictionary)
  sink.varint(size)
  const lengths = new Float64Array(size)
  for (let id = 0; id < size; id++) lengths[id] = column.lengths[firsts[id] ?? 0] ?? 0
  encodeNumbers(sink, lengths, size)
  sink.cut()
  for (let id = 0; id < size; id++) appendText(sink, column, firsts[id] ?? 0)
  appendIds(sink, ids, 0)
  if (size > 0x100) appendIds(sink, ids, 8)
  return TextCode.Dictionary
}

function appendIds(sink: ByteSink, ids: Uint16Array, shift: number): void {
  sink.cut()
  const at = sink.reserve(ids.length)
  const bytes = sink.bytes
  for (let i = 0; i < ids.length; i++) bytes[at + i] = (ids[i] ?? 0) >>> shift
}

export function encodeRawText(sink: ByteSink, column: TextColumn): number {
  const { count } = column
  sink.u8(TextCode.Raw)
  encodeNumbers(sink, Float64Array.from(column.lengths.subarray(0, count)), count)
  sink.cut()
  for (let i = 0; i < count; i++) appendText(sink, column, i)
  return TextCode.Raw
}
