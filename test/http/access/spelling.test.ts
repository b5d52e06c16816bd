import { afterAll, beforeAll, expect, test } from 'bun:test'
import { ClockedServer } from '../clocked-server.ts'
import { JsonClient } from '../json-client.ts'
import { RawConnection } from '../raw-connection.ts'

/* What a path needs is found out before it is routed: no spelling may be read in two ways. */

let server: ClockedServer
let key = ''
let reader = ''

beforeAll(async () => {
  server = await ClockedServer.start()
  const open = new JsonClient(server)
  const made = await open.post('/api/v1/credentials', { name: 'root', scopes: ['admin'] })
  key = String(made.body['secret'])
  const root = new JsonClient(server, { 'x-api-key': key })
  const added = await root.post('/api/v1/credentials', { name: 'reader', scopes: ['read'] })
  reader = String(added.body['secret'])
})
afterAll(() => server[Symbol.asyncDispose]())

/** The status of a request whose path is sent as it is spelled, which fetch would not. */
async function rawStatus(method: string, path: string, apiKey = ''): Promise<number> {
  await using connection = await RawConnection.open(server.url)
  const shown = apiKey === '' ? '' : `X-API-Key: ${apiKey}\r\n`
  connection.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${shown}\r\n`)
  const answer = await connection.until(/^HTTP\/1\.1 \d{3}/)
  return Number(answer.slice(9, 12))
}

const spellings = [
  '/%61pi/v1/credentials',
  '/api/v1/%63redentials',
  '/api%2fv1%2fcredentials',
  '//api/v1/credentials',
  '/api//v1/credentials',
  '/API/v1/credentials',
  '/api/v1/credentials/',
  '/api/v1/credentials;a',
  '/./api/v1/credentials',
  '/health/live/../../api/v1/credentials',
  '/health/live/%2e%2e/%2e%2e/api/v1/credentials',
  '/swagger/..\\api\\v1\\credentials',
  '/api/v1/eventqry/../credentials',
  '/api/v1/eventqry/..%2fcredentials',
  '/api/v1/eventqry/%2e%2e/credentials',
  '/api/v1/eventqry\\..\\credentials',
  '/api/v1/me/../credentials',
  '/api/v1/tokens/..\\credentials',
  '/api/v1/credentials.json',
  '/api/v1/credentials?',
  '/api/v1/credentials#/api/v1/me',
  'http://127.0.0.1/api/v1/credentials',
]

test.each(spellings)('%s gives credentials to administrators alone', async (path) => {
  expect([401, 403, 404]).toContain(await rawStatus('GET', path))
  const asReader = await rawStatus('GET', path, reader)
  expect([403, 404]).toContain(asReader)
})

test('names that are none are not found, however they are spelled', async () => {
  for (const name of ['%25zz', '%', '%2e%2e', '%00', '%ff', '..%5c..', 'a%2fb']) {
    const status = await rawStatus('DELETE', `/api/v1/credentials/${name}`, key)
    expect(`${name} ${status}`).toMatch(/ 40[045]$/)
  }
  expect(await rawStatus('GET', '/api/v1/credentials', key)).toBe(200)
})
