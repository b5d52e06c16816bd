import { afterAll, beforeAll, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { ClockedServer } from '../http/clocked-server.ts'
import { RawConnection } from '../http/raw-connection.ts'

let server: ClockedServer

beforeAll(async () => {
  server = await ClockedServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

const host = 'Host: localhost\r\n'
const event = '{"facility":"shop","level":"info","event":"order placed"}'

/** All that the server says to bytes that no client would send, until it closes. */
async function sent(bytes: string): Promise<string> {
  await using connection = await RawConnection.open(server.url)
  connection.write(bytes)
  return await connection.rest()
}

async function isServing(): Promise<boolean> {
  return (await server.post(event)).status === 202
}

const post = `POST /api/v1/eventlog HTTP/1.1\r\n${host}`
const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`
const smuggled = `POST /api/v1/eventlog HTTP/1.1\r\n${host}Content-Length: ${event.length}\r\n\r\n${event}`

test.each([
  ['64 KiB in one header', `GET / HTTP/1.1\r\n${host}X-A: ${'a'.repeat(65_536)}\r\n\r\n`, 431],
  ['300 headers', `GET / HTTP/1.1\r\n${host}${'X-A: a\r\n'.repeat(300)}\r\n`, 431],
  ['a path of 64 KiB', `GET /${'a'.repeat(65_536)} HTTP/1.1\r\n${host}\r\n`, 431],
  [
    'two framings of one body',
    `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    400,
  ],
  ['two lengths', `${post}Content-Length: 0\r\nContent-Length: 400\r\n\r\n${smuggled}`, 400],
  ['a signed length', `${post}Content-Length: +5\r\n\r\nabcde`, 400],
  ['a negative length', `${post}Content-Length: -1\r\n\r\n`, 400],
  ['a length of 23 digits', `${post}Content-Length: ${'9'.repeat(23)}\r\n\r\n`, 400],
  ['an unknown framing', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
  ['a space before the colon', `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a chunk without a size', `${chunked}zz\r\nabcde\r\n0\r\n\r\n`, 400],
  ['a chunk of 17 digits', `${chunked}ffffffffffffffff1\r\nabc\r\n0\r\n\r\n`, 400],
  ['a negative chunk', `${chunked}-5\r\nabcde\r\n0\r\n\r\n`, 400],
  ['chunks with bare line feeds', `${chunked}5\nabcde\n0\n\n${smuggled}`, 400],
  ['a chunk longer than its size', `${chunked}5\r\nabcdefg0\r\n\r\n${smuggled}`, 400],
  ['30 KiB beside a chunk', `${chunked}5;${'a'.repeat(30_000)}\r\nabcde\r\n0\r\n\r\n`, 413],
  ['a folded header', `GET / HTTP/1.1\r\n${host}X-A: a\r\n b\r\n\r\n`, 400],
  ['a zero byte in a header', `GET / HTTP/1.1\r\n${host}X-A: a\0b\r\n\r\n`, 400],
  ['a carriage return in a header', `GET / HTTP/1.1\r\n${host}X-A: a\rX-B: b\r\n\r\n`, 400],
  ['the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
])('%s is refused, and nothing behind it is taken for a request', async (_, bytes, status) => {
  const answer = await sent(bytes)
  expect(answer).toStartWith(`HTTP/1.1 ${status} `)
  // One answer alone, and it tells nothing.
  expect(answer.split('HTTP/1.1 ')).toHaveLength(2)
  expect(answer).not.toContain('202')
  expect(await isServing()).toBe(true)
})

test.each(['a b', 'a/b', 'u@localhost', 'localhost:port', 'localhost, evil.example', '[::1'])(
  'a Host that is none (%p) is refused, read or written, guarded or not',
  async (name) => {
    const headers = `Host: ${name}\r\nConnection: close\r\n`
    const get = await sent(`GET /api/v1/eventqry HTTP/1.1\r\n${headers}\r\n`)
    expect(get).toMatch(/^HTTP\/1\.1 40[03] /)
  },
)

test('what names no host at all, or another in its target, is no error of the server', async () => {
  const old = await sent('GET /health/live HTTP/1.0\r\n\r\n')
  expect(old).toMatch(/^HTTP\/1\.1 (200|403) /)
  await using open = await ClockedServer.start(['--insecure'])
  await using ruled = await ClockedServer.start(['--rate-per-address', '100000'])
  for (const head of [
    'GET /api/v1/eventqry HTTP/1.1\r\nHost: a b/c?d#e@f',
    'POST /api/v1/eventlog?x=1 HTTP/1.1\r\nContent-Length: 0\r\nHost: a b/c?d#e@f',
    'GET /api/v1/eventqry HTTP/1.0',
    'TRACE /api/v1/eventqry HTTP/1.1\r\nHost: localhost',
    'CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost',
    'GET http://evil.example/api/v1/eventqry HTTP/1.1\r\nHost: localhost',
  ]) {
    for (const { url } of [open, ruled]) {
      await using connection = await RawConnection.open(url)
      connection.write(`${head}\r\nConnection: close\r\n\r\n`)
      expect([head, await connection.rest()]).toEqual([
        head,
        expect.stringMatching(/^HTTP\/1\.1 [24]/),
      ])
    }
  }
})

test('a length that is too much is refused before a byte of the body comes', async () => {
  await using connection = await RawConnection.open(server.url)
  connection.write(`${post}Content-Length: 1099511627776\r\n\r\n`)
  const answer = await connection.until(/"code":"[a-z-]+"/)
  expect(answer).toStartWith('HTTP/1.1 413 ')
  expect(answer).toContain('"code":"body-too-large"')
})

test.each(['gzip, gzip', 'gzip, br', 'gzip,identity', 'x', 'compress', 'gzip;q=1'])(
  'encodings inside each other (%s) are not opened',
  async (encoding) => {
    const body = new Uint8Array(gzipSync(gzipSync(event)))
    const answer = await server.post(body, { 'content-encoding': encoding })
    expect([400, 415]).toContain(answer.status)
    expect(await isServing()).toBe(true)
  },
)
