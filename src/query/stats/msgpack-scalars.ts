import { formatNanoTimestamp } from '../../event/time.ts'

/** A msgpack timestamp: RFC 3339 with nine digits. */
export class DecodedTime {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** What a decoded array may hold. Bytes and unknown extensions are undefined: they are no scalars. */
export type Decoded =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | DecodedTime
  | Decoded[]
  | Map<string, Decoded>

/** Decodes a msgpack value that was checked when it came in; integers as numbers where they are safe. */
export function decodeMsgpack(bytes: Uint8Array, from: number, to: number): Decoded {
  return new MsgpackDecoder(Buffer.from(bytes.buffer, bytes.byteOffset, to), from).value()
}

class MsgpackDecoder {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  value(): Decoded {
    const first = this.#bytes[this.#at++] ?? 0
    if (first < 0x80) return first
    if (first < 0x90) return this.#map(first & 15)
    if (first < 0xa0) return this.#array(first & 15)
    if (first < 0xc0) return this.#text(first & 31)
    if (first >= 0xe0) return first - 256
    if (first >= 0xd9 && first <= 0xdb) return this.#text(this.#length(first - 0xd9))
    if (first === 0xdc || first === 0xdd) return this.#array(this.#length(first - 0xdb))
    if (first === 0xde || first === 0xdf) return this.#map(this.#length(first - 0xdd))
    return this.#rare(first)
  }

  #rare(first: number): Decoded {
    const bytes = this.#bytes
    if (first === 0xc0) return null
    if (first <= 0xc3) return first === 0xc3
    if (first <= 0xc6) {
      this.#skip(this.#length(first - 0xc4))
      return undefined
    }
    if (first <= 0xc9) return this.#extension(this.#length(first - 0xc7))
    if (first === 0xca) return bytes.readFloatBE(this.#skip(4))
    if (first === 0xcb) return bytes.readDoubleBE(this.#skip(8))
    if (first > 0xd3) return this.#extension(1 << (first - 0xd4))
    const size = 1 << ((first - 0xcc) & 3)
    const at = this.#skip(size)
    if (first === 0xcf) return bytes.readBigUInt64BE(at)
    if (first === 0xd3) return bytes.readBigInt64BE(at)
    return first < 0xcf ? bytes.readUIntBE(at, size) : bytes.readIntBE(at, size)
  }

  #text(length: number): string {
    const at = this.#skip(length)
    return this.#bytes.toString('utf8', at, at + length)
  }

  #array(count: number): Decoded[] {
    return Array.from({ length: count }, () => this.value())
  }

  #map(count: number): Map<string, Decoded> {
    const map = new Map<string, Decoded>()
    for (let i = 0; i < count; i++) {
      const name = this.value()
      map.set(typeof name === 'string' ? name : '', this.value())
    }
    return map
  }

  /** A timestamp, the one extension that events have. */
  #extension(length: number): DecodedTime {
    const at = this.#skip(length + 1) + 1
    const bytes = this.#bytes
    if (length === 4) return timeOf(bytes.readUInt32BE(at), 0)
    if (length === 12) {
      return timeOf(Number(bytes.readBigInt64BE(at + 4)), bytes.readUInt32BE(at))
    }
    const high = bytes.readUInt32BE(at)
    return timeOf((high & 3) * 2 ** 32 + bytes.readUInt32BE(at + 4), high >>> 2)
  }

  /** A length of 1, 2 or 4 bytes. */
  #length(size: number): number {
    const at = this.#skip(1 << size)
    return this.#bytes.readUIntBE(at, 1 << size)
  }

  #skip(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    return at
  }
}

function timeOf(seconds: number, nanos: number): DecodedTime {
  return new DecodedTime(formatNanoTimestamp(seconds, nanos))
}
