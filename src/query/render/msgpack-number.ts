import type { Output } from './output.ts'

/** An integer of at most 2^53 - 1 in magnitude, in msgpack's smallest form. */
export function writeMsgpackInt(out: Output, value: number): void {
  out.reserve(9)
  const bytes = out.bytes
  const at = out.at
  if (value >= -32 && value < 128) {
    bytes[at] = value & 0xff
    out.at = at + 1
  } else if (value >= 0) {
    out.at = writePositive(bytes, at, value)
  } else {
    out.at = writeNegative(bytes, at, value)
  }
}

function writePositive(bytes: Buffer, at: number, value: number): number {
  if (value < 0x100) {
    bytes[at] = 0xcc
    bytes[at + 1] = value
    return at + 2
  }
  if (value < 0x1_0000) {
    bytes[at] = 0xcd
    return bytes.writeUInt16BE(value, at + 1)
  }
  if (value < 0x1_0000_0000) {
    bytes[at] = 0xce
    return bytes.writeUInt32BE(value, at + 1)
  }
  bytes[at] = 0xcf
  bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at + 1)
  return bytes.writeUInt32BE(value % 0x1_0000_0000, at + 5)
}

function writeNegative(bytes: Buffer, at: number, value: number): number {
  if (value >= -0x80) {
    bytes[at] = 0xd0
    return bytes.writeInt8(value, at + 1)
  }
  if (value >= -0x8000) {
    bytes[at] = 0xd1
    return bytes.writeInt16BE(value, at + 1)
  }
  if (value >= -0x8000_0000) {
    bytes[at] = 0xd2
    return bytes.writeInt32BE(value, at + 1)
  }
  bytes[at] = 0xd3
  return bytes.writeBigInt64BE(BigInt(value), at + 1)
}

export function writeMsgpackDouble(out: Output, value: number): void {
  out.reserve(9)
  out.bytes[out.at] = 0xcb
  out.at = out.bytes.writeDoubleBE(value, out.at + 1)
}

/** A 64-bit integer in its two halves, in the eight-byte form. */
export function writeMsgpackInt64(
  out: Output,
  first: 0xcf | 0xd3,
  low: number,
  high: number,
): void {
  out.reserve(9)
  out.bytes[out.at] = first
  out.bytes.writeUInt32BE(high >>> 0, out.at + 1)
  out.at = out.bytes.writeUInt32BE(low >>> 0, out.at + 5)
}

/** The timestamp extension (-1) in its smallest form. */
export function writeMsgpackTime(out: Output, seconds: number, nanos: number): void {
  out.reserve(15)
  const bytes = out.bytes
  const at = out.at
  if (nanos === 0 && seconds >= 0 && seconds < 2 ** 32) {
    bytes[at] = 0xd6
    bytes[at + 1] = 0xff
    out.at = bytes.writeUInt32BE(seconds, at + 2)
  } else if (seconds >= 0 && seconds < 2 ** 34) {
    bytes[at] = 0xd7
    bytes[at + 1] = 0xff
    bytes.writeUInt32BE(nanos * 4 + Math.floor(seconds / 2 ** 32), at + 2)
    out.at = bytes.writeUInt32BE(seconds % 2 ** 32, at + 6)
  } else {
    bytes[at] = 0xc7
    bytes[at + 1] = 12
    bytes[at + 2] = 0xff
    bytes.writeUInt32BE(nanos, at + 3)
    out.at = bytes.writeBigInt64BE(BigInt(seconds), at + 7)
  }
}
