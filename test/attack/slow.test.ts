import { describe, expect, test } from 'bun:test'
import { type ServerProcess, startServer, until } from '../server/process.ts'
import { type Asked, askFrom } from './ask-from.ts'
import { Crowd } from './crowd.ts'

/* Both this process and the server need a descriptor for each connection, and the server as many again. */
const descriptors = Number(
  Bun.spawnSync(['sh', '-c', 'ulimit -n']).stdout.toString().trim().replace('unlimited', '65536'),
)
const slowCount = Math.max(100, Math.min(10_000, descriptors - 512))
if (slowCount < 10_000) process.stderr.write(`only ${slowCount} slow connections: ulimit -n\n`)

const isLinux = process.platform === 'linux'
const patient = ['--body-timeout-s', '3600'] as const
const perAddressMax = Math.min(1_000, Math.floor(slowCount / 10))
/** The crowd comes from 127.0.0.1. */
const neighbour = '127.0.0.3'
const event = '{"facility":"shop","level":"info","event":"order placed"}'
const head = 'POST /api/v1/eventlog HTTP/1.1\r\nHost: localhost\r\n'
/** The runtime itself ends half a head after ten seconds, so those come last. */
const beginnings = [
  `${head}Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{"facility`,
  `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"fac`,
  `${head}X-Slow: `,
] as const

/** A third each of those that have sent half a body, half a chunk, and half a head. */
async function comeSlowly(crowd: Crowd, server: ServerProcess): Promise<void> {
  const each = Math.floor(slowCount / beginnings.length)
  for (const beginning of beginnings) await crowd.come(server.url, null, each, beginning)
  const rest = slowCount - each * beginnings.length
  await crowd.come(server.url, null, rest, beginnings[0])
}

async function expectServed({ url }: ServerProcess): Promise<void> {
  for (let n = 0; n < 50; n++) {
    const posted = await askFrom(neighbour, `${url}/api/v1/eventlog`, [], event)
    expect(posted.status).toBe(202)
    expect((await askFrom(neighbour, `${url}/api/v1/eventqry`)).status).toBe(200)
  }
}

const metrics = ({ url }: ServerProcess): Promise<Asked> => askFrom(neighbour, `${url}/metrics`)

async function expectNothingHeld(server: ServerProcess): Promise<void> {
  await until('what the slow bodies held is free again', 20_000, async () => {
    const { text } = await metrics(server)
    return /^minutebook_in_flight_bytes(\{[^}]*\})? 0$/m.test(text)
  })
}

describe('ten thousand connections that have sent half of a head or body', () => {
  test('keep nobody from being served where connections have no bound', async () => {
    const flags = [...patient, '--connections-max', '0', '--connections-per-address-max', '0']
    await using server = await startServer({ flags })
    using crowd = new Crowd()
    await comeSlowly(crowd, server)
    await expectServed(server)
    expect(crowd.openCount).toBeGreaterThan(slowCount * 0.66)
    crowd[Symbol.dispose]()
    await expectNothingHeld(server)
  }, 120_000)

  test.if(isLinux)(
    'are as many as one address may have a moment later, and nobody notices',
    async () => {
      const flags = [...patient, '--connections-per-address-max', String(perAddressMax)]
      await using server = await startServer({ flags })
      using crowd = new Crowd()
      await comeSlowly(crowd, server)
      await expectServed(server)
      await until('the bound', 30_000, async () => crowd.openCount <= perAddressMax)
      await expectServed(server)
      const { text } = await metrics(server)
      const closed = /^minutebook_closed_connections_total\{code="per-address"\} (\d+)$/m.exec(text)
      expect(Number(closed?.[1])).toBeGreaterThan(slowCount / 2)
      crowd[Symbol.dispose]()
      await expectNothingHeld(server)
    },
    120_000,
  )
})
