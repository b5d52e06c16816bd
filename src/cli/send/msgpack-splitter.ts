import type { Splitter } from './splitter.ts'
import { append, SplitError } from './splitter.ts'

/** Concatenated msgpack values; the elements of an outermost array count as values. */
export class MsgpackSplitter implements Splitter {
  #rest: Uint8Array = new Uint8Array()
  /** Elements of the outermost array still to come. */
  #elementsLeft = 0

  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = append(this.#rest, chunk)
    const values: Uint8Array[] = []
    let start = 0
    while (start < bytes.length) {
      const head = this.#elementsLeft === 0 ? readArrayHead(bytes, start) : null
      if (head === 'incomplete') break
      if (head !== null) {
        this.#elementsLeft = head.count
        start += head.bytes
        continue
      }
      const end = skipValue(bytes, start)
      if (end < 0) break
      values.push(bytes.subarray(start, end))
      start = end
      if (this.#elementsLeft > 0) this.#elementsLeft--
    }
    this.#rest = bytes.slice(start)
    return values
  }

  end(): Uint8Array[] {
    if (this.#rest.length > 0) throw new SplitError('it ends inside a value')
    if (this.#elementsLeft > 0) throw new SplitError('it ends inside a list')
    return []
  }
}

function readArrayHead(bytes: Uint8Array, at: number) {
  const byte = bytes[at] ?? 0
  if ((byte & 0xf0) === 0x90) return { count: byte & 15, bytes: 1 }
  if (byte !== 0xdc && byte !== 0xdd) return null
  const width = byte === 0xdc ? 2 : 4
  if (at + 1 + width > bytes.length) return 'incomplete'
  return { count: readUnsigned(bytes, at + 1, width), bytes: 1 + width }
}

/** Where the value at `start` ends, or -1 when its end is not here yet. */
function skipValue(bytes: Uint8Array, start: number): number {
  let at = start
  let pending = 1
  while (pending > 0) {
    if (at >= bytes.length) return -1
    const head = readHead(bytes, at)
    if (head === null) return -1
    at += head.bytes
    if (at > bytes.length) return -1
    pending += head.children - 1
  }
  return at
}

interface Head {
  /** Of the head and of what it carries itself. */
  readonly bytes: number
  /** Values that follow as its own. */
  readonly children: number
}

const scalar = (bytes: number): Head => ({ bytes, children: 0 })

/** Bytes after the first of 0xc0 to 0xdf; where a length follows, its width is in `lengthWidths`. */
const fixedBytes: Readonly<Record<number, number>> = {
  0xc0: 0,
  0xc2: 0,
  0xc3: 0,
  0xca: 4,
  0xcb: 8,
  0xcc: 1,
  0xcd: 2,
  0xce: 4,
  0xcf: 8,
  0xd0: 1,
  0xd1: 2,
  0xd2: 4,
  0xd3: 8,
  0xd4: 2,
  0xd5: 3,
  0xd6: 5,
  0xd7: 9,
  0xd8: 17,
}
const lengthWidths: Readonly<Record<number, number>> = {
  0xc4: 1,
  0xc5: 2,
  0xc6: 4,
  0xc7: 1,
  0xc8: 2,
  0xc9: 4,
  0xd9: 1,
  0xda: 2,
  0xdb: 4,
  0xdc: 2,
  0xdd: 4,
  0xde: 2,
  0xdf: 4,
}

/** Null when the head is not complete. Throws SplitError at a byte that begins no value. */
function readHead(bytes: Uint8Array, at: number): Head | null {
  const byte = bytes[at] ?? 0
  if (byte < 0x80 || byte >= 0xe0) return scalar(1)
  if (byte < 0x90) return { bytes: 1, children: (byte & 15) * 2 }
  if (byte < 0xa0) return { bytes: 1, children: byte & 15 }
  if (byte < 0xc0) return scalar(1 + (byte & 31))
  if (byte === 0xd4 && bytes[at + 1] === 0x72) {
    throw new SplitError(
      "msgpackr's records cannot be cut into batches: write with useRecords: false",
    )
  }
  const fixed = fixedBytes[byte]
  if (fixed !== undefined) return scalar(1 + fixed)
  const width = lengthWidths[byte]
  if (width === undefined) throw new SplitError(`byte 0x${byte.toString(16)} begins no value`)
  if (at + 1 + width > bytes.length) return null
  const length = readUnsigned(bytes, at + 1, width)
  if (byte >= 0xde) return { bytes: 1 + width, children: length * 2 }
  if (byte >= 0xdc) return { bytes: 1 + width, children: length }
  // An extension has a byte for its type beside its length.
  const typeBytes = byte >= 0xc7 && byte <= 0xc9 ? 1 : 0
  return scalar(1 + width + typeBytes + length)
}

function readUnsigned(bytes: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + (bytes[at + i] ?? 0)
  return value
}
