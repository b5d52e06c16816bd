import { astray, beyond, type LeafQuestion, type PathLeft, stepInto } from './leaf-question.ts'
import { passesBool, passesNull, passesNumber, passesTime } from './scalar.ts'

/** Asks the scalars of msgpack values, checked when they came in, one value after the other. */
export class MsgpackLeaf {
  readonly #question: LeafQuestion
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  /** How many containers deep the reader is in what nobody asks about. */
  #silent = 0

  constructor(question: LeafQuestion) {
    this.#question = question
  }

  /** Whether one of the value's scalars that the rest of the path leads to passes. */
  holds(bytes: Uint8Array, from: number, to: number, left: PathLeft): boolean {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, to)
    this.#at = from
    this.#silent = 0
    return this.#value(left)
  }

  #value(left: PathLeft): boolean {
    const { test, anywhere } = this.#question
    if (left === null && test === null && this.#silent === 0) return true
    const asks = this.#silent === 0 && (left === null || anywhere)
    const first = this.#bytes[this.#at++] ?? 0
    if (first < 0x80) return this.#number(first, asks)
    if (first < 0x90) return this.#map(first & 15, left)
    if (first < 0xa0) return this.#array(first & 15, left)
    if (first < 0xc0) return this.#text(first & 31, asks)
    if (first >= 0xe0) return this.#number(first - 256, asks)
    if (first >= 0xd9 && first <= 0xdb) return this.#text(this.#length(first - 0xd9), asks)
    if (first === 0xdc || first === 0xdd) return this.#array(this.#length(first - 0xdb), left)
    if (first === 0xde || first === 0xdf) return this.#map(this.#length(first - 0xdd), left)
    return this.#rare(first, asks)
  }

  #rare(first: number, asks: boolean): boolean {
    const { test } = this.#question
    if (first === 0xc0) return asks && test !== null && passesNull(test)
    if (first <= 0xc3) return asks && test !== null && passesBool(test, first === 0xc3)
    if (first <= 0xc6) {
      this.#skip(this.#length(first - 0xc4))
      return false
    }
    if (first <= 0xc9) return this.#extension(this.#length(first - 0xc7), asks)
    if (first === 0xca) return this.#double(this.#bytes.readFloatBE(this.#skip(4)), asks)
    if (first === 0xcb) return this.#double(this.#bytes.readDoubleBE(this.#skip(8)), asks)
    if (first <= 0xd3) return this.#number(this.#integer(first), asks)
    return this.#extension(1 << (first - 0xd4), asks)
  }

  #integer(first: number): number | bigint {
    const bytes = this.#bytes
    const size = 1 << ((first - 0xcc) & 3)
    const at = this.#skip(size)
    if (first === 0xcf) return narrowed(bytes.readBigUInt64BE(at))
    if (first === 0xd3) return narrowed(bytes.readBigInt64BE(at))
    return first < 0xcf ? bytes.readUIntBE(at, size) : bytes.readIntBE(at, size)
  }

  #number(value: number | bigint, asks: boolean): boolean {
    const { test } = this.#question
    return asks && test !== null && passesNumber(test, value, false)
  }

  #double(value: number, asks: boolean): boolean {
    const { test } = this.#question
    return asks && test !== null && passesNumber(test, value, true)
  }

  #text(length: number, asks: boolean): boolean {
    const at = this.#skip(length)
    return asks && (this.#question.test?.text(this.#bytes, at, at + length) ?? false)
  }

  #array(count: number, left: PathLeft): boolean {
    for (let i = 0; i < count; i++) if (this.#value(left)) return true
    return false
  }

  #map(count: number, left: PathLeft): boolean {
    for (let i = 0; i < count; i++) if (this.#member(left)) return true
    return false
  }

  #member(left: PathLeft): boolean {
    const name = this.#name()
    const inside = this.#silent > 0 || this.#question.anywhere ? left : stepInto(left, name)
    if (inside === beyond && this.#question.test === null) return true
    if (inside !== beyond && inside !== astray) return this.#value(inside)
    this.#silent++
    this.#value(null)
    this.#silent--
    return false
  }

  #name(): string {
    const first = this.#bytes[this.#at++] ?? 0
    const length = first < 0xc0 ? first & 31 : this.#length(first - 0xd9)
    const at = this.#skip(length)
    return this.#bytes.toString('utf8', at, at + length)
  }

  #extension(length: number, asks: boolean): boolean {
    const at = this.#skip(length + 1) + 1
    const { test } = this.#question
    if (!asks || test === null) return false
    const bytes = this.#bytes
    if (length === 4) return passesTime(test, bytes.readUInt32BE(at), 0)
    if (length === 12) {
      return passesTime(test, Number(bytes.readBigInt64BE(at + 4)), bytes.readUInt32BE(at))
    }
    const high = bytes.readUInt32BE(at)
    const seconds = (high & 3) * 2 ** 32 + bytes.readUInt32BE(at + 4)
    return passesTime(test, seconds, high >>> 2)
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

function narrowed(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
