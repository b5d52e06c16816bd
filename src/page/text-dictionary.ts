import { bufferOf, offsetOf, textAt, type TextColumn } from './text-column.ts'

/** The distinct texts of a column, numbered by first appearance, and which one each entry is. */
export interface TextDictionary {
  /** The entry at which each distinct text came first. */
  readonly firsts: Uint32Array
  readonly size: number
  readonly ids: Uint16Array
}

/** After so many entries it is seen whether texts repeat at all. */
const probeCount = 2048

/**
 * Numbers the texts; about 15 ns an entry. With `mayGiveUp`, null as soon as most texts turn out to be
 * different: numbering them would then cost more than it saves.
 */
export function buildDictionary(column: TextColumn, mayGiveUp: boolean): TextDictionary | null {
  const { block, references, lengths, count } = column
  let tableSize = 16
  while (tableSize < count * 2) tableSize *= 2
  const slots = new Int32Array(tableSize)
  const mask = tableSize - 1
  const ids = new Uint16Array(count)
  const firsts = new Uint32Array(count)
  const hashes = new Int32Array(count)
  let size = 0
  for (let i = 0; i < count; i++) {
    const reference = references[i] ?? 0
    const length = lengths[i] ?? 0
    const bytes = bufferOf(block, reference)
    const from = offsetOf(reference)
    const hash = hashText(bytes, from, length)
    let slot = (hash ^ (hash >>> 15)) & mask
    let id = (slots[slot] ?? 0) - 1
    while (id >= 0) {
      const first = firsts[id] ?? 0
      if (hashes[id] === hash && lengths[first] === length && isSame(column, i, first)) break
      slot = (slot + 1) & mask
      id = (slots[slot] ?? 0) - 1
    }
    if (id < 0) {
      id = size++
      firsts[id] = i
      hashes[id] = hash
      slots[slot] = size
    }
    ids[i] = id
    if (mayGiveUp && i === probeCount && size > probeCount * 0.8) return null
  }
  return { firsts, size, ids }
}

/** All bytes of a short text; of a long one its ends and a sample, for the comparison is complete. */
function hashText(bytes: Uint8Array, from: number, length: number): number {
  let hash = length
  const step = length <= 24 ? 1 : length >>> 3
  const to = from + length
  for (let i = from; i < to; i += step) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  if (step > 1) {
    for (let i = to - 8; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  }
  return hash
}

/** Texts up to this length are compared in a loop: a native call costs more. */
const loopBytesMax = 128

/** Whether two entries of the same length have the same text. */
function isSame(column: TextColumn, a: number, b: number): boolean {
  const length = column.lengths[a] ?? 0
  if (length > loopBytesMax) return Buffer.compare(textAt(column, a), textAt(column, b)) === 0
  const { block, references } = column
  const first = references[a] ?? 0
  const second = references[b] ?? 0
  const x = bufferOf(block, first)
  const y = bufferOf(block, second)
  const xFrom = offsetOf(first)
  const yFrom = offsetOf(second)
  for (let i = 0; i < length; i++) if (x[xFrom + i] !== y[yFrom + i]) return false
  return true
}
