import ipaddr from 'ipaddr.js'
import { textsOnly, type ValueTest } from '../value-test.ts'

/**
 * `10.0.0.0/8`: a text that is an address inside. Addresses are compared as 16 bytes, those of IPv4 as the
 * ones mapped into IPv6.
 */
export class Network implements ValueTest {
  readonly typed = textsOnly
  readonly needle = null
  readonly isNeedleAll = false
  readonly tokens = null
  readonly #prefix: readonly number[]
  readonly #bits: number
  /** Of no address when the first is beyond the last. */
  readonly addresses: { readonly first: number; readonly last: number }

  /** Throws for what is no network. */
  constructor(cidr: string) {
    const [base, bits] = ipaddr.parseCIDR(cidr)
    this.#prefix = mapped(base)
    this.#bits = base.kind() === 'ipv4' ? bits + mappedBits : bits
    const width = 2 ** (128 - Math.max(this.#bits, mappedBits))
    const isMapped = this.#holds([...mappedPrefix, ...this.#prefix.slice(12)])
    const own = this.#prefix.slice(12).reduce((value, byte) => value * 256 + byte, 0)
    const first = own - (own % width)
    this.addresses = isMapped ? { first, last: first + width - 1 } : { first: 1, last: 0 }
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    // Fast path: an IPv4 address; an IPv6 one has a colon among its first five bytes.
    if (!hasColon(bytes, from, Math.min(from + 5, to))) {
      const address = ipv4Of(bytes, from, to)
      return address >= this.addresses.first && address <= this.addresses.last
    }
    if (to - from > addressBytesMax) return false
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()
    if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return false
    return this.#holds(ipaddr.IPv6.parse(text).toByteArray())
  }

  #holds(address: readonly number[]): boolean {
    const whole = this.#bits >> 3
    for (let i = 0; i < whole; i++) if (address[i] !== this.#prefix[i]) return false
    const free = 8 - (this.#bits & 7)
    return free === 8 || (address[whole] ?? 0) >> free === (this.#prefix[whole] ?? 0) >> free
  }
}

/** Longer than any address. */
const addressBytesMax = 64
const mappedBits = 96
const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
const colon = 0x3a
const dot = 0x2e
const zero = 0x30

function mapped(address: ipaddr.IPv4 | ipaddr.IPv6): readonly number[] {
  const v6 = 'toIPv4MappedAddress' in address ? address.toIPv4MappedAddress() : address
  return v6.toByteArray()
}

function hasColon(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === colon) return true
  return false
}

/** The address as one number; -1: the text is none, of four decimal numbers without leading zeros. */
function ipv4Of(bytes: Uint8Array, from: number, to: number): number {
  let address = 0
  let at = from
  for (let part = 0; part < 4; part++) {
    if (part > 0 && bytes[at++] !== dot) return -1
    const start = at
    let value = 0
    for (; at < to && at - start < 3; at++) {
      const digit = (bytes[at] ?? 0) - zero
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === start || value > 255 || (at - start > 1 && bytes[start] === zero)) return -1
    address = address * 256 + value
  }
  return at === to ? address : -1
}
