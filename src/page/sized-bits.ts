import { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'

/*
 * Whole numbers from 0 to 2^53 - 1 in two parts: how many bits each has, a byte, which compresses well, and
 * the bits below its highest one, which do not compress and are kept apart.
 */

export class SizedBitsSink {
  /** One byte a number. Cleared by who has taken them. */
  readonly sizes = new ByteSink()
  readonly bits = new ByteSink()
  #used = 8

  put(value: number): void {
    const size = value === 0 ? 0 : sizeOf(value)
    this.sizes.u8(size)
    let rest = value
    for (let bit = 1; bit < size; bit++) {
      this.#putBit(rest % 2)
      rest = Math.floor(rest / 2)
    }
  }

  #putBit(bit: number): void {
    if (this.#used === 8) {
      this.bits.u8(0)
      this.#used = 0
    }
    const at = this.bits.length - 1
    this.bits.bytes[at] = (this.bits.bytes[at] ?? 0) | (bit << this.#used)
    this.#used++
  }
}

/** Reads numbers in the order in which they were put. Throws FormatError. */
export class SizedBitsSource {
  readonly #bits: ByteSource
  #byte = 0
  #used = 8

  constructor(bits: ByteSource) {
    this.#bits = bits
  }

  take(size: number): number {
    if (size > 53) this.#bits.fail(`a number of ${size} bits`)
    if (size === 0) return 0
    let value = 0
    for (let bit = 1, unit = 1; bit < size; bit++, unit *= 2) value += this.#takeBit() * unit
    return value + 2 ** (size - 1)
  }

  #takeBit(): number {
    if (this.#used === 8) {
      this.#byte = this.#bits.u8()
      this.#used = 0
    }
    return (this.#byte >> this.#used++) & 1
  }
}

function sizeOf(value: number): number {
  if (value < 0x1_0000_0000) return 32 - Math.clz32(value)
  return 64 - Math.clz32(Math.floor(value / 0x1_0000_0000))
}
