import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'
import type { StoredUuids } from './contract.ts'
import { bufferOf, chunkEntries, loadChunk, offsetOf, type TextColumn } from './text-column.ts'

/*
 * Canonical lower-case UUIDs, 16 bytes each. Of version 4 six bits are always the same:
 *
 *   form 0   16 bytes of each
 *   form 1   14 bytes of each (all but bytes 6 and 8) │ the low 8 of their other 10 bits │ the high 2, four a byte
 */

const textBytes = 36
const form = { plain: 0, version4: 1 } as const

const nibbles = new Uint8Array(256).fill(0x80)
const digits = Buffer.from('0123456789abcdef')
for (const [value, digit] of digits.entries()) nibbles[digit] = value
/** Where in the text each byte's two digits begin. */
const places = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34)
const dashes = [8, 13, 18, 23] as const
const dash = 0x2d

/**
 * Writes all texts as UUIDs and returns them, 16 bytes each; null, and nothing written, when one of them is
 * none. About 30 ns each.
 */
export function encodeUuids(sink: ByteSink, column: TextColumn): Uint8Array | null {
  const rows = parseAll(column)
  if (rows === null) return null
  const { count } = column
  if (!isVersion4(rows, count)) {
    sink.u8(form.plain)
    sink.cut()
    sink.append(rows)
    return rows
  }
  sink.u8(form.version4)
  sink.cut()
  let at = sink.reserve(count * 14)
  const into = sink.bytes
  for (let from = 0; from < rows.length; from += 16) {
    for (let i = 0; i < 6; i++) into[at + i] = rows[from + i] ?? 0
    into[at + 6] = rows[from + 7] ?? 0
    for (let i = 9; i < 16; i++) into[at + i - 2] = rows[from + i] ?? 0
    at += 14
  }
  appendRest(sink, rows, count)
  return rows
}

function parseAll(column: TextColumn): Uint8Array | null {
  const { block, references, lengths, count } = column
  // The first text decides alone whether it is worth while to make room for all.
  if (lengths[0] !== textBytes) return null
  const first = references[0] ?? 0
  if (bufferOf(block, first)[offsetOf(first) + 8] !== dash) return null
  const rows = new Uint8Array(count * 16)
  for (let i = 0; i < count; i++) {
    if (i % chunkEntries === 0) loadChunk(column, i, Math.min(i + chunkEntries, count))
    const reference = references[i] ?? 0
    if (lengths[i] !== textBytes) return null
    const bytes = bufferOf(block, reference)
    const from = offsetOf(reference)
    let wrong = 0
    for (let k = 0; k < 16; k++) {
      const at = from + (places[k] ?? 0)
      const high = nibbles[bytes[at] ?? 0] ?? 0
      const low = nibbles[bytes[at + 1] ?? 0] ?? 0
      wrong |= high | low
      rows[i * 16 + k] = (high << 4) | low
    }
    if (wrong >= 0x80) return null
    for (const place of dashes) if (bytes[from + place] !== dash) return null
  }
  return rows
}

function isVersion4(rows: Uint8Array, count: number): boolean {
  let differs = 0
  for (let i = 0; i < count * 16; i += 16) {
    differs |= (((rows[i + 6] ?? 0) & 0xf0) ^ 0x40) | (((rows[i + 8] ?? 0) & 0xc0) ^ 0x80)
  }
  return differs === 0
}

/** The ten bits of bytes 6 and 8 that are not the version and the variant. */
function appendRest(sink: ByteSink, rows: Uint8Array, count: number): void {
  const low = sink.reserve(count)
  const high = sink.reserve((count + 3) >> 2)
  const into = sink.bytes
  into.fill(0, high, sink.length)
  for (let i = 0; i < count; i++) {
    const bits = (((rows[i * 16 + 6] ?? 0) & 15) << 6) | ((rows[i * 16 + 8] ?? 0) & 63)
    into[low + i] = bits
    into[high + (i >> 2)] = (into[high + (i >> 2)] ?? 0) | ((bits >> 8) << ((i & 3) * 2))
  }
}

