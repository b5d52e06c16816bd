import type { ByteSource } from './byte-source.ts'
import { FormatError } from './format-error.ts'
import { sectionBytesMax } from './format.ts'

/** Where a section's bytes lie; see SectionWriter. */
export interface SectionPlace {
  /** Where its pieces begin in the block, or it itself in the shared piece. */
  readonly at: number
  readonly bytes: number
  /** Pairs of raw and stored bytes; null: in the shared piece. */
  readonly pieces: readonly number[] | null
}

/** Reads a section's place as the directory tells it. `cursor` says where the sections so far end. */
export function readPlace(
  source: ByteSource,
  cursor: { own: number; shared: number },
): SectionPlace {
  if (!source.isArray()) {
    const bytes = source.count(sectionBytesMax)
    const at = cursor.shared
    cursor.shared += bytes
    return { at, bytes, pieces: null }
  }
  const numbers = source.array(0x1_0000)
  if (numbers % 2 !== 0) source.fail(`pieces of ${numbers} numbers`)
  const at = cursor.own
  const pieces: number[] = []
  let bytes = 0
  for (let i = 0; i < numbers; i += 2) {
    const raw = source.count(sectionBytesMax)
    const stored = source.count(raw)
    pieces.push(raw, stored)
    bytes += raw
    cursor.own += stored
  }
  if (bytes > sectionBytesMax) source.fail(`a section of ${bytes} bytes`)
  return { at, bytes, pieces }
}

/** What a section's pieces take in the block; 0: it lies in the shared piece. */
export function storedBytesOf({ pieces }: SectionPlace): number {
  let bytes = 0
  for (let i = 1; i < (pieces?.length ?? 0); i += 2) bytes += pieces?.[i] ?? 0
  return bytes
}

/** Whether what readPieces gives of a section is a view of its stored bytes. */
export function isStoredPlain({ pieces }: SectionPlace): boolean {
  return pieces?.length === 2 && pieces[0] === pieces[1]
}

/** A section that has pieces of its own, decompressed: `stored` is all its pieces. Throws FormatError. */
export function readPieces(stored: Uint8Array, place: SectionPlace, where: string): Uint8Array {
  const pieces = place.pieces ?? []
  const [raw = 0, bytes = 0] = pieces
  if (pieces.length === 2) return readPiece(stored, { at: 0, raw, stored: bytes }, where)
  const parts: Uint8Array[] = []
  let at = 0
  for (let i = 0; i < pieces.length; i += 2) {
    const bytes = pieces[i + 1] ?? 0
    parts.push(readPiece(stored, { at, raw: pieces[i] ?? 0, stored: bytes }, where))
    at += bytes
  }
  return joined(parts, place.bytes)
}

export interface Piece {
  readonly at: number
  readonly raw: number
  readonly stored: number
}

/** One piece, `raw` bytes long, of which `stored` are in `from`. Throws FormatError. */
export function readPiece(from: Uint8Array, piece: Piece, where: string): Uint8Array {
  const { at, raw, stored } = piece
  const bytes = from.subarray(at, at + stored)
  if (bytes.length !== stored) throw new FormatError(`${stored} bytes are missing`, where, at)
  if (raw === stored) return bytes
  if (contentBytesOf(bytes) !== raw) throw new FormatError('no zstd frame of that size', where, at)
  try {
    const whole = Bun.zstdDecompressSync(isOwned(bytes) ? bytes : new Uint8Array(bytes))
    if (whole.length === raw) return whole
  } catch {
    // The frame is damaged: told below, like one of another size.
  }
  throw new FormatError('a damaged zstd frame', where, at)
}

/** Whether no other thread can change the memory meanwhile. */
function isOwned(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The content size that a zstd frame's header states, so that damage cannot ask for much memory. */
function contentBytesOf(frame: Uint8Array): number {
  if (frame.length < 9 || littleEndian(frame, 0, 4) !== 0xfd2fb528) return -1
  const descriptor = frame[4] ?? 0
  const isSingle = (descriptor & 0x20) !== 0
  const at = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0)
  const size = descriptor >> 6
  if (size === 0) return isSingle && at < frame.length ? (frame[at] ?? 0) : -1
  if (at + 8 > frame.length) return -1
  return size === 1 ? littleEndian(frame, at, 2) + 256 : littleEndian(frame, at, 2 ** size)
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0)
  return value
}
