import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'

/*
 * Byte planes: the lowest byte of every number, then the next byte of every number, and so on. Each plane
 * is a piece of its own for compression: the high planes hold little and shrink to little.
 */

export interface Frame {
  readonly count: number
  readonly base: number
  readonly width: number
}

/** Writes values[i] - base, from 0 to 256^width - 1. */
export function encodePlanes(sink: ByteSink, values: Float64Array, frame: Frame): void {
  const { count, base, width } = frame
  for (let plane = 0; plane < width; plane++) {
    sink.cut()
    const at = sink.reserve(count)
    const bytes = sink.bytes
    if (plane < 4) {
      const shift = plane * 8
      if (width <= 4) {
        for (let i = 0; i < count; i++) bytes[at + i] = ((values[i] ?? 0) - base) >>> shift
      } else {
        for (let i = 0; i < count; i++) bytes[at + i] = lowWord((values[i] ?? 0) - base) >>> shift
      }
    } else {
      const unit = 2 ** (plane * 8)
      for (let i = 0; i < count; i++) {
        bytes[at + i] = Math.floor(((values[i] ?? 0) - base) / unit) & 0xff
      }
    }
  }
}

/** Adds the planes up, and `base` to each. */
export function decodePlanes(source: ByteSource, frame: Frame, into: Float64Array): void {
  const { count, base, width } = frame
  if (!(width >= 1 && width <= 6)) source.fail(`numbers of ${width} bytes`)
  into.fill(base, 0, count)
  for (let plane = 0; plane < width; plane++) {
    const at = source.skip(count)
    const bytes = source.bytes
    const unit = 2 ** (plane * 8)
    for (let i = 0; i < count; i++) into[i] = (into[i] ?? 0) + (bytes[at + i] ?? 0) * unit
  }
}

/** Writes all eight bytes of each number. */
export function encodeRawPlanes(sink: ByteSink, values: Float64Array, count: number): void {
  encodeWidePlanes(sink, new Uint8Array(values.buffer, values.byteOffset, count * 8), 8)
}

/** Writes byte 0 of each group of `width` bytes, then byte 1 of each, and so on. */
export function encodeWidePlanes(sink: ByteSink, bytes: Uint8Array, width: number): void {
  const count = bytes.length / width
  for (let plane = 0; plane < width; plane++) {
    sink.cut()
    const at = sink.reserve(count)
    const into = sink.bytes
    for (let i = 0; i < count; i++) into[at + i] = bytes[i * width + plane] ?? 0
  }
}

/** The opposite of `encodeWidePlanes`: `count` groups of `width` bytes. */
export function decodeWidePlanes(
  source: ByteSource,
  count: number,
  width: number,
): Uint8Array<ArrayBuffer> {
  const at = source.skip(count * width)
  const into = new Uint8Array(count * width)
  const bytes = source.bytes
  for (let plane = 0; plane < width; plane++) {
    const from = at + plane * count
    for (let i = 0; i < count; i++) into[i * width + plane] = bytes[from + i] ?? 0
  }
  return into
}

/** The low 32 bits of a whole number from 0 to 2^53 - 1. */
function lowWord(value: number): number {
  return (value % 0x1_0000_0000) >>> 0
}
