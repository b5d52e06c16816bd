import ipaddr from 'ipaddr.js'

/** Longer than any address. */
const addressLengthMax = 64

/** IPv4 has four decimal parts without leading zeros; IPv6 has no zone. */
function isAddress(text: string): boolean {
  if (text.length > addressLengthMax) return false
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return true
  return text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)
}

const shape = /^([^/]+)\/(\d{1,3})$/

/** Whether a text is an address, a slash and a number: a network, if the number is not too large. */
export function looksLikeNetwork(text: string): boolean {
  return isAddress(shape.exec(text)?.[1] ?? '')
}

/** Whether the prefix of what looks like a network fits its address: `10.0.0.0/8`, `2001:db8::/32`. */
export function hasFittingPrefix(cidr: string): boolean {
  return Number(shape.exec(cidr)?.[2]) <= (cidr.includes(':') ? 128 : 32)
}
