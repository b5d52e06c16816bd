import type { Output } from './output.ts'

/** Bytes of the header of a text of `bytes` bytes. */
export function writeTextHeader(out: Output, bytes: number): void {
  out.reserve(5)
  if (bytes < 32) out.bytes[out.at++] = 0xa0 | bytes
  else writeLength(out, [0xd9, 0xda, 0xdb], bytes)
}

export function writeBinHeader(out: Output, bytes: number): void {
  out.reserve(5)
  writeLength(out, [0xc4, 0xc5, 0xc6], bytes)
}

function writeLength(out: Output, codes: readonly [number, number, number], bytes: number): void {
  const target = out.bytes
  const at = out.at
  if (bytes < 0x100) {
    target[at] = codes[0]
    target[at + 1] = bytes
    out.at = at + 2
  } else if (bytes < 0x1_0000) {
    target[at] = codes[1]
    out.at = target.writeUInt16BE(bytes, at + 1)
  } else {
    target[at] = codes[2]
    out.at = target.writeUInt32BE(bytes, at + 1)
  }
}

/** Bytes of the header of an array or map of `count` members. */
export function containerHeaderBytes(count: number): number {
  return count < 16 ? 1 : count < 0x1_0000 ? 3 : 5
}

/** Writes that header at `at`, where there is room for it. */
export function putContainerHeader(
  out: Output,
  at: number,
  type: 'array' | 'map',
  count: number,
): void {
  const bytes = out.bytes
  if (count < 16) {
    bytes[at] = (type === 'map' ? 0x80 : 0x90) | count
  } else if (count < 0x1_0000) {
    bytes[at] = type === 'map' ? 0xde : 0xdc
    bytes.writeUInt16BE(count, at + 1)
  } else {
    bytes[at] = type === 'map' ? 0xdf : 0xdd
    bytes.writeUInt32BE(count, at + 1)
  }
}

export function writeContainerHeader(out: Output, type: 'array' | 'map', count: number): void {
  const bytes = containerHeaderBytes(count)
  out.reserve(bytes)
  putContainerHeader(out, out.at, type, count)
  out.at += bytes
}

/** A text with its header. */
export function writeMsgpackText(out: Output, source: Uint8Array, from: number, to: number): void {
  writeTextHeader(out, to - from)
  out.copy(source, from, to)
}
