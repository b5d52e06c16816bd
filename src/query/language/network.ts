import ipaddr from 'ipaddr.js'

/*
 * Addresses as 128-bit numbers. An IPv4 address is the same as its mapped form in IPv6 (`::ffff:10.0.0.1`),
 * because servers that listen on both write one or the other.
 */

/** A prefix of addresses: those whose upper bits are `bits`. */
export interface Network {
  /** The address that was written, its lower bits cleared. */
  readonly bits: bigint
  /** How many lower bits are free, 0 to 128. */
  readonly freeBits: bigint
}

const mappedPrefix = 0xffffn << 32n

/** Longer than any address. */
const addressLengthMax = 64

/** Undefined: not an address. IPv4 has four decimal parts; IPv6 has no zone. */
export function parseAddress(text: string): bigint | undefined {
  if (text.length > addressLengthMax) return undefined
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return mappedPrefix | bigOf(ipaddr.IPv4.parse(text).toByteArray())
  }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return bigOf(ipaddr.IPv6.parse(text).toByteArray())
}

const cidrShape = /^([^/]+)\/(\d{1,3})$/

/** Whether a text is an address, a slash and a number: a network, if the number is not too large. */
export function looksLikeNetwork(text: string): boolean {
  const match = cidrShape.exec(text)
  return match !== null && parseAddress(match[1] ?? '') !== undefined
}

/** `10.0.0.0/8`, `2001:db8::/32`. Undefined: not a network. */
export function parseNetwork(cidr: string): Network | undefined {
  const match = cidrShape.exec(cidr)
  const text = match?.[1] ?? ''
  const address = parseAddress(text)
  if (address === undefined) return undefined
  const width = text.includes(':') ? 128 : 32
  const prefix = Number(match?.[2])
  if (prefix > width) return undefined
  const freeBits = BigInt(width - prefix)
  return { bits: (address >> freeBits) << freeBits, freeBits }
}

export function isInside(network: Network, address: bigint): boolean {
  return address >> network.freeBits === network.bits >> network.freeBits
}

function bigOf(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}
