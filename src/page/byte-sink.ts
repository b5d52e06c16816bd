/**
 * Bytes that grow. Numbers, texts, binaries and arrays are written as msgpack; `varint` is LEB128. A *cut*
 * says that what follows differs in kind from what came before, so that the two are compressed apart.
 */
export class ByteSink {
  bytes = new Uint8Array(1024)
  length = 0
  readonly cuts: number[] = []
  #view = new DataView(this.bytes.buffer)

  clear(): void {
    this.length = 0
    this.cuts.length = 0
  }

  cut(): void {
    this.cuts.push(this.length)
  }

  /** Makes room for `count` bytes and counts them as written; where they start. */
  reserve(count: number): number {
    const at = this.length
    if (at + count > this.bytes.length) this.#grow(at + count)
    this.length = at + count
    return at
  }

  u8(value: number): void {
    const at = this.reserve(1)
    this.bytes[at] = value
  }

  u32(value: number): void {
    const at = this.reserve(4)
    this.#view.setUint32(at, value, true)
  }

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.u8(rest)
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.#float(value)
    else if (value >= 0) this.#unsigned(value)
    else if (value >= -32) this.u8(value & 0xff)
    else this.#signed(value)
  }

  text(value: string): void {
    const bytes = Buffer.from(value)
    const count = bytes.length
    if (count < 32) this.u8(0xa0 | count)
    else if (count < 0x100) this.#head(0xd9, count, 1)
    else if (count < 0x1_0000) this.#head(0xda, count, 2)
    else this.#head(0xdb, count, 4)
    this.append(bytes)
  }

  binary(bytes: Uint8Array): void {
    if (bytes.length < 0x100) this.#head(0xc4, bytes.length, 1)
    else if (bytes.length < 0x1_0000) this.#head(0xc5, bytes.length, 2)
    else this.#head(0xc6, bytes.length, 4)
    this.append(bytes)
  }

  array(count: number): void {
    if (count < 16) this.u8(0x90 | count)
    else if (count < 0x1_0000) this.#head(0xdc, count, 2)
    else this.#head(0xdd, count, 4)
  }

  nil(): void {
    this.u8(0xc0)
  }

  copy(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length)
  }

  #unsigned(value: number): void {
    if (value < 0x80) this.u8(value)
    else if (value < 0x100) this.#head(0xcc, value, 1)
    else if (value < 0x1_0000) this.#head(0xcd, value, 2)
    else if (value < 0x1_0000_0000) this.#head(0xce, value, 4)
    else {
      const at = this.reserve(9)
      this.bytes[at] = 0xcf
      this.#view.setBigUint64(at + 1, BigInt(value))
    }
  }

  #signed(value: number): void {
    if (value >= -0x80) this.#head(0xd0, value, 1)
    else if (value >= -0x8000) this.#head(0xd1, value, 2)
    else if (value >= -0x8000_0000) this.#head(0xd2, value, 4)
    else {
      const at = this.reserve(9)
      this.bytes[at] = 0xd3
      this.#view.setBigInt64(at + 1, BigInt(value))
    }
  }

  #float(value: number): void {
    const at = this.reserve(9)
    this.bytes[at] = 0xcb
    this.#view.setFloat64(at + 1, value)
  }

  #head(code: number, value: number, width: 1 | 2 | 4): void {
    const at = this.reserve(1 + width)
    this.bytes[at] = code
    if (width === 1) this.bytes[at + 1] = value
    else if (width === 2) this.#view.setUint16(at + 1, value)
    else this.#view.setUint32(at + 1, value)
  }

  #grow(least: number): void {
    const fresh = new Uint8Array(Math.max(least, this.bytes.length * 2))
    fresh.set(this.bytes)
    this.bytes = fresh
    this.#view = new DataView(fresh.buffer)
  }
}
