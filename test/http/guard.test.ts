import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { RawConnection } from './raw-connection.ts'

let server: ClockedServer

beforeAll(async () => {
  server = await ClockedServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

const body = '{"facility":"shop","level":"info","event":"order placed"}'

/** As `fetch` lets nobody set Host and Origin. */
async function send(head: string): Promise<string> {
  await using connection = await RawConnection.open(server.url)
  connection.write(`${head}\r\nConnection: close\r\n\r\n`)
  return await connection.rest()
}

async function sendBoth(headers: string): Promise<readonly string[]> {
  const post = `POST /api/v1/eventlog HTTP/1.1\r\n${headers}\r\nContent-Length: ${body.length}`
  await using connection = await RawConnection.open(server.url)
  connection.write(`${post}\r\nConnection: close\r\n\r\n${body}`)
  return [await send(`GET /api/v1/eventqry HTTP/1.1\r\n${headers}`), await connection.rest()]
}

describe('a server without credentials', () => {
  const host = 'localhost:8420'

  test.each([
    `Host: ${host}`,
    'Host: 127.0.0.1:8420',
    'Host: [::1]:8420',
    'Host: localhost',
    `Host: ${host}\r\nOrigin: http://${host}\r\nSec-Fetch-Site: same-origin`,
    `Host: ${host}\r\nSec-Fetch-Site: none`,
  ])('answers %p', async (headers) => {
    const [get, post] = await sendBoth(headers)
    expect(get).toStartWith('HTTP/1.1 200')
    expect(post).toStartWith('HTTP/1.1 202')
  })

  test.each([
    ['Host: logs.example', 'host-not-allowed'],
    ['Host: 127.0.0.1.example', 'host-not-allowed'],
    ['Host: 10.0.0.1:8420', 'host-not-allowed'],
    [`Host: ${host}\r\nOrigin: http://evil.example`, 'cross-site'],
    [`Host: ${host}\r\nOrigin: null`, 'cross-site'],
    [`Host: ${host}\r\nOrigin: http://localhost:3000`, 'cross-site'],
    [`Host: ${host}\r\nSec-Fetch-Site: cross-site`, 'cross-site'],
    [`Host: ${host}\r\nSec-Fetch-Site: same-site`, 'cross-site'],
    [`Host: ${host}\r\nForwarded: for=1.2.3.4`, 'forwarded'],
    [`Host: ${host}\r\nX-Forwarded-For: 1.2.3.4`, 'forwarded'],
    [`Host: ${host}\r\nX-Forwarded-Proto: https`, 'forwarded'],
    [`Host: ${host}\r\nX-Forwarded-Host: logs.example`, 'forwarded'],
    [`Host: ${host}\r\nX-Real-IP: 1.2.3.4`, 'forwarded'],
    [`Host: ${host}\r\nVia: 1.1 proxy`, 'forwarded'],
  ])('refuses %p to read and to write, as %s', async (headers, code) => {
    for (const answer of await sendBoth(headers)) {
      expect(answer).toStartWith('HTTP/1.1 403')
      expect(answer).toContain(`"code":"${code}"`)
    }
  })

  test('keeps its pages out of frames and scripts from elsewhere out of its pages', async () => {
    for (const path of ['/', '/swagger']) {
      const { headers } = await server.ask(path)
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toMatch(/default-src '(self|none)'/)
      expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/)
    }
  })
})

describe('a server that was told to be insecure', () => {
  test('answers whoever reaches it', async () => {
    await using open = await ClockedServer.start(['--insecure'])
    const response = await open.ask('/api/v1/eventqry', {
      headers: { 'x-forwarded-for': '1.2.3.4', 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(200)
  })
})
