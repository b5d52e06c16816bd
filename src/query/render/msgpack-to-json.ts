import { writeJsonBytes, writeJsonTime } from './json-tagged.ts'
import { writeJsonText } from './json-text.ts'
import { writeDouble } from './number-text.ts'
import type { Output } from './output.ts'
import { TimeText } from './time-text.ts'

/**
 * Writes one msgpack value, checked when it came in, as JSON. What JSON cannot name takes the notation of
 * docs/FORMAT.md: `$bytes` for bin, `$time` for timestamps.
 */
export function msgpackToJson(out: Output, source: Uint8Array, from: number, to: number): void {
  const end = new MsgpackReader(out, source.subarray(from, to)).value()
  if (end !== to - from) throw new Error('a msgpack leaf is longer than its value')
}

class MsgpackReader {
  readonly #out: Output
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(out: Output, bytes: Uint8Array) {
    this.#out = out
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Reads one value; the position after it. */
  value(): number {
    const first = this.#view.getUint8(this.#at++)
    if (first < 0x80) this.#out.ascii(`${first}`)
    else if (first < 0x90) this.#map(first & 15)
    else if (first < 0xa0) this.#array(first & 15)
    else if (first < 0xc0) this.#text(first & 31)
    else if (first >= 0xe0) this.#out.ascii(`${first - 256}`)
    else this.#tagged(first)
    return this.#at
  }

  #tagged(first: number): void {
    if (first === 0xc0) this.#out.ascii('null')
    else if (first === 0xc2) this.#out.ascii('false')
    else if (first === 0xc3) this.#out.ascii('true')
    else if (first >= 0xc4 && first <= 0xc6) this.#bin(this.#length(first - 0xc4))
    else if (first >= 0xc7 && first <= 0xc9) this.#extension(this.#length(first - 0xc7))
    else if (first === 0xca) writeDouble(this.#out, this.#view.getFloat32(this.#skip(4)))
    else if (first === 0xcb) writeDouble(this.#out, this.#view.getFloat64(this.#skip(8)))
    else if (first >= 0xcc && first <= 0xd3) this.#integer(first)
    else if (first >= 0xd4 && first <= 0xd8) this.#extension(1 << (first - 0xd4))
    else if (first >= 0xd9 && first <= 0xdb) this.#text(this.#length(first - 0xd9))
    else if (first === 0xdc || first === 0xdd) this.#array(this.#length(first - 0xdc + 1))
    else if (first === 0xde || first === 0xdf) this.#map(this.#length(first - 0xde + 1))
    else throw new Error('a msgpack leaf holds the byte that msgpack never uses')
  }

  #integer(first: number): void {
    const view = this.#view
    const at = this.#skip(1 << ((first - 0xcc) & 3))
    if (first === 0xcc) this.#out.ascii(`${view.getUint8(at)}`)
    else if (first === 0xcd) this.#out.ascii(`${view.getUint16(at)}`)
    else if (first === 0xce) this.#out.ascii(`${view.getUint32(at)}`)
    else if (first === 0xcf) this.#out.ascii(`${view.getBigUint64(at)}`)
    else if (first === 0xd0) this.#out.ascii(`${view.getInt8(at)}`)
    else if (first === 0xd1) this.#out.ascii(`${view.getInt16(at)}`)
    else if (first === 0xd2) this.#out.ascii(`${view.getInt32(at)}`)
    else this.#out.ascii(`${view.getBigInt64(at)}`)
  }

  /** A length of 1, 2 or 4 bytes. */
  #length(size: number): number {
    if (size === 0) return this.#view.getUint8(this.#skip(1))
    return size === 1 ? this.#view.getUint16(this.#skip(2)) : this.#view.getUint32(this.#skip(4))
  }

  #skip(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    return at
  }

  #text(bytes: number): void {
    const at = this.#skip(bytes)
    writeJsonText(this.#out, this.#bytes, at, at + bytes)
  }

  #bin(bytes: number): void {
    const at = this.#skip(bytes)
    writeJsonBytes(this.#out, this.#bytes.subarray(at, at + bytes))
  }

  #array(count: number): void {
    this.#out.byte(0x5b)
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#out.byte(0x2c)
      this.value()
    }
    this.#out.byte(0x5d)
  }

  #map(count: number): void {
    this.#out.byte(0x7b)
    for (let i = 0; i < count; i++) {
      if (i > 0) this.#out.byte(0x2c)
      this.value()
      this.#out.byte(0x3a)
      this.value()
    }
    this.#out.byte(0x7d)
  }

  #extension(bytes: number): void {
    const type = this.#view.getInt8(this.#skip(1))
    const at = this.#skip(bytes)
    if (type !== -1) throw new Error(`a msgpack leaf holds the unknown extension ${type}`)
    const view = this.#view
    const time = new TimeText()
    if (bytes === 4) writeJsonTime(this.#out, time, view.getUint32(at), 0)
    else if (bytes === 8) {
      const high = view.getUint32(at)
      writeJsonTime(this.#out, time, (high & 3) * 2 ** 32 + view.getUint32(at + 4), high >>> 2)
    } else writeJsonTime(this.#out, time, Number(view.getBigInt64(at + 4)), view.getUint32(at))
  }
}
