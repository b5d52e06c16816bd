import type { ExportFormat } from './export-events.ts'

/** Counts the events of an export while its bytes come, wherever they are cut. */
export interface EventCounter {
  readonly count: number
  push(bytes: Uint8Array): void
}

export function counterOf(format: ExportFormat): EventCounter {
  if (format === 'msgpack') return new MsgpackCounter()
  return new LineCounter(format === 'csv')
}

const newline = 0x0a
const quote = 0x22

/** Lines; of CSV those that end outside of quotes, without the head. */
class LineCounter implements EventCounter {
  readonly #isCsv: boolean
  #lines = 0
  #isQuoted = false

  constructor(isCsv: boolean) {
    this.#isCsv = isCsv
  }

  get count(): number {
    return this.#isCsv ? Math.max(0, this.#lines - 1) : this.#lines
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === newline && !this.#isQuoted) this.#lines++
      // A quote in quotes is written twice, and changes nothing.
      else if (byte === quote && this.#isCsv) this.#isQuoted = !this.#isQuoted
    }
  }
}

type Sized = 'payload' | 'array' | 'map'

/** By the first byte of a value, from 0xc4 on: how many bytes its length has, and what that is a length of. */
const sized: Readonly<Record<number, readonly [bytes: number, of: Sized, more: number]>> = {
  0xc4: [1, 'payload', 0],
  0xc5: [2, 'payload', 0],
  0xc6: [4, 'payload', 0],
  // Extensions have a byte for their type.
  0xc7: [1, 'payload', 1],
  0xc8: [2, 'payload', 1],
  0xc9: [4, 'payload', 1],
  0xd9: [1, 'payload', 0],
  0xda: [2, 'payload', 0],
  0xdb: [4, 'payload', 0],
  0xdc: [2, 'array', 0],
  0xdd: [4, 'array', 0],
  0xde: [2, 'map', 0],
  0xdf: [4, 'map', 0],
}

/** Bytes of values whose length is fixed, from the first byte 0xca on: numbers, and short extensions with their type. */
const fixedBytes = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17] as const
const fixedFrom = 0xca

/** Values of msgpack that are in no other, by their heads alone. */
class MsgpackCounter implements EventCounter {
  count = 0
  /** Values that are still to come until the present event is whole. */
  #open = 0
  /** Bytes of a payload that are still to come. */
  #skip = 0
  /** Bytes of a length that are still to come, what it is so far, and what of. */
  #lengthBytes = 0
  #length = 0
  #of: Sized = 'payload'
  /** What comes on top of a length. */
  #more = 0

  push(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#skip > 0) {
        // Fast path: most of an event is payload.
        const skipped = Math.min(this.#skip, bytes.length - at)
        at += skipped
        this.#skip -= skipped
        if (this.#skip === 0) this.#end()
        continue
      }
      const byte = bytes[at++] ?? 0
      if (this.#lengthBytes === 0) this.#head(byte)
      else this.#lengthByte(byte)
    }
  }

  #head(byte: number): void {
    if (this.#open === 0) this.#open = 1
    if (byte < 0x80 || byte >= 0xe0) return this.#end()
    if (byte < 0x90) return this.#container(2 * (byte & 0x0f))
    if (byte < 0xa0) return this.#container(byte & 0x0f)
    if (byte < 0xc0) return this.#payload(byte & 0x1f)
    const length = sized[byte]
    if (length === undefined) return this.#payload(fixedBytes[byte - fixedFrom] ?? 0)
    const [bytes, of, more] = length
    this.#lengthBytes = bytes
    this.#length = 0
    this.#of = of
    this.#more = more
  }

  #lengthByte(byte: number): void {
    this.#length = this.#length * 256 + byte
    this.#lengthBytes--
    if (this.#lengthBytes > 0) return
    if (this.#of === 'payload') this.#payload(this.#length + this.#more)
    else this.#container(this.#of === 'map' ? 2 * this.#length : this.#length)
  }

  #payload(bytes: number): void {
    this.#skip = bytes
    if (bytes === 0) this.#end()
  }

  #container(values: number): void {
    this.#open += values
    this.#end()
  }

  #end(): void {
    this.#open--
    if (this.#open === 0) this.count++
  }
}
