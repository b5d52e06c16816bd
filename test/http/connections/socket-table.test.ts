import { beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { makeAuthority, makeLeaf } from '../../../src/auth/tls/certificate-maker.ts'
import type { SocketTable } from '../../../src/http/connections/contract.ts'
import {
  connectionsBelow,
  descriptorLimit,
} from '../../../src/http/connections/descriptor-limit.ts'
import { openSocketTable } from '../../../src/http/connections/open-socket-table.ts'
import { until } from '../../server/process.ts'
import { RawConnection } from '../raw-connection.ts'

const isLinux = process.platform === 'linux'
const limitMs = 10_000
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1')
const ipv6 = [
  ['::1', 'http://[::1]', '::1', '::/64'],
  // The kernel writes an IPv4 address into an IPv6 one here.
  ['::', 'http://127.0.0.1', '127.0.0.1', '127.0.0.1'],
] as const
let table: SocketTable

beforeAll(() => {
  const opened = openSocketTable(descriptorLimit() ?? 65_536)
  if (isLinux && opened === null) throw new Error('there is a C library on Linux')
  if (opened !== null) table = opened
})

/** Answers nothing before it is told to. */
function silentServer(hostname: string, tls: Bun.TLSOptions | null = null) {
  const never = Promise.withResolvers<Response>()
  const server = Bun.serve({
    hostname,
    port: 0,
    reusePort: false,
    ...(tls === null ? {} : { tls }),
    fetch: () => never.promise,
  })
  const { port } = server
  if (port === undefined) throw new Error('it listens on a port')
  return { port, server, [Symbol.asyncDispose]: () => server.stop(true) }
}

const connectionsOf = (port: number) => table.connections(new Set([port]))
const untilCount = (port: number, count: number): Promise<true> =>
  until(`${count} connections`, limitMs, async () => connectionsOf(port).length === count || null)

describe.if(isLinux)('the table of sockets', () => {
  test.each([
    ['127.0.0.1', 'http://127.0.0.1', '127.0.0.1', '127.0.0.1'] as const,
    ...(hasIpv6 ? ipv6 : []),
  ])('knows who is connected to %s', async (hostname, base, address, from) => {
    await using listening = silentServer(hostname)
    await using other = silentServer('127.0.0.1')
    const { port } = listening
    await using foreign = await RawConnection.open(`http://127.0.0.1:${other.port}`)
    await using first = await RawConnection.open(`${base}:${port}`)
    await using second = await RawConnection.open(`${base}:${port}`)
    // The kernel keeps a connection back until it has sent something, or for a second.
    for (const raw of [first, second]) raw.write('GET')
    await untilCount(port, 2)
    expect(connectionsOf(port)).toMatchObject([
      { address, from },
      { address, from },
    ])
    expect([first.isOpen, second.isOpen, foreign.isOpen]).toEqual([true, true, true])
  })

  test('counts descriptors as the directory of them does', () => {
    // To list them takes one more.
    expect(Math.abs(table.count() - readdirSync('/proc/self/fd').length)).toBeLessThanOrEqual(2)
  })

  test('knows which way bytes went last', async () => {
    await using listening = silentServer('127.0.0.1')
    await using raw = await RawConnection.open(`http://127.0.0.1:${listening.port}`)
    raw.write('GET / ')
    await untilCount(listening.port, 1)
    const quiet = () => table.quiet(connectionsOf(listening.port)[0]?.descriptor ?? -1)
    await until('some idle time', limitMs, async () => quiet().receivedMs >= 300 || null)
    raw.write('HTTP/1.1\r\n')
    const after = await until('the bytes', limitMs, async () => {
      const now = quiet()
      return now.receivedMs < now.sentMs && now
    })
    expect(after.sentMs).toBeGreaterThanOrEqual(300)
    // What is no socket has no time.
    expect(table.quiet(-1)).toEqual({ receivedMs: 0, sentMs: 0 })
  })

  test.each([
    ['nothing', ''],
    ['half a head', 'GET / HTTP/1.1\r\nHost: loc'],
    ['half a body', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc'],
    ['a request that waits for its answer', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('shuts a connection down that has sent %s, and the runtime closes it', async (_, sent) => {
    await using listening = silentServer('127.0.0.1')
    const { port } = listening
    await using raw = await RawConnection.open(`http://127.0.0.1:${port}`)
    if (sent !== '') raw.write(sent)
    await untilCount(port, 1)
    for (const { descriptor } of connectionsOf(port)) table.shutDown(descriptor)
    await raw.rest()
    await untilCount(port, 0)
  })
})

describe.if(isLinux)('the table of sockets, with TLS', () => {
  let tls: Bun.TLSOptions

  beforeAll(async () => {
    const nowMs = Date.now()
    const authority = await makeAuthority(nowMs)
    const { certificate, key } = await makeLeaf(authority, {
      for: 'server',
      names: ['localhost', '127.0.0.1'],
      nowMs,
    })
    tls = { cert: certificate, key }
  })

  test('shuts down what has finished its handshake and what has not', async () => {
    await using listening = silentServer('127.0.0.1', tls)
    const { port } = listening
    await using half = await RawConnection.open(`http://127.0.0.1:${port}`)
    half.write('\x16')
    const ready = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const whole = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, ready.resolve)
    whole.on('error', () => {})
    whole.on('close', () => ended.resolve())
    whole.resume()
    await ready.promise
    await untilCount(port, 2)
    for (const { descriptor } of connectionsOf(port)) table.shutDown(descriptor)
    await Promise.all([half.rest(), ended.promise])
    await untilCount(port, 0)
  })
})

describe('the limit of descriptors', () => {
  test.if(isLinux)('is more than are open', () => {
    expect(descriptorLimit() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(table.count())
  })

  test('leaves half of it to all else', () => {
    expect(connectionsBelow(20_000)).toBe(10_000)
    expect(connectionsBelow(1)).toBe(1)
  })
})
