import type { Reference } from './reference-value.ts'

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const bad = (code: string): Reference => ({ type: 'bad', code })

/** Reads one msgpack value that fills `bytes`; records are not allowed. Throws RangeError. */
export function readMsgpack(bytes: Uint8Array): Reference {
  const reader = new ReferenceMsgpack(bytes)
  const value = reader.value()
  if (reader.at !== bytes.length) throw new RangeError('more than one value')
  return value
}

/** Reads msgpack by its specification, with msgpackr's records and undefined. Throws RangeError. */
export class ReferenceMsgpack {
  at = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView
  /** Null: a name is not UTF-8, so every use is bad. */
  readonly #records = new Map<number, (string | null)[]>()

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length
  }

  value(): Reference {
    const first = this.#unsigned(1)
    if (first < 0x80) {
      const names = this.#records.get(first)
      return names === undefined ? integer(BigInt(first)) : this.#record(names)
    }
    if (first < 0x90) return this.#map(first - 0x80)
    if (first < 0xa0) return this.#array(first - 0x90)
    if (first < 0xc0) return this.#text(first - 0xa0)
    if (first >= 0xe0) return integer(BigInt(first - 0x100))
    if (first === 0xc0) return { type: 'word', value: null }
    if (first === 0xc2 || first === 0xc3) return { type: 'word', value: first === 0xc3 }
    if (first >= 0xc4 && first <= 0xc6) return this.#bin(this.#unsigned(1 << (first - 0xc4)))
    if (first >= 0xc7 && first <= 0xc9) return this.#extension(this.#unsigned(1 << (first - 0xc7)))
    if (first >= 0xd4 && first <= 0xd8) return this.#extension(1 << (first - 0xd4))
    if (first >= 0xd9 && first <= 0xdb) return this.#text(this.#unsigned(1 << (first - 0xd9)))
    if (first === 0xdc || first === 0xdd) return this.#array(this.#unsigned(first === 0xdc ? 2 : 4))
    if (first === 0xde || first === 0xdf) return this.#map(this.#unsigned(first === 0xde ? 2 : 4))
    return this.#number(first)
  }

  #take(count: number): number {
    const from = this.at
    if (from + count > this.#bytes.length) throw new RangeError('the bytes end')
    this.at += count
    return from
  }

  #unsigned(width: number): number {
    const from = this.#take(width)
    return Number(
      BigInt(`0x${Buffer.from(this.#bytes.subarray(from, from + width)).toString('hex')}`),
    )
  }

  #number(first: number): Reference {
    if (first === 0xca || first === 0xcb) {
      const at = this.#take(first === 0xca ? 4 : 8)
      const value = first === 0xca ? this.#view.getFloat32(at) : this.#view.getFloat64(at)
      const finite = Number.isFinite(value)
      return finite ? { type: 'double', value, source: String(value) } : bad('number-out-of-range')
    }
    if (first === 0xc1) throw new RangeError('0xc1')
    const width = 1 << ((first - 0xcc) % 4)
    const from = this.#take(width)
    const raw = BigInt(`0x${Buffer.from(this.#bytes.subarray(from, from + width)).toString('hex')}`)
    return integer(first >= 0xd0 ? BigInt.asIntN(width * 8, raw) : raw)
  }

  #text(count: number): Reference {
    const from = this.#take(count)
    try {
      return { type: 'text', text: fatal.decode(this.#bytes.subarray(from, from + count)) }
    } catch {
      return bad('text-invalid-utf8')
    }
  }

  #bin(count: number): Reference {
    const from = this.#take(count)
    const hex = Buffer.from(this.#bytes.subarray(from, from + count)).toString('hex')
    return { type: 'bytes', hex }
  }

  #array(count: number): Reference {
    if (count > this.#bytes.length - this.at) throw new RangeError('the bytes end')
    return { type: 'array', items: Array.from({ length: count }, () => this.value()) }
  }

  #map(count: number): Reference {
    if (count * 2 > this.#bytes.length - this.at) throw new RangeError('the bytes end')
    const members: [string, Reference][] = []
    let wrong: Reference | undefined
    for (let i = 0; i < count; i++) {
      const name = this.value()
      const value = this.value()
      if (name.type === 'text') members.push([name.text, value])
      else
        wrong ??= bad(
          name.type === 'bad' && name.code === 'text-invalid-utf8' ? name.code : 'name-not-text',
        )
    }
    return wrong ?? { type: 'object', members }
  }

  #record(names: readonly (string | null)[]): Reference {
    const members: [string, Reference][] = []
    for (const name of names) {
      const value = this.value()
      if (name !== null) members.push([name, value])
    }
    return names.includes(null) ? bad('text-invalid-utf8') : { type: 'object', members }
  }

  #extension(count: number): Reference {
    const type = this.#view.getInt8(this.#take(1))
    const at = this.#take(count)
    const content = this.#bytes[at] ?? 0
    if (count === 1 && type === 0 && content === 0) return { type: 'undefined' }
    if (count === 1 && type === 0x72 && content >= 0x40 && content < 0x80)
      return this.#define(content)
    if (type !== -1 || (count !== 4 && count !== 8 && count !== 12))
      return bad('extension-unsupported')
    const nanoseconds =
      count === 4 ? 0 : count === 8 ? this.#view.getUint32(at) >>> 2 : this.#view.getUint32(at)
    const seconds =
      count === 4
        ? this.#view.getUint32(at)
        : count === 8
          ? Number(this.#view.getBigUint64(at) & 0x3_ffff_ffffn)
          : Number(this.#view.getBigInt64(at + 4))
    const inRange = seconds >= -62_167_219_200 && seconds <= 253_402_300_799
    if (nanoseconds > 999_999_999 || !inRange) return bad('timestamp-invalid')
    return { type: 'time', seconds, nanoseconds }
  }

  #define(id: number): Reference {
    const names = this.value()
    if (names.type !== 'array') throw new RangeError('no names')
    const texts = names.items.map((name) => {
      if (name.type === 'bad' && name.code === 'text-invalid-utf8') return null
      if (name.type !== 'text') throw new RangeError('a name is no text')
      return name.text
    })
    this.#records.set(id, texts)
    return this.#record(texts)
  }
}

function integer(value: bigint): Reference {
  return { type: 'integer', value, source: String(value) }
}
