import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'
import type { StoredFilter } from './contract.ts'
import { bufferOf, offsetOf, type TextColumn } from './text-column.ts'

/*
 * A filter says of an item that a column does not hold it, or that it may. It is a split block Bloom filter
 * as Parquet has it, of at least 10 bits a distinct item; about 1 in 100 answers of "may" is wrong.
 *
 *   what the items are │ groups of eight 32-bit words (little-endian)
 *
 * An item is hashed to 32 bits over its 4-byte words; the hash chooses a group and one bit of each word.
 */

export const Items = {
  /** Whole values: UUIDs, as their 16 bytes. */
  Uuids: 0,
  /** Runs of ASCII letters and digits, lower-cased. */
  Words: 1,
} as const

/** Columns with fewer entries have no filter: to read them costs no more than to read it. */
export const filteredEntriesMin = 64
/** Columns with more distinct words have no filter. */
const wordsMax = 65_536
const groupBits = 256
const bitsPerItem = 10
const salts = Int32Array.of(
  0x47b6137b,
  0x44974d91,
  0x8824ad5b,
  0xa2b7289d,
  0x705495c7,
  0x2df1424b,
  0x9efc4947,
  0x5c6bfb31,
)

const seed = 0x2545f491
const fold = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}
const finish = (hash: number, bytes: number): number => fold(fold(hash, bytes), 0x85ebca6b)

/** Writes the filter of UUIDs of 16 bytes each. About 20 ns each. */
export function encodeUuidFilter(sink: ByteSink, rows: Uint8Array): void {
  const words = new Uint32Array(rows.buffer, rows.byteOffset, rows.length >> 2)
  const hashes = new Int32Array(words.length >> 2)
  for (let i = 0; i < hashes.length; i++) {
    let hash: number = seed
    for (let k = i * 4; k < i * 4 + 4; k++) hash = fold(hash, words[k] ?? 0)
    hashes[i] = finish(hash, 16)
  }
  sink.u8(Items.Uuids)
  encodeHashes(sink, hashes, hashes.length)
}

/** Writes the filter of a column's words; false, and nothing written, when there are too many. */
export function encodeWordFilter(sink: ByteSink, column: TextColumn): boolean {
  const set = new HashSet()
  for (let i = 0; i < column.count; i++) {
    const reference = column.references[i] ?? 0
    const from = offsetOf(reference)
    addWords(set, bufferOf(column.block, reference), from, from + (column.lengths[i] ?? 0))
    if (set.size > wordsMax) return false
  }
  sink.u8(Items.Words)
  encodeHashes(sink, set.toHashes(), set.size)
  return true
}

/** Reads a filter; its groups are a view. Throws FormatError. */
export function readFilter(source: ByteSource): StoredFilter {
  const items = source.u8()
  if (items > Items.Words) source.fail(`no items have the code ${items}`)
  const groups = source.take(source.left)
  if (groups.length === 0 || groups.length % 32 !== 0) source.fail('a filter of no whole groups')
  return { items: items === Items.Uuids ? 'uuids' : 'words', groups }
}

/** Whether every item of `text` may be in the column whose filter this is. Throws FormatError. */
export function mayHold(source: ByteSource, text: string): boolean {
  const filter = readFilter(source)
  const hashes = filter.items === 'uuids' ? uuidHash(text) : wordHashes(text)
  return hashes !== null && mayHoldAll(filter, hashes)
}

/**
 * Whether all items with these hashes may be in the column; the hashes are of the filter's kind of items.
 * About 50 ns an item.
 */
export function mayHoldAll({ groups }: StoredFilter, hashes: Int32Array): boolean {
  for (let i = 0; i < hashes.length; i++) {
    const hash = hashes[i] ?? 0
    let at = groupOf(hash, groups.length / 32) * 32
    for (let k = 0; k < 8; k++) {
      const bit = Math.imul(hash, salts[k] ?? 0) >>> 27
      if ((((groups[at + (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 0) return false
      at += 4
    }
  }
  return true
}

function encodeHashes(sink: ByteSink, hashes: Int32Array, itemCount: number): void {
  const groupCount = Math.max(1, Math.ceil((itemCount * bitsPerItem) / groupBits))
  const groups = new Int32Array(groupCount * 8)
  for (let i = 0; i < itemCount; i++) {
    const hash = hashes[i] ?? 0
    const at = groupOf(hash, groupCount) * 8
    for (let k = 0; k < 8; k++) {
      groups[at + k] = (groups[at + k] ?? 0) | (1 << (Math.imul(hash, salts[k] ?? 0) >>> 27))
    }
  }
  sink.append(new Uint8Array(groups.buffer))
}

function groupOf(hash: number, groupCount: number): number {
  return Math.floor(((hash >>> 0) * groupCount) / 0x1_0000_0000)
}

/** Of a whole UUID. Null when the text is no canonical one: a column of UUIDs does not hold it. */
export function uuidHash(text: string): Int32Array | null {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return null
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  let hash: number = seed
  for (let at = 0; at < 16; at += 4) hash = fold(hash, bytes.readInt32LE(at))
  return Int32Array.of(finish(hash, 16))
}

/** Of all words of a text, in any case. */
export function wordHashes(text: string): Int32Array {
  const set = new HashSet()
  const bytes = Buffer.from(text)
  addWords(set, bytes, 0, bytes.length)
  return set.toHashes()
}

function addWords(set: HashSet, bytes: Uint8Array, from: number, to: number): void {
  let hash: number = seed
  let word = 0
  let length = 0
  for (let at = from; at <= to; at++) {
    const character = at === to ? 0 : lowered(bytes[at] ?? 0)
    if (character !== 0) {
      word |= character << ((length & 3) * 8)
      length++
      if ((length & 3) !== 0) continue
      hash = fold(hash, word)
      word = 0
    } else if (length > 0) {
      set.add(finish((length & 3) === 0 ? hash : fold(hash, word), length))
      hash = seed
      word = 0
      length = 0
    }
  }
}

/** The letter or digit, lower-cased; 0 for any other byte. */
function lowered(byte: number): number {
  if (byte >= 0x61 && byte <= 0x7a) return byte
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20
  return byte >= 0x30 && byte <= 0x39 ? byte : 0
}

/** A set of 32-bit hashes in one array; 0 marks a free place and is kept apart. */
class HashSet {
  size = 0
  #hasZero = false
  #slots = new Int32Array(256)

  add(hash: number): void {
    if (hash === 0) {
      if (!this.#hasZero) this.size++
      this.#hasZero = true
      return
    }
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#slots[slot] === hash) return
    }
    this.#slots[slot] = hash
    if (++this.size * 2 > this.#slots.length) this.#grow()
  }

  toHashes(): Int32Array {
    const hashes = new Int32Array(this.size)
    hashes.set(this.#slots.filter((hash) => hash !== 0))
    return hashes
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    const mask = this.#slots.length - 1
    for (const hash of old) {
      if (hash === 0) continue
      let slot = hash & mask
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
      this.#slots[slot] = hash
    }
  }
}
