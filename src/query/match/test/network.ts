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

  /** Throws for what is no network. */
  constructor(cidr: string) {
    const [base, bits] = ipaddr.parseCIDR(cidr)
    this.#prefix = mapped(base)
    this.#bits = base.kind() === 'ipv4' ? bits + mappedBits : bits
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from > addressBytesMax) return false
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()
    const address = addressOf(text)
    return address !== null && this.#holds(mapped(address))
  }

  #holds(address: readonly number[]): boolean {
    const whole = this.#bits >> 3
    for (let i = 0; i < whole; i++) if (address[i] !== this.#prefix[i]) return false
    const free = 8 - (this.#bits & 7)
    return free === 8 || (address[whole] ?? 0) >> free === (this.#prefix[whole] ?? 0) >> free
  }
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Longer than any address. */
const addressBytesMax = 64
const mappedBits = 96

function addressOf(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  if (!text.includes(':') || text.includes('%')) return null
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null
}

function mapped(address: Address): readonly number[] {
  const v6 = 'toIPv4MappedAddress' in address ? address.toIPv4MappedAddress() : address
  return v6.toByteArray()
}
