import type { ByteSink } from './byte-sink.ts'
import { encodeNumbers } from './encode-numbers.ts'
import { TextCode } from './format.ts'
import { encodeAddresses } from './ipv4.ts'
import { appendText, type TextColumn } from './text-column.ts'
import { buildDictionary, type TextDictionary } from './text-dictionary.ts'
import { encodeUuids } from './uuid.ts'

/** Writes a column of texts in the form that promises to be the smallest; the form's code. */
export function encodeText(sink: ByteSink, column: TextColumn): number {
  const dictionary = buildDictionary(column, true)
  if (dictionary === null || !repeats(dictionary, column.count)) return encodePlain(sink, column)
  return encodeByDictionary(sink, column, dictionary)
}

/** Whether texts are repeated so often that to number them saves more than the numbers cost. */
export function repeats(dictionary: TextDictionary, count: number): boolean {
  return dictionary.size * 4 <= count * 3 || count === 1
}

/** As `encodeText`, when the dictionary is there already and texts repeat. */
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
  const references = new Uint32Array(size)
  const lengths = new Uint32Array(size)
  for (let id = 0; id < size; id++) {
    const first = firsts[id] ?? 0
    references[id] = column.references[first] ?? 0
    lengths[id] = column.lengths[first] ?? 0
  }
  encodePlain(sink, { block: column.block, references, lengths, count: size })
  appendIds(sink, ids, 0)
  if (size > 0x100) appendIds(sink, ids, 8)
  return TextCode.Dictionary
}

/** Writes each text, whether it has come before or not. */
export function encodePlain(sink: ByteSink, column: TextColumn): number {
  const start = sink.length
  sink.u8(TextCode.Uuid)
  if (encodeUuids(sink, column)) return TextCode.Uuid
  sink.bytes[start] = TextCode.Ipv4
  if (encodeAddresses(sink, column)) return TextCode.Ipv4
  sink.bytes[start] = TextCode.Raw
  encodeTexts(sink, column)
  return TextCode.Raw
}

/** Writes the lengths of all texts, then their bytes. */
export function encodeTexts(sink: ByteSink, column: TextColumn): void {
  const { count } = column
  encodeNumbers(sink, Float64Array.from(column.lengths.subarray(0, count)), count)
  sink.cut()
  for (let i = 0; i < count; i++) appendText(sink, column, i)
}

function appendIds(sink: ByteSink, ids: Uint16Array, shift: number): void {
  sink.cut()
  const at = sink.reserve(ids.length)
  const bytes = sink.bytes
  for (let i = 0; i < ids.length; i++) bytes[at + i] = (ids[i] ?? 0) >>> shift
}
