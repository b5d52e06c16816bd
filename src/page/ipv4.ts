import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'
import { pickWidePlanes } from './pick-numbers.ts'
import { decodeWidePlanes, encodeWidePlanes } from './planes.ts'
import { bufferOf, chunkEntries, loadChunk, offsetOf, type TextColumn } from './text-column.ts'

/* IPv4 addresses as inet_ntoa writes them, four bytes each, in planes: the first one is often the same. */

const dot = 0x2e
const zero = 0x30

/** Writes all texts as addresses; false, and nothing written, when one of them is none. */
export function encodeAddresses(sink: ByteSink, column: TextColumn): boolean {
  const { count } = column
  if (!parse(column, 0, new Uint8Array(4), 0)) return false
  const rows = new Uint8Array(count * 4)
  for (let i = 0; i < count; i++) {
    if (i % chunkEntries === 0) loadChunk(column, i, Math.min(i + chunkEntries, count))
    if (!parse(column, i, rows, i * 4)) return false
  }
  encodeWidePlanes(sink, rows, 4)
  return true
}

/** Writes the four bytes of a text at `to`; false when it would not come back the same. */
function parse(column: TextColumn, index: number, into: Uint8Array, to: number): boolean {
  const reference = column.references[index] ?? 0
  const bytes = bufferOf(column.block, reference)
  let at = offsetOf(reference)
  const length = column.lengths[index] ?? 0
  if (length < 7 || length > 15) return false
  const end = at + length
  for (let part = 0; part < 4; part++) {
    const start = at
    let value = 0
    for (; at < end && bytes[at] !== dot; at++) {
      const digit = (bytes[at] ?? 0) - zero
      if (digit < 0 || digit > 9) return false
      value = value * 10 + digit
    }
    const digitCount = at - start
    if (digitCount === 0 || value > 255 || digitCount !== digitsOf(value)) return false
    into[to + part] = value
    if (part < 3 && at === end) return false
    if (part < 3) at++
  }
  return at === end
}

function digitsOf(value: number): number {
  return value < 10 ? 1 : value < 100 ? 2 : 3
}

interface Texts {
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
}

/** Reads `count` addresses as texts. Throws FormatError. */
export function decodeAddresses(source: ByteSource, count: number): Texts {
  return textsOf(decodeWidePlanes(source, count, 4))
}

/** Reads `count` addresses; those at `entries` as texts. Throws FormatError. */
export function pickAddresses(source: ByteSource, count: number, entries: Uint16Array): Texts {
  return textsOf(pickWidePlanes(source, count, { entries, width: 4 }))
}

function textsOf(rows: Uint8Array): Texts {
  const count = rows.length / 4
  const bytes = new Uint8Array(count * 15)
  const offsets = new Uint32Array(count + 1)
  let at = 0
  for (let i = 0; i < count; i++) {
    for (let part = 0; part < 4; part++) {
      const value = rows[i * 4 + part] ?? 0
      if (part > 0) bytes[at++] = dot
      if (value >= 100) bytes[at++] = zero + Math.floor(value / 100)
      if (value >= 10) bytes[at++] = zero + (Math.floor(value / 10) % 10)
      bytes[at++] = zero + (value % 10)
    }
    offsets[i + 1] = at
  }
  return { bytes: bytes.subarray(0, at), offsets }
}
