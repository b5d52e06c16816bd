import type { Leaf } from './leaf.ts'

/* A plain msgpack codec for tests: it keeps floats and integers apart, which msgpackr's decoder does not. */

export function packLeaf(leaf: Leaf): Buffer {
  if (leaf === null) return Buffer.of(0xc0)
  if (typeof leaf === 'boolean') return Buffer.of(leaf ? 0xc3 : 0xc2)
  if (typeof leaf === 'number') return float64(leaf)
  if (typeof leaf === 'bigint') return integer(leaf)
  if (typeof leaf === 'string') return sized([0xd9, 0xda, 0xdb], Buffer.from(leaf))
  if (leaf instanceof Uint8Array) return sized([0xc4, 0xc5, 0xc6], leaf)
  if (Array.isArray(leaf)) return Buffer.concat([counted(0xdc, leaf.length), ...leaf.map(packLeaf)])
  if (leaf instanceof Map) {
    const members = [...leaf].flatMap(([name, value]) => [packLeaf(name), packLeaf(value)])
    return Buffer.concat([counted(0xde, leaf.size), ...members])
  }
  const bytes = Buffer.alloc(15)
  bytes.set([0xc7, 12, 0xff])
  bytes.writeUInt32BE(leaf.nanos, 3)
  bytes.writeBigInt64BE(BigInt(leaf.seconds), 7)
  return bytes
}

function float64(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0xcb)
  bytes.writeDoubleBE(value, 1)
  return bytes
}

function integer(value: bigint): Buffer {
  if (value >= 0n && value < 128n) return Buffer.of(Number(value))
  const bytes = Buffer.alloc(9, value < 0n ? 0xd3 : 0xcf)
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value), 1)
  return bytes
}

function sized(codes: readonly [number, number, number], bytes: Uint8Array): Buffer {
  if (bytes.length < 256) return Buffer.concat([Buffer.of(codes[0], bytes.length), bytes])
  return Buffer.concat([Buffer.of(codes[1], bytes.length >> 8, bytes.length & 255), bytes])
}

function counted(code: number, count: number): Buffer {
  return Buffer.of(code, count >> 8, count & 255)
}

/** All values of a sequence. */
export function unpackLeaves(bytes: Uint8Array): Leaf[] {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  const leaves: Leaf[] = []
  while (reader.at < bytes.length) leaves.push(reader.value())
  return leaves
}

class Reader {
  at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  value(): Leaf {
    const first = this.#uint(1)
    if (first < 0x80) return BigInt(first)
    if (first < 0x90) return this.#map(first & 15)
    if (first < 0xa0) return this.#list(first & 15)
    if (first < 0xc0) return this.#take(first & 31).toString()
    if (first >= 0xe0) return BigInt(first - 256)
    return this.#tagged(first)
  }

  #tagged(first: number): Leaf {
    switch (first) {
      case 0xc0:
        return null
      case 0xc2:
      case 0xc3:
        return first === 0xc3
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return Uint8Array.from(this.#take(this.#uint(1 << (first - 0xc4))))
      case 0xcb:
        return this.#take(8).readDoubleBE()
      case 0xcc:
      case 0xcd:
      case 0xce:
        return BigInt(this.#uint(1 << (first - 0xcc)))
      case 0xcf:
        return this.#take(8).readBigUInt64BE()
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const bytes = 1 << (first - 0xd0)
        return BigInt(this.#take(bytes).readIntBE(0, bytes))
      }
      case 0xd3:
        return this.#take(8).readBigInt64BE()
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#take(this.#uint(1 << (first - 0xd9))).toString()
      case 0xdc:
      case 0xdd:
        return this.#list(this.#uint(2 << (first - 0xdc)))
      case 0xde:
      case 0xdf:
        return this.#map(this.#uint(2 << (first - 0xde)))
      default:
        return this.#instant(first)
    }
  }

  #instant(first: number): Leaf {
    const bytes = first === 0xd6 ? 4 : first === 0xd7 ? 8 : first === 0xc7 ? this.#uint(1) : -1
    if (bytes === -1 || this.#uint(1) !== 0xff) throw new Error(`unexpected ${first}`)
    if (bytes === 4) return { seconds: this.#uint(4), nanos: 0 }
    if (bytes === 8) {
      const both = this.#take(8).readBigUInt64BE()
      return { seconds: Number(both & 0x3_ffff_ffffn), nanos: Number(both >> 34n) }
    }
    const nanos = this.#uint(4)
    return { seconds: Number(this.#take(8).readBigInt64BE()), nanos }
  }

  #list(count: number): Leaf[] {
    return Array.from({ length: count }, () => this.value())
  }

  #map(count: number): Map<string, Leaf> {
    const map = new Map<string, Leaf>()
    for (let i = 0; i < count; i++) map.set(String(this.value()), this.value())
    if (map.size !== count) throw new Error('a name twice in one map')
    return map
  }

  #take(bytes: number): Buffer {
    this.at += bytes
    if (this.at > this.#bytes.length) throw new Error('cut off')
    return this.#bytes.subarray(this.at - bytes, this.at)
  }

  #uint(bytes: number): number {
    return this.#take(bytes).readUIntBE(0, bytes)
  }
}
