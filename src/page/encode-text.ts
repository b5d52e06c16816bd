import type { ByteSink } from './byte-sink.ts'
import { encodeNumbers } from './encode-numbers.ts'
import { TextCode } from './format.ts'
import { encodeAddresses } from './ipv4.ts'
import { appendText, type TextColumn } from './text-column.ts'
import type { TextDictionary } from './text-dictionary.ts'
import { encodeUuids } from './uuid.ts'

/** How texts were written: a TextCode, and with Uuid the 16 bytes of each. */
export interface TextForm {
  readonly code: number
  readonly uuids: Uint8Array | null
}

/** Writes a column of texts in the form that promises to be the smallest. Null: texts do not repeat. */
export function encodeText(
  sink: ByteSink,
  column: TextColumn,
  dictionary: TextDictionary | null,
): TextForm {
  if (dictionary === null || !repeats(dictionary, column.count)) return encodePlain(sink, column)
  return encodeByDictionary(sink, column, dictionary)
}

/** Whether texts are repeated so often that to number them saves more than the numbers cost. */
function repeats(dictionary: TextDictionary, count: number): boolean {
  return dictionary.size * 4 <= count * 3 || count === 1
}

function encodeByDictionary(
  sink: ByteSink,
  column: TextColumn,
  dictionary: TextDictionary,
): TextForm {
  const { size, ids, firsts } = dictionary
  if (size <= 1) {
    sink.u8(TextCode.Const)
    sink.varint(column.lengths[0] ?? 0)
    if (column.count > 0) appendText(sink, column, 0)
    return { code: TextCode.Const, uuids: null }
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
  return { code: TextCode.Dictionary, uuids: null }
}

/** Writes each text, whether it has come before or not. */
function encodePlain(sink: ByteSink, column: TextColumn): TextForm {
  const start = sink.length
  sink.u8(TextCode.Uuid)
  const uuids = encodeUuids(sink, column)
  if (uuids !== null) return { code: TextCode.Uuid, uuids }
  sink.bytes[start] = TextCode.Ipv4
  if (encodeAddresses(sink, column)) return { code: TextCode.Ipv4, uuids }
  sink.bytes[start] = TextCode.Raw
  encodeTexts(sink, column)
  return { code: TextCode.Raw, uuids }
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
