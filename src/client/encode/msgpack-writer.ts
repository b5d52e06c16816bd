/*
 * Writes msgpack into one buffer that grows. Our own, because what a logger needs beside speed is to take a
 * value back when its getter throws, and to bound what it writes; an encoder of whole objects can neither.
 */

const firstBytes = 4 * 1024
const asciiLoopMax = 40
/** Bytes that a UTF-16 code unit can take in UTF-8. */
const bytesOfUnit = 3

/** A msgpack document while it is written: `bytes[0, at)`. */
export class MsgpackWriter {
  bytes = Buffer.allocUnsafe(firstBytes)
  at = 0

  /** Makes room for `count` more bytes. */
  need(count: number): void {
    if (this.at + count > this.bytes.length) this.#grow(count)
  }

  #grow(count: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + count))
    larger.set(this.bytes.subarray(0, this.at))
    this.bytes = larger
  }

  byte(value: number): void {
    this.need(1)
    this.bytes[this.at++] = value
  }

  raw(bytes: Uint8Array): void {
    this.need(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** Begins a map whose members are counted later: where `closeMap` puts the count. */
  openMap(): number {
    this.need(3)
    this.bytes[this.at] = 0xde
    this.at += 3
    return this.at - 2
  }

  openArray(): number {
    this.need(3)
    this.bytes[this.at] = 0xdc
    this.at += 3
    return this.at - 2
  }

  /** The count of a map or array, up to 65,535. */
  close(place: number, count: number): void {
    this.bytes[place] = count >> 8
    this.bytes[place + 1] = count & 255
  }

  null(): void {
    this.byte(0xc0)
  }

  bool(value: boolean): void {
    this.byte(value ? 0xc3 : 0xc2)
  }

  /** UTF-8; a lone surrogate, which UTF-8 cannot carry, becomes U+FFFD. */
  text(value: string): void {
    const length = value.length
    // Fast path: short ASCII needs no call into the runtime.
    if (length <= asciiLoopMax) {
      this.need(2 + length * bytesOfUnit)
      const bytes = this.bytes
      const start = this.at
      let at = start + (length < 32 ? 1 : 2)
      let i = 0
      for (; i < length; i++) {
        const unit = value.charCodeAt(i)
        if (unit > 0x7f) break
        bytes[at++] = unit
      }
      if (i === length) {
        if (length < 32) bytes[start] = 0xa0 | length
        else {
          bytes[start] = 0xd9
          bytes[start + 1] = length
        }
        this.at = at
        return
      }
    }
    this.#longText(value)
  }

  #longText(value: string): void {
    const most = value.length * bytesOfUnit
    this.need(5 + most)
    const wide = most > 0xffff
    const start = this.at
    const written = this.bytes.write(value, start + (wide ? 5 : 3), most, 'utf8')
    if (wide) {
      this.bytes[start] = 0xdb
      this.bytes.writeUInt32BE(written, start + 1)
      this.at = start + 5 + written
    } else {
      this.bytes[start] = 0xda
      this.close(start + 1, written)
      this.at = start + 3 + written
    }
  }

  binary(value: Uint8Array): void {
    this.need(5 + value.length)
    this.bytes[this.at] = 0xc6
    this.bytes.writeUInt32BE(value.length, this.at + 1)
    this.at += 5
    this.raw(value)
  }

  /** Whole numbers up to 2^53 as integers, others as doubles. NaN and the infinities, which no page takes, as text. */
  number(value: number): void {
    if (value === (value | 0) && (value !== 0 || 1 / value > 0)) this.#small(value)
    else if (Number.isSafeInteger(value) && value !== 0) this.#wide(value)
    else if (Number.isFinite(value)) {
      this.need(9)
      this.bytes[this.at] = 0xcb
      this.bytes.writeDoubleBE(value, this.at + 1)
      this.at += 9
    } else this.text(String(value))
  }

  #small(value: number): void {
    this.need(5)
    const bytes = this.bytes
    if (value >= 0 && value < 0x80) bytes[this.at++] = value
    else if (value < 0 && value >= -0x20) bytes[this.at++] = value & 0xff
    else if (value >= 0 && value < 0x1_0000) {
      bytes[this.at] = 0xcd
      bytes[this.at + 1] = value >> 8
      bytes[this.at + 2] = value & 0xff
      this.at += 3
    } else {
      bytes[this.at] = 0xd2
      bytes[this.at + 1] = value >>> 24
      bytes[this.at + 2] = (value >>> 16) & 0xff
      bytes[this.at + 3] = (value >>> 8) & 0xff
      bytes[this.at + 4] = value & 0xff
      this.at += 5
    }
  }

  #wide(value: number): void {
    this.need(9)
    this.bytes[this.at] = value < 0 ? 0xd3 : 0xcf
    const high = Math.floor(value / 2 ** 32)
    this.bytes.writeInt32BE(high | 0, this.at + 1)
    this.bytes.writeUInt32BE(value - high * 2 ** 32, this.at + 5)
    this.at += 9
  }

  /** 64 bits, signed or unsigned; a larger one, which no page takes, as its digits. */
  bigint(value: bigint): void {
    const fits = value >= -(2n ** 63n) && value < 2n ** 64n
    if (!fits) {
      this.text(value.toString())
      return
    }
    this.need(9)
    this.bytes[this.at] = value < 0n ? 0xd3 : 0xcf
    this.bytes.writeBigUInt64BE(BigInt.asUintN(64, value), this.at + 1)
    this.at += 9
  }

  /** The timestamp extension, 96 bits. */
  instant(ms: number): void {
    const seconds = Math.floor(ms / 1000)
    this.need(15)
    this.bytes[this.at] = 0xc7
    this.bytes[this.at + 1] = 12
    this.bytes[this.at + 2] = 0xff
    this.bytes.writeUInt32BE((ms - seconds * 1000) * 1_000_000, this.at + 3)
    this.bytes.writeBigInt64BE(BigInt(seconds), this.at + 7)
    this.at += 15
  }
}
