import { afterAll, beforeAll, expect, test } from 'bun:test'
import { RawConnection } from '../http/raw-connection.ts'
import { numbered, post } from '../server/ask.ts'
import { type ServerProcess, startServer, until } from '../server/process.ts'

const head =
  'POST /api/v1/eventlog HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
const document = 'POST /api/v1/credentials HTTP/1.1\r\nHost: localhost\r\n'
/** Many drops come before the server has had enough: it is no silence that ends it. */
const dropEveryMs = 100
const timeoutS = 1
const limitMs = 30_000

let server: ServerProcess

beforeAll(async () => {
  server = await startServer({ flags: ['--body-timeout-s', String(timeoutS)] })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Sends a beginning, and then a little again and again, until the server closes. */
async function drip(beginning: string, drop: string): Promise<Dripped> {
  await using raw = await RawConnection.open(server.url)
  const began = performance.now()
  raw.write(beginning)
  let drops = 0
  const timer = setInterval(() => {
    raw.write(drop)
    drops++
  }, dropEveryMs)
  try {
    const answer = await raw.rest()
    return { answer, drops, tookMs: performance.now() - began }
  } finally {
    clearInterval(timer)
  }
}

interface Dripped {
  readonly answer: string
  readonly drops: number
  readonly tookMs: number
}

const isNothingHeld = async (): Promise<boolean> => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return /^minutebook_in_flight_bytes(\{[^}]*\})? 0$/m.test(text)
}

const bodies = [
  ['a short one with its length', `${head}Content-Length: 900\r\n\r\n`, ' '],
  ['a longer one with its length', `${head}Content-Length: 17000\r\n\r\n`, ' '],
  ['one in chunks', `${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
  ['one in a chunk that does not begin', `${head}Transfer-Encoding: chunked\r\n\r\n5;`, 'a'],
  ['one in a large chunk', `${head}Transfer-Encoding: chunked\r\n\r\n4000\r\n`, ' '],
  ['a document that manages the server', `${document}Content-Length: 90\r\n\r\n{`, ' '],
] as const

test('bodies of which a byte comes now and then are given up in time, and give back what they held', async () => {
  const dripping = Promise.all(bodies.map(([, beginning, drop]) => drip(beginning, drop)))
  expect((await post(server.url, JSON.stringify(numbered(1)))).status).toBe(202)
  for (const [index, { answer, drops, tookMs }] of (await dripping).entries()) {
    const what = bodies[index]?.[0]
    expect([what, answer]).toEqual([what, expect.stringMatching(/^HTTP\/1\.1 408 /)])
    expect(answer).toContain('application/problem+json')
    expect(answer).toContain('"code":"body-stalled"')
    expect(answer.split('HTTP/1.1 ')).toHaveLength(2)
    expect(drops).toBeGreaterThan(2)
    expect(tookMs).toBeGreaterThan(timeoutS * 1_000 - 50)
  }
  await until('what they held is free again', limitMs, isNothingHeld)
}, 60_000)

const heads = [
  [`${head}X-Slow: `, 'a'],
  [head, 'X-A: b\r\n'],
  ['GET /', 'a'],
] as const

test('heads that drip are closed although they go on', async () => {
  const dripping = Promise.all(heads.map(([beginning, drop]) => drip(beginning, drop)))
  expect((await post(server.url, JSON.stringify(numbered(2)))).status).toBe(202)
  for (const { answer, drops } of await dripping) {
    expect(answer).not.toContain(' 20')
    expect(drops).toBeGreaterThan(2)
  }
}, 90_000)