/** Reads `count` UUIDs as texts. Throws FormatError. */
export function decodeUuids(
  source: ByteSource,
  count: number,
): { bytes: Uint8Array; offsets: Uint32Array } {
  const stored = readUuids(source, count)
  const rows = stored.stride === 16 ? stored.bytes : wholeUuids(stored, count)
  const bytes = new Uint8Array(count * textBytes)
  const offsets = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) {
    const to = i * textBytes
    for (let k = 0; k < 16; k++) {
      const byte = rows[i * 16 + k] ?? 0
      const at = to + (places[k] ?? 0)
      bytes[at] = digits[byte >> 4] ?? 0
      bytes[at + 1] = digits[byte & 15] ?? 0
    }
    for (const place of dashes) bytes[to + place] = dash
    offsets[i + 1] = to + textBytes
  }
  return { bytes, offsets }
}

/** Reads `count` UUIDs; those at `entries` as texts. Throws FormatError. */
export function pickUuids(
  source: ByteSource,
  count: number,
  entries: Uint16Array,
): { bytes: Uint8Array; offsets: Uint32Array } {
  const stored = readUuids(source, count)
  const bytes = new Uint8Array(entries.length * textBytes)
  const offsets = new Uint32Array(entries.length + 1)
  for (let i = 0; i < entries.length; i++) {
    offsets[i + 1] = (i + 1) * textBytes
    writeStoredUuid(stored, entries[i] ?? 0, bytes, i * textBytes)
  }
  return { bytes, offsets }
}

/** UUIDs as they are stored: views, nothing decoded. Throws FormatError. */
export function readUuids(source: ByteSource, count: number): Omit<StoredUuids, 'rows'> {
  const code = source.u8()
  if (code > form.version4) source.fail(`no form of UUIDs has the code ${code}`)
  const stride = code === form.plain ? 16 : 14
  const bytes = source.take(count * stride)
  const low = source.take(stride === 16 ? 0 : count)
  return { count, bytes, stride, low, high: source.take((low.length + 3) >> 2) }
}

/** Where a byte of a UUID is among the 14 that are stored of version 4; -1: it is 6 or 8, in parts elsewhere. */
export function storedPlace(byte: number): number {
  if (byte < 6) return byte
  if (byte === 7) return 6
  return byte === 6 || byte === 8 ? -1 : byte - 2
}

/** Writes the text of a stored UUID, 36 bytes, into `into` from `to` on. */
export function writeStoredUuid(
  { bytes, stride, low, high }: Omit<StoredUuids, 'rows'>,
  entry: number,
  into: Uint8Array,
  to = 0,
): void {
  const bits = (low[entry] ?? 0) | ((((high[entry >> 2] ?? 0) >> ((entry & 3) * 2)) & 3) << 8)
  for (let k = 0; k < 16; k++) {
    const place = stride === 16 ? k : storedPlace(k)
    let byte = bytes[entry * stride + place] ?? 0
    if (place < 0) byte = k === 6 ? 0x40 | (bits >> 6) : 0x80 | (bits & 63)
    const at = to + (places[k] ?? 0)
    into[at] = digits[byte >> 4] ?? 0
    into[at + 1] = digits[byte & 15] ?? 0
  }
  for (const place of dashes) into[to + place] = dash
}

function wholeUuids(stored: Omit<StoredUuids, 'rows'>, count: number): Uint8Array {
  const { bytes: most, low, high } = stored
  const rows = new Uint8Array(count * 16)
  let from = 0
  for (let i = 0; i < count; i++) {
    const to = i * 16
    for (let k = 0; k < 16; k++) if (k !== 6 && k !== 8) rows[to + k] = most[from++] ?? 0
    const bits = (low[i] ?? 0) | ((((high[i >> 2] ?? 0) >> ((i & 3) * 2)) & 3) << 8)
    rows[to + 6] = 0x40 | (bits >> 6)
    rows[to + 8] = 0x80 | (bits & 63)
  }
  return rows
}
