import { loadChunk, offsetOf, textAt, type TextColumn } from './text-column.ts'

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
 * Numbers the texts of a column, chunk by chunk, so that a block's columns can be walked side by side: their
 * texts lie side by side too, and are then still in the cache. About 25 ns an entry. With `mayGiveUp` it ends
 * as soon as most texts turn out to be different: numbering them would cost more than it saves.
 */
export class DictionaryBuilder {
  readonly #column: ViewedColumn
  readonly #mayGiveUp: boolean
  readonly #ids: Uint16Array
  #table = new IdTable(smallTable)
  #next = 0
  #gaveUp = false

  constructor(texts: TextColumn, mayGiveUp: boolean) {
    this.#column = viewed(texts)
    this.#mayGiveUp = mayGiveUp
    this.#ids = new Uint16Array(texts.count)
  }

  /** Numbers the entries up to `end`, which is not among them. */
  advance(end: number): void {
    if (this.#gaveUp) return
    const from = this.#next
    this.#next = end
    loadChunk(this.#column, from, end)
    this.#table = numberTexts(this.#column, this.#table, this.#ids, [from, end])
    const isProbed = this.#mayGiveUp && from < probeCount && end >= probeCount
    if (isProbed && this.#table.size > end * 0.8) this.#gaveUp = true
  }

  /** Null when it gave up. */
  finish(): TextDictionary | null {
    this.advance(this.#column.count)
    if (this.#gaveUp) return null
    const { firsts, size } = this.#table
    return { firsts: firsts.subarray(0, size), size, ids: this.#ids }
  }
}

function numberTexts(
  column: ViewedColumn,
  known: IdTable,
  ids: Uint16Array,
  [from, to]: readonly [number, number],
): IdTable {
  const { references, lengths } = column
  let table = known
  for (let i = from; i < to; i++) {
    const reference = references[i] ?? 0
    const length = lengths[i] ?? 0
    const hash = hashText(viewOf(column, reference), offsetOf(reference), length)
    const { slots, hashes, firsts, mask } = table
    let slot = (hash ^ (hash >>> 16)) & mask
    let id = (slots[slot] ?? 0) - 1
    while (id >= 0) {
      const first = firsts[id] ?? 0
      if (hashes[id] === hash && lengths[first] === length && isSame(column, i, first)) break
      slot = (slot + 1) & mask
      id = (slots[slot] ?? 0) - 1
    }
    if (id < 0) {
      id = table.add(slot, hash, i)
      if (table.isFull()) table = table.wider()
    }
    ids[i] = id
  }
  return table
}

const smallTable = 16

/** Where each hash leads to; at most half of the slots are taken. */
class IdTable {
  size = 0
  readonly mask: number
  /** The number of a text plus 1; 0 is free. */
  readonly slots: Int32Array
  /** By number. */
  readonly hashes: Int32Array
  readonly firsts: Uint32Array

  constructor(slotCount: number) {
    this.mask = slotCount - 1
    this.slots = new Int32Array(slotCount)
    this.hashes = new Int32Array(slotCount >> 1)
    this.firsts = new Uint32Array(slotCount >> 1)
  }

  isFull(): boolean {
    return this.size === this.hashes.length
  }

  add(slot: number, hash: number, first: number): number {
    const id = this.size++
    this.hashes[id] = hash
    this.firsts[id] = first
    this.slots[slot] = id + 1
    return id
  }

  wider(): IdTable {
    const fresh = new IdTable(this.slots.length * 8)
    for (let id = 0; id < this.size; id++) {
      const hash = this.hashes[id] ?? 0
      let slot = (hash ^ (hash >>> 16)) & fresh.mask
      while (fresh.slots[slot] !== 0) slot = (slot + 1) & fresh.mask
      fresh.add(slot, hash, this.firsts[id] ?? 0)
    }
    return fresh
  }
}

/** Five words, which overlap, hold all bytes of a text of 4 to this many bytes: no loop, nothing to mispredict. */
const fiveWordsMax = 20

const mix = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

/** Mixes all bytes of a text, four at a time. */
function hashText(view: DataView, from: number, length: number): number {
  const last = length - 4
  let hash = length
  if (last < 0) {
    for (let at = from; at < from + length; at++) hash = mix(hash, view.getUint8(at))
    return hash
  }
  if (length <= fiveWordsMax) {
    hash = mix(hash, view.getInt32(from, true))
    hash = mix(hash, view.getInt32(from + (last >> 2), true))
    hash = mix(hash, view.getInt32(from + (last >> 1), true))
    hash = mix(hash, view.getInt32(from + ((last * 3) >> 2), true))
    return mix(hash, view.getInt32(from + last, true))
  }
  // Two lanes: a multiplication need not wait for the one before it.
  let other = 0
  let at = 0
  for (; at < last - 4; at += 8) {
    hash = mix(hash, view.getInt32(from + at, true))
    other = mix(other, view.getInt32(from + at + 4, true))
  }
  if (at < last) other = mix(other, view.getInt32(from + at, true))
  return mix(mix(hash, other), view.getInt32(from + last, true))
}

/** Texts up to this length are compared here: a native call costs more. */
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
  const other = offsetOf(second)
  const last = length - 4
  if (last < 0) {
    for (let i = 0; i < length; i++) {
      if (x.getUint8(from + i) !== y.getUint8(other + i)) return false
    }
    return true
  }
  let differs = x.getInt32(from + last, true) ^ y.getInt32(other + last, true)
  if (length <= fiveWordsMax) {
    for (let k = 0; k < 4; k++) {
      const at = (last * k) >> 2
      differs |= x.getInt32(from + at, true) ^ y.getInt32(other + at, true)
    }
    return differs === 0
  }
  for (let i = 0; i < last; i += 4) {
    differs |= x.getInt32(from + i, true) ^ y.getInt32(other + i, true)
  }
  return differs === 0
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
