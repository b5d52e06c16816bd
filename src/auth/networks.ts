import ipaddr from 'ipaddr.js'

type Address = ReturnType<typeof ipaddr.process>

/** Addresses and networks as rules name them: `10.0.0.0/8`, `2001:db8::/32`, `127.0.0.1`, `::1`. */
export class Networks {
  readonly texts: readonly string[]
  readonly #ranges: readonly (readonly [Address, number])[]

  /** Throws RangeError naming the text that is none. */
  constructor(texts: readonly string[]) {
    this.texts = texts
    this.#ranges = texts.map(parseNetwork)
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** False for what is no address. An IPv4 address mapped into IPv6 counts as the IPv4 address. */
  has(address: string): boolean {
    if (this.#ranges.length === 0 || !ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return this.#ranges.some(([range, bits]) => {
      return range.kind() === parsed.kind() && parsed.match(range, bits)
    })
  }
}

function parseNetwork(text: string): readonly [Address, number] {
  try {
    if (!text.includes('/')) {
      const address = ipaddr.process(text)
      return [address, address.kind() === 'ipv4' ? 32 : 128]
    }
    const [address, bits] = ipaddr.parseCIDR(text)
    return [address, bits]
  } catch {
    throw new RangeError(`'${text}' is no address and no network such as 10.0.0.0/8`)
  }
}

/** What limits count: whoever has one IPv6 address mostly has the /64 network around it, so it stands for all of them. */
export function countedAs(address: string): string {
  // Fast path: IPv4.
  if (!address.includes(':') || !ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const network = [...parsed.toByteArray().slice(0, 8), 0, 0, 0, 0, 0, 0, 0, 0]
  return `${ipaddr.fromByteArray(network).toString()}/64`
}

/** Which addresses a scope is for. A denied one is refused though it is also allowed. */
export interface AddressRule {
  /** Empty: all. */
  readonly allow: Networks
  readonly deny: Networks
}

export function letsIn({ allow, deny }: AddressRule, address: string): boolean {
  return !deny.has(address) && (allow.isEmpty || allow.has(address))
}

/** Hops of X-Forwarded-For that are looked at. */
const hopsMax = 32

/**
 * The client's address: the socket's, or, when that is a trusted proxy, the last address in X-Forwarded-For
 * that is none. The first entries are the client's own claims, so the list is read from its end.
 */
export function clientAddress(
  socket: string,
  forwardedFor: string | null,
  proxies: Networks,
): string {
  if (forwardedFor === null || !proxies.has(socket)) return socket
  const hops = forwardedFor.split(',').slice(-hopsMax)
  let address = socket
  for (const hop of hops.toReversed()) {
    const candidate = hopAddress(hop.trim())
    if (candidate === null) return address
    address = candidate
    if (!proxies.has(candidate)) return candidate
  }
  return address
}

/** In one spelling, so that nobody is counted as several. Null: it is no address, or one that could be read in two ways. */
function hopAddress(text: string): string | null {
  const isOne = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
  return isOne ? ipaddr.process(text).toString() : null
}
