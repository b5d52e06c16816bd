import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addCredential } from '../../src/auth/credential-changes.ts'
import { credentialPath } from '../../src/auth/credential-path.ts'
import { type ServerProcess, startServer } from '../server/process.ts'
import { addKey } from './add-key.ts'

/*
 * A server with TLS and every way of authentication at once: nobody gets more by showing two credentials, by saying
 * that a request is another one, or by asking for what belongs to others in another form.
 */

type Header = readonly [string, string]

const data = mkdtempSync(join(tmpdir(), 'minutebook-ways-'))
const password = 'correct horse battery'
const base = '/api/v1/eventqry'
let server: ServerProcess
const keys = { root: '', reader: '', writer: '' }

beforeAll(async () => {
  keys.root = await addKey(data, 'root', { admin: true, read: 'all', write: 'all' })
  keys.reader = await addKey(data, 'reader', { read: ['shop'] })
  keys.writer = await addKey(data, 'writer', { write: ['shop'] })
  await addCredential(
    credentialPath(data),
    {
      kind: 'password',
      name: 'ada',
      password,
      grants: { write: null, read: ['shop'], admin: false },
      expiresMs: null,
      networks: [],
    },
    0,
  )
  server = await startServer({ data, flags: ['--tls', '--tls-host', 'localhost'] })
}, 30_000)
afterAll(async () => {
  await server.stop()
  rmSync(data, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly text: string
}

/** A request with the headers as they are listed, a name twice if it is there twice. */
function ask(method: string, path: string, headers: readonly Header[], body = ''): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const { port, host } = new URL(server.url)
  const listed = [['Host', host] as const, ...headers].flat()
  const sent = request(
    // Its certificate is its own, and not what is tested.
    { host: '127.0.0.1', port, method, path, rejectUnauthorized: false, headers: listed },
    (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    },
  )
  sent.on('error', reject)
  sent.end(body)
  return promise
}

const apiKey = (key: string): Header => ['X-API-Key', key]
const bearer = (key: string): Header => ['Authorization', `Bearer ${key}`]
const basic = (pair: string): Header => [
  'Authorization',
  `Basic ${Buffer.from(pair).toString('base64')}`,
]

test('each way opens what it is for, and no more', async () => {
  for (const headers of [
    [apiKey(keys.reader)],
    [bearer(keys.reader)],
    [basic(`ada:${password}`)],
  ]) {
    expect((await ask('GET', base, headers)).status).toBe(200)
    expect((await ask('GET', '/api/v1/credentials', headers)).status).toBe(403)
    expect((await ask('POST', '/api/v1/eventlog', headers, '{}')).status).toBe(403)
  }
  expect((await ask('GET', base, [])).status).toBe(401)
})

test('of two credentials the X-API-Key counts, of two of a kind none, and neither lends the other anything', async () => {
  const wrong = 'mb_no_such_key_0000000000000000'
  const refused: readonly (readonly Header[])[] = [
    [apiKey(keys.reader), bearer(keys.root)],
    [bearer(keys.root), apiKey(keys.reader)],
    [bearer(keys.reader), bearer(keys.root)],
    [apiKey(keys.reader), apiKey(keys.root)],
    [basic(`ada:${password}`), bearer(keys.root)],
    [apiKey(wrong), bearer(keys.root)],
    [apiKey(''), bearer(keys.reader)],
    [apiKey(`${keys.reader}, ${keys.root}`)],
    [['Authorization', `Bearer ${keys.reader}, Bearer ${keys.root}`]],
  ]
  for (const headers of refused) {
    const { status, text } = await ask('GET', '/api/v1/credentials', headers)
    expect(`${headers.map(([name]) => name).join(' + ')} ${status}`).toMatch(/ 40[0-9]$/)
    expect(text).not.toContain('"credentials"')
  }
  const { status } = await ask('GET', '/api/v1/credentials', [
    basic('root:wrong'),
    apiKey(keys.root),
  ])
  expect(status).toBe(200)
})

test('a request is what its method says, whatever else does', async () => {
  for (const name of ['X-HTTP-Method-Override', 'X-Method-Override', 'X-HTTP-Method']) {
    const headers: readonly Header[] = [apiKey(keys.writer), [name, 'DELETE']]
    const path = '/api/v1/eventlog?_method=DELETE'
    expect((await ask('POST', path, headers, event('shop'))).status).toBe(400)
    expect((await ask('POST', '/api/v1/eventlog', headers, event('shop'))).status).toBe(202)
    expect((await ask('GET', '/api/v1/eventlog', headers)).status).toBeWithin(403, 406)
  }
})

const event = (facility: string): string => JSON.stringify({ facility, level: 'info', event: 'x' })

test('what is bound to a facility stays so, however others are named', async () => {
  const post = (body: string, more: readonly Header[] = []): Promise<Answer> =>
    ask('POST', '/api/v1/eventlog', [apiKey(keys.writer), ...more], body)
  for (const facility of [
    'bank',
    'Shop',
    'shop ',
    ' shop',
    'shop\u0000',
    'shop/bank',
    'sho\u0440',
    '*',
  ]) {
    expect((await post(event(facility))).status).not.toBe(202)
  }
  // The last of two names wins, and it is that one that counts.
  expect((await post('{"facility":"shop","level":6,"event":"x","facility":"bank"}')).status).toBe(
    403,
  )
  const asRoot = await ask('POST', '/api/v1/eventlog', [apiKey(keys.root)], event('bank'))
  expect(asRoot.status).toBe(202)
  const asked = [
    `${base}/search?facility=bank`,
    `${base}/search?facility=shop&facility=bank`,
    `${base}/search?facility=*`,
    `${base}/search?q=facility:bank`,
    `${base}/search?q=facility:*`,
    `${base}/search?q=${encodeURIComponent('facility:shop OR facility:bank')}`,
    `${base}/stats?by=facility`,
    `${base}/fields/facility/values`,
    `${base}/catalogue`,
    `${base}/search.csv`,
  ]
  for (const path of asked) {
    const { status, text } = await ask('GET', path, [apiKey(keys.reader)])
    expect(`${path} ${status}`).toEndWith(' 200')
    expect(text).not.toContain('bank')
  }
  for (const path of [`${base}/search?facility[]=bank`, `${base}/search?readable=all`]) {
    expect((await ask('GET', path, [apiKey(keys.reader)])).status).toBe(400)
  }
})

test('what is no credential is refused, and is no error of the server', async () => {
  const long = 'x'.repeat(8_000)
  const odd: readonly Header[] = [
    apiKey(long),
    bearer(long),
    basic(long),
    basic(`ada:${long}`),
    basic('ada'),
    basic(''),
    basic(':'),
    basic('ada:\u0000'),
    basic('ad\u00e4:p\u00e4ssword'),
    ['Authorization', 'Basic !!!!'],
    ['Authorization', 'Basic'],
    ['Authorization', 'Bearer'],
    ['Authorization', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
    ['Authorization', 'MB1-HMAC-SHA256 key="x"'],
    ['Authorization', `${'a,'.repeat(2_000)}`],
    ['Authorization', 'b\u00e4rer x'],
    ['X-API-Key', ' '],
    ['X-API-Key', '\u00ff\u00fe'],
  ]
  for (const header of odd) {
    const { status, text } = await ask('GET', base, [header])
    expect(`${header[0]} ${header[1].slice(0, 40)} ${status}`).toMatch(/ (400|401|403|429)$/)
    expect(text).not.toContain('at ')
  }
  expect((await ask('GET', base, [apiKey(keys.reader)])).status).toBe(200)
})
