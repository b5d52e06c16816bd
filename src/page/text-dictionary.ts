import { chunkEntries, loadChunk, offsetOf, textAt, type TextColumn } from './text-column.ts'

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
export function buildDictionary(texts: TextColumn, mayGiveUp: boolean): TextDictionary | null {
  const column = viewed(texts)
  const { references, lengths, count } = column
  let tableSize = 16
  while (tableSize < count * 2) tableSize *= 2
  const slots = new Int32Array(tableSize)
  const mask = tableSize - 1
  const ids = new Uint16Array(count)
  const firsts = new Uint32Array(count)
  const hashes = new Int32Array(count)
  let size = 0
  for (let i = 0; i < count; i++) {
    if (i % chunkEntries === 0) loadChunk(column, i, Math.min(i + chunkEntries, count))
    const reference = references[i] ?? 0
    const length = lengths[i] ?? 0
    const hash = hashText(viewOf(column, reference), offsetOf(reference), length)
    let slot = (hash ^ (hash >>> 16)) & mask
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

/** Mixes the bytes of a text, four at a time; of one over 64 bytes only the ends and a sample. */
function hashText(view: DataView, from: number, length: number): number {
  let hash = length
  const to = from + length
  if (length < 4) {
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193)
    return hash
  }
  const last = to - 4
  const step = length <= 64 ? 4 : (length >>> 6) << 2
  for (let at = from; at < last; at += step) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return Math.imul(hash ^ view.getInt32(last, true), 0x85ebca6b)
}

/** Texts up to this length are compared in a loop: a native call costs more. */
const loopBytesMax = 256

/** Whether two entries of the same length have the same text. */
function isSame(column: ViewedColumn, a: number, b: number): boolean {
  const length = column.lengths[a] ?? 0
  if (length > loopBytesMax) return Buffer.compare(textAt(column, a), textAt(column, b)) === 0
  const first = column.references[a] ?? 0
  const second = column.references[b] ?? 0
  const x = viewOf(column, first)
  const y = viewOf(column, second)
  const from = offsetOf(first)
  const offset = (offsetOf(second) - from) | 0
  const to = from + length
  let at = from
  for (; at <= to - 4; at += 4) {
    if (x.getInt32(at, true) !== y.getInt32(at + offset, true)) return false
  }
  for (; at < to; at++) if (x.getUint8(at) !== y.getUint8(at + offset)) return false
  return true
}

/** A column beside views of its buffers, which read four bytes at once. */
interface ViewedColumn extends TextColumn {
  readonly arena: DataView
  readonly extra: DataView
}

function viewed(column: TextColumn): ViewedColumn {
  const { arena, extra } = column.block
  return {
    ...column,
    arena: new DataView(arena.buffer, arena.byteOffset, arena.byteLength),
    extra: new DataView(extra.buffer, extra.byteOffset, extra.byteLength),
  }
}

function viewOf(column: ViewedColumn, reference: number): DataView {
  return (reference | 0) < 0 ? column.extra : column.arena
}
