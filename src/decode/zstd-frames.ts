/*
 * The frames of a zstd body (RFC 8878), walked by their headers. The runtime's decompressor passes over a
 * truncated last frame and over bytes behind it, both of which would lose events silently:
 *
 *   frame      magic FD2FB528 · descriptor · window? · dictionary id? · content size? · blocks · checksum?
 *   block      3 bytes: last (1 bit), type (2), size (21) · content (one byte if type is 1, RLE)
 *   skippable  magic 184D2A50 to 184D2A5F · size (4) · content
 */

/** Content coding zstd allows windows up to this size (RFC 9659). */
const windowBytesMax = 8 * 1024 * 1024
const contentSizeBytes = [0, 2, 4, 8] as const
const dictionaryIdBytes = [0, 1, 2, 4] as const

/** '' if `body` is a sequence of whole frames and nothing else, or what is wrong. */
export function checkZstdFrames(body: Uint8Array): string {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  if (body.length === 0) return 'the body is empty'
  let at = 0
  while (at < body.length) {
    if (body.length - at < 8) return `byte ${at}: neither a zstd frame nor the end`
    const magic = view.getUint32(at, true)
    if (magic >>> 4 === 0x184d2a5) {
      at += 8 + view.getUint32(at + 4, true)
    } else {
      if (magic !== 0xfd2fb528) return `byte ${at}: neither a zstd frame nor the end`
      const next = frameEnd(body, view, at)
      if (typeof next === 'string') return next
      at = next
    }
    if (at > body.length) return 'the last zstd frame is cut off'
  }
  return ''
}

function frameEnd(body: Uint8Array, view: DataView, start: number): number | string {
  const descriptor = body[start + 4] ?? 0
  const single = (descriptor & 0x20) !== 0
  if (!single) {
    const window = body[start + 5] ?? 0
    const base = 2 ** (10 + (window >>> 3))
    const bytes = base + (base / 8) * (window & 7)
    if (bytes > windowBytesMax) return `its zstd window of ${bytes} bytes is larger than 8 MiB`
  }
  const idBytes = dictionaryIdBytes[descriptor & 3] ?? 0
  if (idBytes > 0) return 'zstd dictionaries are not supported'
  const sizeFlag = descriptor >>> 6
  let at =
    start +
    5 +
    (single ? 0 : 1) +
    (single && sizeFlag === 0 ? 1 : (contentSizeBytes[sizeFlag] ?? 0))
  for (let last = false; !last;) {
    if (at + 3 > body.length) return 'the last zstd frame is cut off'
    const header = view.getUint16(at, true) | ((body[at + 2] ?? 0) << 16)
    last = (header & 1) === 1
    at += 3 + (((header >>> 1) & 3) === 1 ? 1 : header >>> 3)
  }
  return at + ((descriptor & 4) === 0 ? 0 : 4)
}
