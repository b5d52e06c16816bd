import { Kind } from '../event/kind.ts'
import { cutOff, Family, type MsgpackState } from './msgpack-state.ts'
import { malformed } from './scan-state.ts'

/*
 * The head of a msgpack value: its first byte and what belongs to it. Lengths are checked against the body
 * before anyone uses them; a container of n values needs n bytes at least.
 */

/**
 * Reads the head at `p`: leaves `family`, `count` and, for numbers, the value. Returns the position behind
 * it: of the content for texts, bytes and extensions, of the first value for containers.
 */
export function readHead(s: MsgpackState, p: number): number {
  if (p >= s.end) return cutOff(s)
  const first = s.src[p] ?? 0
  if (first < 0x80) return smallInteger(s, p, first)
  if (first < 0x90) return sized(s, Family.Map, p + 1, first & 0x0f)
  if (first < 0xa0) return sized(s, Family.Array, p + 1, first & 0x0f)
  if (first < 0xc0) return sized(s, Family.Text, p + 1, first & 0x1f)
  if (first >= 0xe0) return integer(s, p + 1, first - 0x100)
  if (first >= 0xd9) return readLongHead(s, p, first)
  if (first >= 0xca && first <= 0xd3) return readNumber(s, p, first)
  return readOtherHead(s, p, first)
}

function smallInteger(s: MsgpackState, p: number, value: number): number {
  if (value >= 0x40 && s.records[value] !== undefined) {
    s.family = Family.Record
    s.count = value
    return p + 1
  }
  return integer(s, p + 1, value)
}

function integer(s: MsgpackState, end: number, value: number): number {
  if (end > s.end) return cutOff(s)
  s.family = Family.Int
  s.numberKind = Kind.Int
  s.number = value
  return end
}

function sized(s: MsgpackState, family: number, p: number, count: number): number {
  // A map of n members has 2n values; a text of n bytes has them.
  if ((family === Family.Map ? count * 2 : count) > s.end - p) return cutOff(s)
  s.family = family
  s.count = count
  return p
}

/** str8 to str32, array16 and array32, map16 and map32: 0xd9 to 0xdf. */
function readLongHead(s: MsgpackState, p: number, first: number): number {
  const { view } = s
  const family = first <= 0xdb ? Family.Text : first <= 0xdd ? Family.Array : Family.Map
  if (first === 0xd9) {
    return p + 2 > s.end ? cutOff(s) : sized(s, family, p + 2, s.src[p + 1] ?? 0)
  }
  if (first === 0xda || first === 0xdc || first === 0xde) {
    return p + 3 > s.end ? cutOff(s) : sized(s, family, p + 3, view.getUint16(p + 1))
  }
  return p + 5 > s.end ? cutOff(s) : sized(s, family, p + 5, view.getUint32(p + 1))
}

/** Bytes of a number behind its first byte: float32, float64, uint8 to uint64, int8 to int64. */
const numberBytes = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8] as const

function readNumber(s: MsgpackState, p: number, first: number): number {
  const { view } = s
  const end = p + 1 + (numberBytes[first - 0xca] ?? 0)
  if (end > s.end) return cutOff(s)
  switch (first) {
    case 0xca:
      return float(s, end, view.getFloat32(p + 1))
    case 0xcb:
      return float(s, end, view.getFloat64(p + 1))
    case 0xcc:
      return integer(s, end, view.getUint8(p + 1))
    case 0xcd:
      return integer(s, end, view.getUint16(p + 1))
    case 0xce:
      return integer(s, end, view.getUint32(p + 1))
    case 0xcf:
      return longInteger(s, end, view.getUint32(p + 1), false)
    case 0xd0:
      return integer(s, end, view.getInt8(p + 1))
    case 0xd1:
      return integer(s, end, view.getInt16(p + 1))
    case 0xd2:
      return integer(s, end, view.getInt32(p + 1))
    default:
      return longInteger(s, end, view.getUint32(p + 1), true)
  }
}

function float(s: MsgpackState, end: number, value: number): number {
  s.family = Family.Float
  s.numberKind = Kind.Double
  s.number = value
  return end
}

/** 64 bits: an Int where a double holds it exactly, else Int64, or Uint64 from 2^63 on. */
function longInteger(s: MsgpackState, end: number, high: number, signed: boolean): number {
  const low = s.view.getUint32(end - 4)
  const value = (signed ? high | 0 : high) * 0x1_0000_0000 + low
  if (value >= -0x1f_ffff_ffff_ffff && value <= 0x1f_ffff_ffff_ffff) return integer(s, end, value)
  s.family = Family.Int
  s.numberKind = !signed && high >= 0x8000_0000 ? Kind.Uint64 : Kind.Int64
  s.low = low
  s.high = high
  return end
}

/** nil, booleans, bin, ext and fixext: 0xc0 to 0xc9, 0xd4 to 0xd8. */
function readOtherHead(s: MsgpackState, p: number, first: number): number {
  const { view } = s
  if (first === 0xc0 || first === 0xc2 || first === 0xc3) {
    s.family = first === 0xc0 ? Family.Nil : Family.Bool
    s.number = first === 0xc3 ? 1 : 0
    return p + 1
  }
  if (first === 0xc1) return malformed(s, p, '0xc1 begins no msgpack value')
  if (first >= 0xd4) return extension(s, p + 1, 1 << (first - 0xd4))
  const width = 1 << ((first - 0xc4) % 3)
  if (p + 1 + width > s.end) return cutOff(s)
  const count =
    width === 1 ? view.getUint8(p + 1) : width === 2 ? view.getUint16(p + 1) : view.getUint32(p + 1)
  if (first <= 0xc6) return sized(s, Family.Bytes, p + 1 + width, count)
  return extension(s, p + 1 + width, count)
}

/** `p` is where the extension's type stands. */
function extension(s: MsgpackState, p: number, count: number): number {
  if (p + 1 + count > s.end) return cutOff(s)
  const type = s.view.getInt8(p)
  const content = s.src[p + 1] ?? 0
  s.family = Family.Extension
  s.extension = type
  s.count = count
  if (count === 1 && type === 0 && content === 0) {
    s.family = Family.Undefined
    return p + 2
  }
  if (count === 1 && type === 0x72 && content >= 0x40 && content < 0x80) {
    s.family = Family.Definition
    s.count = content
    return p + 2
  }
  return p + 1
}
