import { crc32 } from 'node:zlib'
import type { BodyForm, JournalBatch, ProducerSpan } from './contract.ts'

/*
 * One frame of a segment, version 1, or 2 with a producer's span. Numbers are little-endian.
 *
 *   0   4  magic 'MBJ1'
 *   4   4  CRC-32 (RFC 1952) of everything from byte 8 to the frame's end
 *   8   4  length of the whole frame in bytes, padding excluded
 *  12   1  frame version
 *  13   1  format: 0 json, 1 msgpack, 2 the server's own JSON
 *  14   1  encoding: 0 identity, 1 gzip, 2 zstd, 3 deflate, 4 br
 *  15   1  flags: bit 0 strict, bit 1 has a key, bit 2 has a span (version 2 only)
 *  16   8  sequence
 *  24   8  receivedMs
 *  32   4  decoded bytes
 *  36   4  accepted
 *  40   4  rejected
 *  44   2  decoder version
 *  46   2  key length in bytes
 *  48   …  key (UTF-8), then the span if there is one, then the body as received
 *
 * A span: first u64, last u64, length of the producer's name u8, the name in ASCII.
 *
 * Every group of frames that was written at once begins at a multiple of 4,096 bytes, and zeros fill up to
 * the next: so groups can be written past the page cache (O_DIRECT), and no write touches another's block.
 * A segment's unused tail is zeros. A frame of a newer version stops the start: never guessed at.
 */

/** What groups are aligned to: the block of the file system and of the device. */
export const groupAlignment = 4_096

export const alignedBytes = (bytes: number): number =>
  Math.ceil(bytes / groupAlignment) * groupAlignment

/** The newest version; frames that need nothing of it are written as version 1. */
export const frameVersion = 2
export const frameHeaderBytes = 48
const magic = 0x314a424d

const formats = ['json', 'msgpack', 'own'] as const
const encodings = ['identity', 'gzip', 'zstd', 'deflate', 'br'] as const

const utf8 = new TextEncoder()
const text = new TextDecoder()

/** Bytes of the frame of a batch. */
export function frameBytes(batch: JournalBatch): number {
  return frameHeaderBytes + keyBytes(batch.key) + spanBytes(batch.span) + batch.body.length
}

const keyBytes = (key: string | null): number => (key === null ? 0 : utf8.encode(key).length)

const spanHeadBytes = 17
/** Characters of a producer's name, of ASCII. */
export const producerLengthMax = 64

const spanBytes = (span: ProducerSpan | undefined): number =>
  span === undefined ? 0 : spanHeadBytes + span.producer.length

/** Writes the frame of a batch at `at`; where it ends. */
export function writeFrame(into: Buffer, at: number, batch: JournalBatch): number {
  const headEnd = writeHead(into, at, batch)
  into.set(batch.body, headEnd)
  const end = headEnd + batch.body.length
  into.writeUInt32LE(crc32(into.subarray(at + 8, end)), at + 4)
  return end
}

/** Header and key of a frame whose body is written from where it is. */
export function frameHead(batch: JournalBatch): Buffer {
  const head = Buffer.alloc(frameHeaderBytes + keyBytes(batch.key) + spanBytes(batch.span))
  writeHead(head, 0, batch)
  head.writeUInt32LE(crc32(batch.body, crc32(head.subarray(8))), 4)
  return head
}

function writeHead(into: Buffer, at: number, batch: JournalBatch): number {
  const key = batch.key === null ? null : utf8.encode(batch.key)
  const { span } = batch
  const spanAt = at + frameHeaderBytes + (key?.length ?? 0)
  const headEnd = spanAt + spanBytes(span)
  into.writeUInt32LE(magic, at)
  into.writeUInt32LE(headEnd - at + batch.body.length, at + 8)
  into[at + 12] = span === undefined ? 1 : 2
  into[at + 13] = formats.indexOf(batch.form.format)
  into[at + 14] = encodings.indexOf(batch.form.encoding)
  into[at + 15] =
    (batch.form.strict ? 1 : 0) | (key === null ? 0 : 2) | (span === undefined ? 0 : 4)
  writeWide(into, at + 16, batch.sequence)
  writeWide(into, at + 24, batch.receivedMs)
  into.writeUInt32LE(batch.decodedBytes, at + 32)
  into.writeUInt32LE(batch.accepted, at + 36)
  into.writeUInt32LE(batch.rejected, at + 40)
  into.writeUInt16LE(batch.decoderVersion, at + 44)
  into.writeUInt16LE(key?.length ?? 0, at + 46)
  if (key !== null) into.set(key, at + frameHeaderBytes)
  if (span !== undefined) writeSpan(into, spanAt, span)
  return headEnd
}

