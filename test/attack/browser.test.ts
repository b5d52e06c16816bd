import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readConfig } from '../../src/config.ts'
import { ClockedServer } from '../http/clocked-server.ts'
import { clockAt, startInProcess, tempDirectory } from '../server/in-process.ts'

const shop = 'https://shop.example'
const body = '{"facility":"shop","level":"info","event":"order placed"}'
const eventlog = '/api/v1/eventlog'

let closed: ClockedServer
let open: ClockedServer

beforeAll(async () => {
  closed = await ClockedServer.start()
  open = await ClockedServer.start(['--cors-origin', `${shop}, http://localhost:3000`])
})
afterAll(async () => {
  await closed[Symbol.asyncDispose]()
  await open[Symbol.asyncDispose]()
})

const preflight = (server: ClockedServer, origin: string): Promise<Response> =>
  fetch(`${server.url}${eventlog}`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'sec-fetch-site': 'cross-site' },
  })

const posted = (server: ClockedServer, origin: string): Promise<Response> =>
  fetch(`${server.url}${eventlog}`, {
    method: 'POST',
    body,
    headers: { origin, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
  })

describe('pages of other origins', () => {
  test('are kept out where none is named', async () => {
    expect((await preflight(closed, shop)).status).toBe(403)
    const answer = await posted(closed, shop)
    expect(answer.status).toBe(403)
    expect(answer.headers.has('access-control-allow-origin')).toBe(false)
  })

  test('may use the API where theirs is named, and no other may', async () => {
    const asked = await preflight(open, shop)
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe(shop)
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST')
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization')
    expect(asked.headers.has('access-control-allow-credentials')).toBe(false)
    const answer = await posted(open, shop)
    expect(answer.status).toBe(202)
    expect(answer.headers.get('access-control-allow-origin')).toBe(shop)
    expect(answer.headers.get('vary')).toContain('Origin')
    const read = await fetch(`${open.url}/api/v1/eventqry`, { headers: { origin: shop } })
    expect(read.status).toBe(200)
    expect(read.headers.get('access-control-allow-origin')).toBe(shop)
    for (const other of ['https://shop.example.evil', 'http://shop.example', 'null']) {
      expect((await preflight(open, other)).status).toBe(403)
      const refused = await posted(open, other)
      expect(refused.status).toBe(403)
      expect(refused.headers.has('access-control-allow-origin')).toBe(false)
    }
  })

  test.each(['*', 'shop.example', 'https://shop.example/', 'https://shop.example/app', 'null'])(
    'are not named by %p',
    async (origin) => {
      using directory = tempDirectory()
      expect(readConfig(['--cors-origin', origin], {}).corsOrigin).toBe(origin)
      const start = startInProcess(directory.path, clockAt('2026-11-22T12:34:30Z'), [
        '--cors-origin',
        origin,
      ])
      await expect(start).rejects.toThrow('--cors-origin')
    },
  )
})

test('every answer tells browsers neither to guess, nor to frame, nor to run it', async () => {
  const paths = ['/', '/swagger', '/health/live', '/metrics', '/api/v1/eventqry', '/nowhere']
  const answers = await Promise.all([
    ...paths.map((path) => fetch(`${closed.url}${path}`)),
    fetch(`${closed.url}${eventlog}`, { method: 'OPTIONS' }),
    fetch(`${closed.url}${eventlog}`, { method: 'POST', body: '{' }),
    closed.post(body),
  ])
  for (const { headers, url } of answers) {
    expect([url, headers.get('x-content-type-options')]).toEqual([url, 'nosniff'])
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('content-security-policy')).toMatch(/default-src '(self|none)'/)
  }
})
