import { FormatError } from './format-error.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** For the numbers of eight bytes. */
const scratch = new DataView(new ArrayBuffer(8))

/** Reads what ByteSink writes. Every length is checked against the bytes there are. Throws FormatError. */
export class ByteSource {
  readonly bytes: Uint8Array
  /** What the bytes are, for errors. */
  readonly where: string
  at = 0

  constructor(bytes: Uint8Array, where: string) {
    this.bytes = bytes
    this.where = where
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  fail(what: string): never {
    throw new FormatError(what, this.where, this.at)
  }

  /** Steps over `count` bytes; where they start. */
  skip(count: number): number {
    const at = this.at
    if (!(count >= 0 && count <= this.bytes.length - at)) this.fail(`${count} bytes are missing`)
    this.at = at + count
    return at
  }

  /** A view, not a copy. */
  take(count: number): Uint8Array {
    const at = this.skip(count)
    return this.bytes.subarray(at, at + count)
  }

  u8(): number {
    return this.bytes[this.skip(1)] ?? 0
  }

  /** Little-endian, as the lengths outside of msgpack are. */
  u32(): number {
    const bytes = this.bytes
    const at = this.skip(4)
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
    return (low | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  }

  varint(): number {
    let value = 0
    for (let unit = 1; unit < 2 ** 56; unit *= 0x80) {
      const byte = this.u8()
      value += (byte & 0x7f) * unit
      if (byte < 0x80) return this.#safe(value)
    }
    return this.fail('a number does not end')
  }

  number(): number {
    const code = this.u8()
    if (code < 0x80) return code
    if (code >= 0xe0) return code - 0x100
    switch (code) {
      case 0xcb:
        return this.#eight().getFloat64(0)
      case 0xcc:
        return this.u8()
      case 0xcd:
        return this.#two()
      case 0xce:
        return this.#four() >>> 0
      case 0xcf:
        return this.#safe(Number(this.#eight().getBigUint64(0)))
      case 0xd0:
        return (this.u8() << 24) >> 24
      case 0xd1:
        return (this.#two() << 16) >> 16
      case 0xd2:
        return this.#four()
      case 0xd3:
        return this.#safe(Number(this.#eight().getBigInt64(0)))
      default:
        return this.fail('no number')
    }
  }

  /** A whole number from 0 to `max`. */
  count(max: number): number {
    return this.#within(this.number(), max)
  }

  /** As `count`, of a varint. */
  varcount(max: number): number {
    return this.#within(this.varint(), max)
  }

  text(): string {
    const code = this.u8()
    return this.#decode(
      this.take((code & 0xe0) === 0xa0 ? code & 31 : this.#size(code, 0xd9, 'text')),
    )
  }

  /** The text up to the byte `end`, which is stepped over. */
  textUntil(end: number): string {
    const at = this.bytes.indexOf(end, this.at)
    if (at < 0) this.fail('a text that does not end')
    const text = this.#decode(this.take(at - this.at))
    this.at++
    return text
  }

  /** A view, not a copy. */
  binary(): Uint8Array {
    return this.take(this.#size(this.u8(), 0xc4, 'binary'))
  }

  array(max: number): number {
    const code = this.u8()
    if ((code & 0xf0) === 0x90) return this.#within(code & 15, max)
    return this.#within(this.#size(code, 0xdb, 'array'), max)
  }

  /** Whether the next value is an array; it is not read. */
  isArray(): boolean {
    const code = this.bytes[this.at] ?? 0
    return (code & 0xf0) === 0x90 || code === 0xdc || code === 0xdd
  }

  /** Reads a nil if it comes next. */
  isNil(): boolean {
    if (this.bytes[this.at] !== 0xc0) return false
    this.at++
    return true
  }

  end(): void {
    if (this.left !== 0) this.fail(`${this.left} bytes too many`)
  }

  /** Big-endian. Read byte by byte: to make a view of so few bytes costs more than they do. */
  #two(): number {
    const at = this.skip(2)
    return ((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0)
  }

  /** As an int32. */
  #four(): number {
    return (this.#two() << 16) | this.#two()
  }

  #eight(): DataView {
    scratch.setUint32(0, this.#four())
    scratch.setUint32(4, this.#four())
    return scratch
  }

  /** The length after a head of three codes from `first` on: 8, 16 or 32 bits. */
  #size(code: number, first: number, what: string): number {
    if (code === first && what !== 'array') return this.u8()
    if (code === first + 1) return this.#two()
    if (code === first + 2) return this.#four() >>> 0
    return this.fail(`no ${what}`)
  }

  #within(value: number, max: number): number {
    if (Number.isInteger(value) && value >= 0 && value <= max) return value
    return this.fail(`${value} where 0 to ${max} was expected`)
  }

  #decode(bytes: Uint8Array): string {
    try {
      return decoder.decode(bytes)
    } catch {
      return this.fail('text that is not UTF-8')
    }
  }

  #safe(value: number): number {
    return Number.isSafeInteger(value) ? value : this.fail('a number beyond 53 bits')
  }
}
