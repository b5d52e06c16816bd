import { describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { descriptorLimit } from '../../src/http/connections/descriptor-limit.ts'
import { ClockedServer } from '../http/clocked-server.ts'
import { asList, asObject } from '../http/json-object.ts'
import { type ServerProcess, startServer, until } from '../server/process.ts'
import { TailReader } from '../server/tail-reader.ts'
import { askFrom } from './ask-from.ts'
import { Crowd } from './crowd.ts'

const isLinux = process.platform === 'linux'
const limitMs = 20_000
/** What a server waits for, if it is patient. The runtime itself ends half a head after ten seconds. */
const halfBody = 'POST /api/v1/eventlog HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{'
const patient = ['--body-timeout-s', '3600'] as const
/** Neighbours on loopback. */
const [crowded, quiet, proxy, watcher] = [
  '127.0.0.2',
  '127.0.0.3',
  '127.0.0.4',
  '127.0.0.5',
] as const

const isServing = async (url: string): Promise<boolean> =>
  (await askFrom(watcher, `${url}/health/ready`)).status === 200

async function metricOf({ url }: Pick<ServerProcess, 'url'>, series: string): Promise<number> {
  const { text } = await askFrom(watcher, `${url}/metrics`)
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1))
}

describe.if(isLinux)('more connections than', () => {
  test('one address may have are closed, and nobody else’s, nor a tail', async () => {
    const flags = [...patient, '--connections-per-address-max', '60', '--trusted-proxies', proxy]
    await using server = await startServer({ flags })
    // A client of 127.0.0.1 like the crowd that comes to it later.
    await using tail = await TailReader.open(server.url, 'heartbeat=1')
    using others = new Crowd()
    await others.come(server.url, quiet, 50, halfBody)
    await others.come(server.url, proxy, 150, halfBody)
    const beats = 6
    await until('a tail that is a stream', limitMs, async () => tail.of('heartbeat').length > beats)
    using crowd = new Crowd()
    await crowd.come(server.url, crowded, 200, halfBody)
    await crowd.come(server.url, '127.0.0.1', 200, halfBody)
    await until('the crowds to be smaller', limitMs, async () => crowd.openCount <= 60 + 59)
    const closed = 'minutebook_closed_connections_total{code="per-address"}'
    await until('the sum', limitMs, async () => (await metricOf(server, closed)) >= 281)
    // One from 127.0.0.2 may be there for each of those from 127.0.0.1 but for the tail.
    expect(crowd.openCount).toBe(60 + 59)
    expect(others.openCount).toBe(200)
    expect(await isServing(server.url)).toBe(true)
    const seen = tail.of('heartbeat').length
    await until('the next heartbeat', limitMs, async () => tail.of('heartbeat').length > seen)
    // The tail, those that are left, and the one that asks.
    const now = (): Promise<number> => metricOf(server, 'minutebook_connections')
    await until('the number', limitMs, async () => (await now()) === 1 + 119 + 200 + 1 || null)
    expect(await metricOf(server, 'minutebook_closed_connections_total{code="in-all"}')).toBe(0)
    const told = 'there are too many connections'
    await until('the line that says it', limitMs, async () => server.log().includes(told))
  }, 60_000)

  test('may be in all are closed, of whoever has the most', async () => {
    const flags = [...patient, '--connections-max', '100', '--connections-per-address-max', '0']
    await using server = await startServer({ flags })
    using few = new Crowd()
    await few.come(server.url, quiet, 30, halfBody)
    using many = new Crowd()
    await many.come(server.url, crowded, 300, halfBody)
    await until('the crowd to be smaller', limitMs, async () => many.openCount <= 70)
    expect(few.openCount).toBe(30)
    expect(await isServing(server.url)).toBe(true)
    expect(
      await metricOf(server, 'minutebook_closed_connections_total{code="in-all"}'),
    ).toBeGreaterThanOrEqual(230)
  }, 60_000)

  test('the descriptors of the process let it have are closed, and it is ready again', async () => {
    const wrapper = ['sh', '-c', 'ulimit -n 400; exec "$@"', 'sh']
    await using server = await startServer({
      wrapper,
      flags: [...patient, '--connections-per-address-max', '0'],
    })
    const bound = 'there may be 200 connections and not 10000'
    await until('the line that says it', limitMs, async () => server.log().includes(bound))
    using crowd = new Crowd()
    await crowd.come(server.url, crowded, 900, halfBody)
    await until('the crowd to be smaller', limitMs, async () => crowd.openCount <= 200)
    // Between two looks the crowd may have taken all that are left, so that the book could not be written.
    await until('a server that is ready', limitMs, () => isServing(server.url))
  }, 60_000)

  test('are allowed are summed up in one event of the audit trail', async () => {
    await using server = await ClockedServer.start([
      ...patient,
      '--connections-per-address-max',
      '20',
    ])
    using crowd = new Crowd()
    await crowd.come(server.url, crowded, 90, halfBody)
    await until('the crowd to be smaller', limitMs, async () => crowd.openCount <= 20)
    await server.closeMinute()
    const minute = await server.closeMinute()
    const page = asObject(await server.json(`/api/v1/eventqry/minutes/${minute}`))
    expect(asList(page['events'])).toMatchObject([
      {
        facility: 'minutebook',
        level: 'warn',
        event: 'connections closed',
        additional: {
          count: 70,
          perAddress: 70,
          inAll: 0,
          addresses: 1,
          most: [{ address: crowded, count: 70 }],
        },
      },
    ])
  }, 60_000)
})

/** More than one address may have if nothing is said; this process needs a descriptor for each, too. */
const manyCount = 1_200
const hasRoom = (descriptorLimit() ?? Number.POSITIVE_INFINITY) > manyCount * 2

test.if(hasRoom)(
  'connections have no bound where none is set',
  async () => {
    const flags = [...patient, '--connections-max', '0', '--connections-per-address-max', '0']
    await using server = await startServer({ flags })
    using crowd = new Crowd()
    await crowd.come(server.url, null, manyCount, halfBody)
    expect(await isServing(server.url)).toBe(true)
    const { text } = await askFrom(watcher, `${server.url}/metrics`)
    expect(text).not.toContain('minutebook_connections ')
    expect(crowd.openCount).toBe(manyCount)
  },
  60_000,
)

test.if(isLinux)(
  'what is asked while there is no descriptor left is answered when there are some again',
  async () => {
    await using server = await startServer()
    const limit = (text: string): void => {
      const { exitCode } = Bun.spawnSync(['prlimit', '--pid', `${server.pid}`, `--nofile=${text}`])
      expect(exitCode).toBe(0)
    }
    // A connection of before, so that the question needs none itself; nor does the hot route load any code.
    let answers = ''
    const { hostname, port } = new URL(server.url)
    const socket = connect({ host: hostname, port: Number(port) })
    using _ended = { [Symbol.dispose]: () => void socket.destroy() }
    socket.on('data', (bytes: Buffer) => (answers += bytes.toString()))
    socket.write('POST /api/v1/eventlog HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n[]')
    await until('the first answer', limitMs, async () =>
      answers.includes('the body holds no event'),
    )
    limit('3:')
    socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await until('the want', limitMs, async () => server.log().includes('is tried again'))
    limit('400:')
    await until('the second answer', limitMs, async () => answers.includes('"live":true'))
  },
  60_000,
)
