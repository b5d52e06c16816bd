import { containerHeaderBytes, putContainerHeader, writeMsgpackText } from './msgpack-header.ts'
import { writeMsgpackDouble, writeMsgpackInt, writeMsgpackInt64 } from './msgpack-number.ts'
import type { Output } from './output.ts'

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const closeBracket = 0x5d
const closeBrace = 0x7d

/** Writes one compact JSON value, checked when it came in, as msgpack. */
export function jsonToMsgpack(out: Output, source: Uint8Array, from: number, to: number): void {
  const end = writeValue(out, source, from)
  if (end !== to) throw new Error('a JSON leaf is longer than its value')
}

/** The position after the value. */
function writeValue(out: Output, source: Uint8Array, at: number): number {
  switch (source[at]) {
    case quote:
      return writeString(out, source, at)
    case 0x5b:
      return writeContainer(out, source, { at, type: 'array', close: closeBracket })
    case 0x7b:
      return writeContainer(out, source, { at, type: 'map', close: closeBrace })
    case 0x6e:
      out.byte(0xc0)
      return at + 4
    case 0x74:
      out.byte(0xc3)
      return at + 4
    case 0x66:
      out.byte(0xc2)
      return at + 5
    default:
      return writeNumber(out, source, at)
  }
}

interface Container {
  readonly at: number
  readonly type: 'array' | 'map'
  readonly close: number
}

function writeContainer(out: Output, source: Uint8Array, container: Container): number {
  const header = out.at
  out.byte(0)
  let count = 0
  let at = container.at + 1
  while (source[at] !== container.close) {
    if (at >= source.length) throw new Error('a JSON leaf is cut off')
    if (source[at] === comma) at++
    if (container.type === 'map') at = writeString(out, source, at) + 1
    at = writeValue(out, source, at)
    count++
  }
  // The count is known only now: a longer header moves what follows it.
  const more = containerHeaderBytes(count) - 1
  if (more > 0) out.shift(header + 1, more)
  putContainerHeader(out, header, container.type, count)
  return at + 1
}

function writeString(out: Output, source: Uint8Array, start: number): number {
  let end = start + 1
  let escaped = false
  while (source[end] !== quote) {
    if (end >= source.length) throw new Error('a JSON leaf is cut off')
    if (source[end] === backslash) {
      escaped = true
      end++
    }
    end++
  }
  if (!escaped) {
    writeMsgpackText(out, source, start + 1, end)
    return end + 1
  }
  const text: unknown = JSON.parse(decoder.decode(source.subarray(start, end + 1)))
  const bytes = encoder.encode(String(text))
  writeMsgpackText(out, bytes, 0, bytes.length)
  return end + 1
}

function writeNumber(out: Output, source: Uint8Array, start: number): number {
  let end = start
  let isInteger = true
  for (; end < source.length; end++) {
    const code = source[end] ?? 0
    if (code === 0x2e || code === 0x65 || code === 0x45) isInteger = false
    else if (code !== 0x2d && code !== 0x2b && (code < 0x30 || code > 0x39)) break
  }
  if (end === start) throw new Error('a JSON leaf holds what is no value')
  const text = decoder.decode(source.subarray(start, end))
  const value = Number(text)
  if (!isInteger || Object.is(value, -0)) writeMsgpackDouble(out, value)
  else if (Number.isSafeInteger(value)) writeMsgpackInt(out, value)
  else writeBigInteger(out, BigInt(text))
  return end
}

function writeBigInteger(out: Output, value: bigint): void {
  const low = Number(value & 0xffff_ffffn)
  const high = Number((value >> 32n) & 0xffff_ffffn)
  writeMsgpackInt64(out, value < 0n ? 0xd3 : 0xcf, low, high)
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()