function writeSpan(into: Buffer, at: number, { producer, first, last }: ProducerSpan): void {
  writeWide(into, at, first)
  writeWide(into, at + 8, last)
  into[at + 16] = producer.length
  into.write(producer, at + spanHeadBytes, 'latin1')
}

/** Null: it passes the end of its frame. */
function readSpan(bytes: Buffer, at: number, end: number): ProducerSpan | null {
  const nameAt = at + spanHeadBytes
  const nameEnd = nameAt + (nameAt <= end ? (bytes[at + 16] ?? 0) : 0)
  if (nameEnd > end || nameEnd === nameAt) return null
  const producer = bytes.toString('latin1', nameAt, nameEnd)
  return { producer, first: readWide(bytes, at), last: readWide(bytes, at + 8) }
}

function writeWide(into: Buffer, at: number, value: number): void {
  into.writeUInt32LE(value % 2 ** 32, at)
  into.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4)
}

const readWide = (bytes: Buffer, at: number): number =>
  bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32

export type ReadFrame =
  | { readonly kind: 'frame'; readonly batch: JournalBatch; readonly end: number }
  /** The group ends here; the next one begins at `end`. */
  | { readonly kind: 'padding'; readonly end: number }
  /** No group begins here: the unused tail. */
  | { readonly kind: 'end' }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'bad'; readonly detail: string }

/** Reads the frame that begins at `at`. The body is a view. */
export function readFrame(bytes: Buffer, at: number): ReadFrame {
  const end = alignedBytes(at)
  // Fewer than four zeros may be left before the next group's magic begins.
  const markEnd = Math.min(at + 4, bytes.length, end === at ? at + 4 : end)
  if (isZero(bytes, at, markEnd)) {
    return end === at || end >= bytes.length ? { kind: 'end' } : { kind: 'padding', end }
  }
  if (at + frameHeaderBytes > bytes.length) return bad('it ends inside a header')
  if (bytes.readUInt32LE(at) !== magic) return bad('no frame begins here')
  const length = bytes.readUInt32LE(at + 8)
  if (length < frameHeaderBytes || at + length > bytes.length) return bad('it ends inside a frame')
  if (crc32(bytes.subarray(at + 8, at + length)) !== bytes.readUInt32LE(at + 4)) {
    return bad('its checksum is wrong')
  }
  const version = bytes[at + 12] ?? 0
  if (version > frameVersion) return { kind: 'newer', version }
  const form = readForm(bytes, at)
  const keyLength = bytes.readUInt16LE(at + 46)
  const flags = bytes[at + 15] ?? 0
  const keyEnd = at + frameHeaderBytes + keyLength
  const span = (flags & 4) === 0 ? undefined : readSpan(bytes, keyEnd, at + length)
  const bodyAt = keyEnd + spanBytes(span ?? undefined)
  if (form === null || span === null || bodyAt > at + length || (flags & 4) !== (version - 1) * 4) {
    return bad('its header contradicts itself')
  }
  const batch = {
    sequence: readWide(bytes, at + 16),
    receivedMs: readWide(bytes, at + 24),
    form,
    key: (flags & 2) === 0 ? null : text.decode(bytes.subarray(at + frameHeaderBytes, keyEnd)),
    ...(span === undefined ? {} : { span }),
    decodedBytes: bytes.readUInt32LE(at + 32),
    accepted: bytes.readUInt32LE(at + 36),
    rejected: bytes.readUInt32LE(at + 40),
    decoderVersion: bytes.readUInt16LE(at + 44),
    body: bytes.subarray(bodyAt, at + length),
  }
  return { kind: 'frame', batch, end: at + length }
}

function readForm(bytes: Buffer, at: number): BodyForm | null {
  const format = formats[bytes[at + 13] ?? 255]
  const encoding = encodings[bytes[at + 14] ?? 255]
  if (format === undefined || encoding === undefined) return null
  return { format, encoding, strict: ((bytes[at + 15] ?? 0) & 1) !== 0 }
}

/** The next place after `at` where a sound frame begins, or -1. */
export function findFrame(bytes: Buffer, at: number): number {
  const pattern = Buffer.from([0x4d, 0x42, 0x4a, 0x31])
  for (let next = bytes.indexOf(pattern, at); next >= 0; next = bytes.indexOf(pattern, next + 1)) {
    if (readFrame(bytes, next).kind === 'frame') return next
  }
  return -1
}

const bad = (detail: string): ReadFrame => ({ kind: 'bad', detail })

function isZero(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false
  return true
}
