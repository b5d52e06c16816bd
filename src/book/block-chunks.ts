import { crc32 } from 'node:zlib'
import { type BlockHead, readBlockHead } from '../page/block-head.ts'
import { ownPlaces } from '../page/block-sections.ts'
import { FormatError } from '../page/format-error.ts'
import { storedBytesOf } from '../page/section-reader.ts'
import { sha256 } from '../page/summary.ts'
import { DamagedValue, openBytes, sealBytes } from './checked.ts'
import type { DayEntry } from './day-entries.ts'
import { chunkKey, partKey } from './layout.ts'

/*
 * How a block lies in table `parts`: a question mostly asks for two or three of its sections, and need not read the
 * others. A block of less than 64 KiB is one value; any other is cut between sections into chunks of 16 KiB or more,
 * a value each, behind its stem. Numbers are little-endian.
 *
 *   0   'MBS', version u8 (1)
 *   4   CRC-32 of what follows, u32 (checked.ts)
 *   8   bytes of the whole block, u32
 *   12  the first eight bytes of its SHA-256
 *   20  chunks, u16
 *   22  of each chunk: bytes u32, CRC-32 u32
 *   …   the block's first bytes: its directory, the piece that short sections share, and sections up to 4 KiB
 */

const wholeBytesMax = 64 * 1024
const chunkBytesMin = 16 * 1024
/** A section so many times larger than the chunk before it begins one of its own, if that chunk fills an LMDB page. */
const largerTimes = 4
const lmdbPageBytes = 4_096
/** A stem with so much of its block lies in a page of the tree: LMDB lets half of one be a value. */
const inlineBytesMax = 1_536

const magic = Buffer.from('MBS\u0001')
const fixedBytes = 14
const chunkFactBytes = 8
const digestBytes = 8

/** One chunk: where in the block it begins, and what it must be. */
interface Chunk {
  readonly index: number
  readonly at: number
  readonly bytes: number
  readonly crc: number
}

/** A block as entries of `parts`, in the order of their keys. `digest`: its SHA-256, if known. Throws FormatError. */
export function blockEntries(
  minute: number,
  part: number,
  block: Uint8Array,
  digest?: Uint8Array,
): DayEntry[] {
  const key = partKey(minute, part)
  if (block.length < wholeBytesMax) return [{ table: 'parts', key, value: block }]
  const head = readBlockHead(block)
  const cuts = [...cutsOf(head, block.length), block.length]
  const chunks = cuts.slice(1).map((end, i) => block.subarray(cuts[i], end))
  const stem = encodeStem(digest ?? sha256(block), block.subarray(0, cuts[0]), chunks)
  const entries: DayEntry[] = [{ table: 'parts', key, value: stem }]
  for (const [i, value] of chunks.entries()) {
    entries.push({ table: 'parts', key: chunkKey(minute, part, i), value })
  }
  return entries
}

/**
 * Where chunks begin: between sections. No value should fill just one of LMDB's pages: the tree's own pages would
 * then lie in new places again and again, and all of those stay mapped. So short sections go into the stem, and a short
 * rest to the chunk before it.
 */
function cutsOf(head: BlockHead, end: number): number[] {
  const cuts: number[] = []
  let begun = 0
  for (const place of ownPlaces(head)) {
    const bytes = place.at - begun
    const isStem = cuts.length === 0
    const stored = storedBytesOf(place)
    const isLarger = isStem
      ? stored >= (bytes <= inlineBytesMax ? chunkBytesMin : wholeBytesMax)
      : bytes >= lmdbPageBytes && stored >= bytes * largerTimes
    if (bytes < (isStem ? lmdbPageBytes : chunkBytesMin) && !isLarger) continue
    cuts.push(place.at)
    begun = place.at
  }
  const before = cuts.at(-2)
  const isShort = end - begun < lmdbPageBytes && before !== undefined
  if (isShort && end - before < wholeBytesMax) cuts.pop()
  return cuts
}

function encodeStem(digest: Uint8Array, first: Uint8Array, chunks: readonly Uint8Array[]): Buffer {
  const facts = Buffer.alloc(fixedBytes + chunks.length * chunkFactBytes)
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, first.length)
  facts.writeUInt32LE(bytes, 0)
  facts.set(digest.subarray(0, digestBytes), 4)
  facts.writeUInt16LE(chunks.length, 12)
  for (const [i, chunk] of chunks.entries()) {
    facts.writeUInt32LE(chunk.length, fixedBytes + i * chunkFactBytes)
    facts.writeUInt32LE(crc32(chunk), fixedBytes + i * chunkFactBytes + 4)
  }
  return Buffer.concat([magic, sealBytes(Buffer.concat([facts, first]))])
}

/** What the stem of a block says. */
export class BlockStem {
  /** The block's first bytes: a view of the stem. */
  readonly first: Uint8Array
  /** Bytes of the whole block. */
  readonly bytes: number
  /** The first eight bytes of the block's SHA-256: a view of the stem. */
  readonly digest: Uint8Array
  readonly chunks: readonly Chunk[]

  private constructor(payload: Uint8Array) {
    const facts = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    if (facts.length < fixedBytes) throw new FormatError('a stem cut short', 'stem', facts.length)
    const count = facts.readUInt16LE(12)
    const factsEnd = fixedBytes + count * chunkFactBytes
    if (facts.length < factsEnd) throw new FormatError('a stem cut short', 'stem', facts.length)
    this.bytes = facts.readUInt32LE(0)
    this.digest = payload.subarray(4, 4 + digestBytes)
    this.first = payload.subarray(factsEnd)
    const chunks: Chunk[] = []
    let at = this.first.length
    for (let index = 0; index < count; index++) {
      const bytes = facts.readUInt32LE(fixedBytes + index * chunkFactBytes)
      const crc = facts.readUInt32LE(fixedBytes + index * chunkFactBytes + 4)
      chunks.push({ index, at, bytes, crc })
      at += bytes
    }
    if (at !== this.bytes) throw new FormatError('chunks of another length', 'stem', fixedBytes)
    this.chunks = chunks
  }

  /** Of a value of `parts`; null: the value is the whole block. Throws DamagedValue, FormatError. */
  static read(value: Uint8Array): BlockStem | null {
    if (!magic.subarray(0, 3).every((byte, i) => value[i] === byte)) return null
    if (value[3] !== magic[3]) throw new FormatError(`version ${value[3]}`, 'stem', 3)
    return new BlockStem(openBytes(value.subarray(magic.length), 'the stem of a block'))
  }

  /** The chunk that holds all these bytes; null: no single one does. */
  chunkOf(at: number, bytes: number): Chunk | null {
    const chunk = this.chunks.find((each) => at < each.at + each.bytes)
    return chunk !== undefined && at >= chunk.at && at + bytes <= chunk.at + chunk.bytes
      ? chunk
      : null
  }
}

/** A chunk of a block as stored. Throws DamagedValue. */
export function checkChunk(
  value: Uint8Array | null,
  part: number,
  { index, bytes, crc }: Chunk,
): Uint8Array {
  if (value === null) throw new DamagedValue(`chunk ${index} of block ${part} is missing`)
  if (value.length === bytes && crc32(value) === crc) return value
  throw new DamagedValue(`chunk ${index} of block ${part} does not match its checksum`)
}
