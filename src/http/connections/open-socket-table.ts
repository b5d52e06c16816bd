import { readdirSync, statSync } from 'node:fs'
import { openCLibrary } from '../../c-library.ts'
import type { HeldConnection, Quiet, SocketTable } from './contract.ts'

const descriptorDirectory = '/proc/self/fd'

/* Numbers of Linux, the same on x64 and arm64: socket(7), tcp(7), fcntl(2). */
const familyIpv4 = 2
const familyIpv6 = 10
const levelTcp = 6
const tcpInfo = 11
const getDescriptorFlags = 1
const bothDirections = 2

/** sockaddr_in6: family u16, port u16 (network order), flow u32, address 16 bytes, scope u32. */
const nameBytes = 28
/** The beginning of struct tcp_info (linux/tcp.h), up to tcpi_last_ack_recv. */
const infoBytes = 60
const lastSentAt = 44
const lastReceivedAt = 52

/** An IPv4 address inside an IPv6 one: ten zero bytes and two of ones. */
const mappedPrefix = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
/** Whoever has an IPv6 address mostly has the 2^64 beside it. */
const networkBytes = 8

const functions = {
  getsockname: { args: ['i32', 'ptr', 'ptr'], returns: 'i32' },
  getpeername: { args: ['i32', 'ptr', 'ptr'], returns: 'i32' },
  getsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'ptr'], returns: 'i32' },
  fcntl: { args: ['i32', 'i32', 'i64'], returns: 'i32' },
  shutdown: { args: ['i32', 'i32'], returns: 'i32' },
} as const

type System = NonNullable<ReturnType<typeof openCLibrary<typeof functions>>>['symbols']

/**
 * Looks at sockets that the runtime owns and does not show. Null where there is no Linux to ask, or no /proc.
 * `limit` is how many descriptors the process may have: what a walk never goes beyond.
 */
export function openSocketTable(limit: number): SocketTable | null {
  const library = openCLibrary(functions)
  const size = statSync(descriptorDirectory, { throwIfNoEntry: false })?.size
  if (library === null || size === undefined) return null
  return new LinuxSockets(library.symbols, limit, size > 0)
}

class LinuxSockets implements SocketTable {
  readonly isCountCheap: boolean
  readonly #system: System
  readonly #limit: number
  readonly #name = Buffer.alloc(nameBytes)
  readonly #info = Buffer.alloc(infoBytes)
  readonly #length = Buffer.alloc(4)

  constructor(system: System, limit: number, isCountCheap: boolean) {
    this.#system = system
    this.#limit = limit
    this.isCountCheap = isCountCheap
  }

  count(): number {
    if (this.isCountCheap) return statSync(descriptorDirectory).size
    try {
      return readdirSync(descriptorDirectory).length
    } catch {
      // To list them takes one more, and there is none.
      return this.#limit
    }
  }

  connections(ports: ReadonlySet<number>): readonly HeldConnection[] {
    const { getsockname, getpeername, fcntl } = this.#system
    const found: HeldConnection[] = []
    const sources = new Map<string, Pick<HeldConnection, 'from' | 'address'>>()
    const count = this.count()
    let seen = 0
    // Descriptors are given out from the lowest on, so the walk ends soon after the last one.
    for (let descriptor = 0; seen < count && descriptor < this.#limit; descriptor++) {
      if (getsockname(descriptor, this.#name, this.#lengthOf(nameBytes)) !== 0) {
        if (fcntl(descriptor, getDescriptorFlags, 0) >= 0) seen++
        continue
      }
      seen++
      if (!ports.has(this.#port())) continue
      // A listener has no peer.
      if (getpeername(descriptor, this.#name, this.#lengthOf(nameBytes)) !== 0) continue
      found.push({ descriptor, ...this.#source(sources) })
    }
    return found
  }

  quiet(descriptor: number): Quiet {
    const { getsockopt } = this.#system
    const length = this.#lengthOf(infoBytes)
    if (getsockopt(descriptor, levelTcp, tcpInfo, this.#info, length) !== 0) {
      return { receivedMs: 0, sentMs: 0 }
    }
    return {
      receivedMs: this.#info.readUInt32LE(lastReceivedAt),
      sentMs: this.#info.readUInt32LE(lastSentAt),
    }
  }

  shutDown(descriptor: number): void {
    this.#system.shutdown(descriptor, bothDirections)
  }

  #lengthOf(bytes: number): Buffer {
    this.#length.writeUInt32LE(bytes, 0)
    return this.#length
  }

  /** Of the name that was read last; -1: no Internet socket. */
  #port(): number {
    const family = this.#name.readUInt16LE(0)
    return family === familyIpv4 || family === familyIpv6 ? this.#name.readUInt16BE(2) : -1
  }

  /** Whose name was read last. Texts are made once for each address: a flood comes from few, or is large. */
  #source(known: Map<string, Pick<HeldConnection, 'from' | 'address'>>) {
    const bytes = this.#address()
    const key = bytes.toString('latin1')
    const before = known.get(key)
    if (before !== undefined) return before
    const source = sourceOf(bytes)
    known.set(key, source)
    return source
  }

  #address(): Buffer {
    if (this.#name.readUInt16LE(0) === familyIpv4) return this.#name.subarray(4, 8)
    const address = this.#name.subarray(8, 24)
    return address.subarray(0, 12).equals(mappedPrefix) ? address.subarray(12) : address
  }
}

function sourceOf(bytes: Buffer): Pick<HeldConnection, 'from' | 'address'> {
  if (bytes.length === 4) {
    const address = bytes.join('.')
    return { address, from: address }
  }
  const network = Buffer.alloc(bytes.length)
  bytes.copy(network, 0, 0, networkBytes)
  return { address: textOf(bytes), from: `${textOf(network)}/64` }
}

/** An IPv6 address as RFC 5952 writes it, which is what URLs do. */
function textOf(address: Buffer): string {
  const groups = address.toString('hex').replaceAll(/(.{4})(?!$)/g, '$1:')
  return new URL(`http://[${groups}]`).hostname.slice(1, -1)
}
