import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { pack } from 'msgpackr'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'
import { RawConnection } from './raw-connection.ts'

const path = '/api/v1/eventlog'
const order = { facility: 'shop', level: 'info', event: 'order placed' }
const json = JSON.stringify(order)
const msgpack = new Uint8Array(pack(order))
let server: ClockedServer

beforeAll(async () => {
  server = await ClockedServer.start([
    '--batch-bytes-max',
    '65536',
    '--batch-events-max',
    '100',
    '--in-flight-bytes-max',
    '1048576',
  ])
})
afterAll(() => server[Symbol.asyncDispose]())

async function codeOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = asObject(await response.json())
  expect(problem['status']).toBe(response.status)
  expect(problem['type']).toBe(`/problems/${problem['code']}`)
  return String(problem['code'])
}

describe('a batch', () => {
  test('is accepted with the page that will hold it', async () => {
    const response = await server.post(json)
    expect(response.status).toBe(202)
    const page = '/api/v1/eventqry/minutes/2026-11-22T12:34Z'
    expect(response.headers.get('link')).toBe(`<${page}>; rel="item"`)
    expect(await response.json()).toEqual({
      accepted: 1,
      duplicate: false,
      minute: '2026-11-22T12:34Z',
      page,
      batch: '0000000000000001',
      rejectedCount: 0,
      rejected: [],
    })
  })

  test.each([
    ['application/json', `[${json},${json}]`, 2],
    ['application/json; charset=utf-8', `${json}${json}`, 2],
    ['application/x-ndjson', `${json}\n${json}\n`, 2],
    ['APPLICATION/JSON', json, 1],
    ['application/msgpack', msgpack, 1],
    ['application/x-msgpack', msgpack, 1],
    ['application/vnd.msgpack', msgpack, 1],
    ['application/x-www-form-urlencoded', json, 1],
    ['application/x-www-form-urlencoded', msgpack, 1],
    ['', json, 1],
  ])('as %p', async (type, body, accepted) => {
    const response = await server.post(body, { 'content-type': type })
    expect(asObject(await response.json())['accepted']).toBe(accepted)
    expect(response.status).toBe(202)
  })

  test.each([
    ['gzip', gzipSync],
    ['zstd', Bun.zstdCompressSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('compressed with %s', async (encoding, compress) => {
    const body = new Uint8Array(compress(Buffer.from(json)))
    const response = await server.post(body, { 'content-encoding': encoding })
    expect(response.status).toBe(202)
  })

  test('keeps its good events beside a bad one, which is told apart', async () => {
    const bad = JSON.stringify({ ...order, colour: 'red' })
    const answer = asObject(await (await server.post(`[${json},${bad}]`)).json())
    expect(answer).toMatchObject({ accepted: 1, rejectedCount: 1 })
    expect(asList(answer['rejected'])[0]).toMatchObject({ index: 1, code: 'unknown-member' })
  })
})

describe('a batch is refused', () => {
  test.each([
    ['{"facility":', {}, 400, 'body-unreadable'],
    ['', {}, 400, 'body-unreadable'],
    [json, { 'content-encoding': 'gzip' }, 400, 'body-encoding-broken'],
    [json, { 'idempotency-key': 'k'.repeat(256) }, 400, 'idempotency-key-invalid'],
    [json, { 'idempotency-key': 'a b' }, 400, 'idempotency-key-invalid'],
    [json, { 'idempotency-key': '""' }, 400, 'idempotency-key-invalid'],
    [' '.repeat(65_537), {}, 413, 'body-too-large'],
    [json, { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['hello', { 'content-type': '' }, 415, 'unsupported-media-type'],
    ['', { 'content-type': '' }, 400, 'body-unreadable'],
    [json, { 'content-type': '', 'content-encoding': 'gzip' }, 400, 'body-encoding-broken'],
    [json, { 'content-encoding': 'gzip, br' }, 415, 'unsupported-encoding'],
    [json, { 'content-encoding': 'lzma' }, 415, 'unsupported-encoding'],
    ['{"level":"info"}', {}, 422, 'no-event-accepted'],
    ['[]', {}, 400, 'body-unreadable'],
  ])('%j with %j: %i %s', async (body, headers, status, code) => {
    const response = await server.post(body, headers)
    expect(response.status).toBe(status)
    expect(await codeOf(response)).toBe(code)
  })

  test('saying at which byte it stops being JSON', async () => {
    const response = await server.post(`[${json},#]`)
    expect(asObject(await response.json())['byte']).toBe(json.length + 2)
  })

  test('when it holds more events than the bound', async () => {
    const at = await server.post(json.repeat(100))
    expect(asObject(await at.json())['accepted']).toBe(100)
    expect(await codeOf(await server.post(json.repeat(101)))).toBe('too-many-events')
  })

  test('naming what is accepted', async () => {
    const type = await server.post(json, { 'content-type': 'text/csv' })
    expect(type.headers.get('accept-post')).toContain('application/x-ndjson')
    const encoding = await server.post(json, { 'content-encoding': 'lzma' })
    expect(encoding.headers.get('accept-encoding')).toBe('identity, gzip, zstd, deflate, br')
  })

  test('when its decompressed size passes the bound', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(10_000_000, 0x20)))
    expect(bomb.length).toBeLessThan(65_536)
    const response = await server.post(bomb, { 'content-encoding': 'gzip' })
    expect(await codeOf(response)).toBe('body-too-large')
  })

  test('with parameters that the route does not know', async () => {
    const response = await server.ask(`${path}?dryRun=true`, { method: 'POST', body: json })
    expect(await codeOf(response)).toBe('unknown-parameter')
  })

  test('as a whole with handling=strict, and said to be so', async () => {
    const strict = { prefer: 'respond-async, handling=strict' }
    const refused = await server.post(`[${json},{}]`, strict)
    expect(await codeOf(refused)).toBe('strict-refused')
    const accepted = await server.post(json, strict)
    expect(accepted.status).toBe(202)
    expect(accepted.headers.get('preference-applied')).toBe('handling=strict')
    expect((await server.post(`[${json},{}]`, { prefer: 'handling=lenient' })).status).toBe(202)
  })
})

describe('an Idempotency-Key', () => {
  test('makes the same batch count once, quoted or not', async () => {
    const first = asObject(await (await server.post(json, { 'idempotency-key': 'a-1' })).json())
    const again = asObject(await (await server.post(json, { 'idempotency-key': '"a-1"' })).json())
    expect(first['duplicate']).toBe(false)
    expect(again).toEqual({ ...first, duplicate: true })
  })

  test('names one body only', async () => {
    await server.post(json, { 'idempotency-key': 'a-2' })
    const other = await server.post(`${json} `, { 'idempotency-key': 'a-2' })
    expect(await codeOf(other)).toBe('idempotency-key-conflict')
  })
})

const head = (length: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`

describe('a body that comes slowly', () => {
  test('is refused before a byte of it when its length passes the bound', async () => {
    await using connection = await RawConnection.open(server.url)
    connection.write(head('Content-Length: 65537'))
    expect(await connection.until(/\}$/)).toStartWith('HTTP/1.1 413')
  })

  test('is refused as soon as it passes the bound when no length was announced', async () => {
    await using connection = await RawConnection.open(server.url)
    connection.write(`${head('Transfer-Encoding: chunked')}10001\r\n${' '.repeat(65_537)}\r\n`)
    expect(await connection.until(/\}$/)).toStartWith('HTTP/1.1 413')
  })

  test('is put together from its pieces', async () => {
    await using connection = await RawConnection.open(server.url)
    const batch = `[${Array.from({ length: 90 }, () => json).join(',')}]`
    const spaces = ' '.repeat(20_000)
    connection.write(head(`Content-Length: ${batch.length + spaces.length}`))
    for (const piece of [batch.slice(0, 10), batch.slice(10), spaces.slice(1), ' ']) {
      connection.write(piece)
      // Another request in between: the pieces come one by one.
      await server.ask('/health/live')
    }
    expect(await connection.until(/\}$/)).toContain('"accepted":90')
  })

  test('holds bytes in flight only for as long as its client is there', async () => {
    const connections: RawConnection[] = []
    for (let i = 0; i < 16; i++) {
      const connection = await RawConnection.open(server.url)
      connection.write(`${head('Content-Length: 65536')} `)
      connections.push(connection)
    }
    await eventually(async () => (await server.post(json)).status === 503)
    expect(await codeOf(await server.post(json))).toBe('in-flight-full')
    for (const connection of connections) connection.abort()
    await eventually(async () => (await server.post(json)).status === 202)
  })
})

/** Asks until it is so, with a limit. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 10_000
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error('it did not come to be so within 10 s')
  }
}

describe('other methods', () => {
  test.each([
    ['PUT', path, 'POST, DELETE, OPTIONS'],
    ['GET', path, 'POST, DELETE, OPTIONS'],
    ['POST', '/api/v1/eventqry', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/api/v1/eventqry/minutes/2026-11-22T12:34Z.csv', 'GET, HEAD, OPTIONS'],
    ['POST', '/swagger', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 and says what there is', async (method, target, allow) => {
    const response = await server.ask(target, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect(await codeOf(response)).toBe('method-not-allowed')
  })

  test('OPTIONS says what a resource takes', async () => {
    const response = await server.ask(path, { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toBe('POST, DELETE, OPTIONS')
    expect(response.headers.get('accept-post')).toContain('application/msgpack')
  })

  test('what does not exist is 404, also below what does', async () => {
    for (const target of ['/api', '/api/v1/eventlog/', '/api/v1/eventqry/weeks/1', '/x.json']) {
      expect((await server.ask(target)).status).toBe(404)
    }
  })
})
