import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { runCli } from '../cli/run-cli.ts'
import { until } from '../server/process.ts'
import { ClockedServer } from './clocked-server.ts'
import { JsonClient } from './json-client.ts'
import { asList, asObject, type JsonObject } from './json-object.ts'

const path = '/api/v1/tokens'
let server: ClockedServer
let root: JsonClient
let anna: JsonClient
let annasKey = ''

const withToken = (token: unknown) => {
  return new JsonClient(server, { authorization: `Bearer ${String(token)}` })
}
const statusOf = async (token: unknown) => (await withToken(token).get('/api/v1/me')).status

async function add(name: string, wanted: object): Promise<JsonClient> {
  const { body } = await root.post('/api/v1/credentials', { name, ...wanted })
  return new JsonClient(server, { 'x-api-key': String(body['secret']) })
}

async function issued(owner: JsonClient, wanted: object = {}): Promise<JsonObject> {
  const answer = await owner.post(path, wanted)
  expect(answer.status).toBe(201)
  return answer.body
}

beforeAll(async () => {
  server = await ClockedServer.start()
  const open = new JsonClient(server)
  const scopes = ['write', 'read', 'admin']
  expect((await open.post(path)).body['code']).toBe('forbidden')
  const { body } = await open.post('/api/v1/credentials', { name: 'root', scopes })
  root = new JsonClient(server, { 'x-api-key': String(body['secret']) })
  const made = await root.post('/api/v1/credentials', {
    name: 'anna',
    scopes: ['write', 'read'],
    facilities: { write: ['shop-*'], read: ['shop-*', 'db'] },
  })
  annasKey = String(made.body['secret'])
  anna = new JsonClient(server, { 'x-api-key': annasKey })
})
afterAll(() => server[Symbol.asyncDispose]())

describe('a token', () => {
  test('has the rights of its owner for an hour, and can be used at once', async () => {
    const answer = await anna.post(path)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { token, id, ...shown } = answer.body
    expect(shown).toEqual({
      tokenType: 'Bearer',
      name: 'anna',
      state: 'valid',
      scopes: ['write', 'read'],
      facilities: { write: ['shop-*'], read: ['shop-*', 'db'] },
      issued: '2026-11-22T12:34:30.000Z',
      expires: '2026-11-22T13:34:30.000Z',
    })
    expect(answer.headers.get('location')).toBe(`${path}/${String(id)}`)
    expect((await withToken(token).get('/api/v1/me')).body).toMatchObject({
      name: 'anna',
      way: 'token',
      scopes: ['write', 'read'],
      expires: '2026-11-22T13:34:30.000Z',
    })
  })

  test('has less when it is asked for, and never more than its owner', async () => {
    const wanted = { scopes: ['read'], facilities: { read: ['shop-1', 'shop-*'] }, expiresIn: 60 }
    const { token, facilities } = await issued(anna, wanted)
    expect(facilities).toEqual({ write: null, read: ['shop-1', 'shop-*'] })
    const narrow = withToken(token)
    expect((await narrow.get('/api/v1/eventqry')).status).toBe(200)
    const event = { facility: 'shop-1', level: 'info', event: 'order placed' }
    expect((await narrow.post('/api/v1/eventlog', event)).status).toBe(403)
    for (const wide of [
      { scopes: ['admin'] },
      { scopes: ['read', 'admin'] },
      { facilities: { read: 'all' } },
      { facilities: { read: ['db-*'] } },
      { facilities: { read: ['*'] } },
      { facilities: { write: ['shop*'] } },
      { facilities: { write: ['db'] } },
    ]) {
      const answer = await anna.post(path, wide)
      expect([answer.status, answer.body['code']], JSON.stringify(wide)).toEqual([403, 'forbidden'])
    }
  })

  test('lives 30 days at most, and no longer than its owner', async () => {
    expect((await anna.post(path, { expiresIn: 30 * 86_400 + 1 })).body['code']).toBe(
      'body-invalid',
    )
    expect((await anna.post(path, { expiresIn: 0 })).status).toBe(400)
    expect((await anna.post(path, { lifetime: 5 })).status).toBe(400)
    const brief = await add('brief', { scopes: ['read'], expiresIn: 90 })
    expect((await issued(brief))['expires']).toBe('2026-11-22T12:36:00.000Z')
  })

  test('makes no other token', async () => {
    const { token } = await issued(root)
    const answer = await withToken(token).post(path)
    expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden'])
  })

  test('is listed to its owner and to administrators, without the token itself', async () => {
    const idsOf = async (client: JsonClient) =>
      asList((await client.get(path)).body['tokens']).map((each) => asObject(each)['name'])
    expect(new Set(await idsOf(anna))).toEqual(new Set(['anna']))
    expect(new Set(await idsOf(root))).toEqual(new Set(['anna', 'brief', 'root']))
    expect(JSON.stringify((await root.get(path)).body)).not.toContain('eyJ')
    const file = join(server.dataDir, 'auth', 'tokens.ndjson')
    expect(readFileSync(file, 'utf8')).not.toContain('eyJ')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const keys = join(server.dataDir, 'auth', 'signing-keys.json')
    expect(statSync(keys).mode & 0o777).toBe(0o600)
  })

  test('is revoked by its owner, by an administrator and with itself, and by nobody else', async () => {
    const berta = await add('berta', { scopes: ['read'] })
    for (const who of ['owner', 'root', 'itself'] as const) {
      const { token, id } = await issued(anna)
      const one = `${path}/${String(id)}`
      expect((await berta.delete(one)).body['code']).toBe('not-found')
      expect(await statusOf(token)).toBe(200)
      const by = { owner: anna, root, itself: withToken(token) }[who]
      expect((await by.delete(one)).body).toMatchObject({ id, state: 'revoked' })
      expect(await statusOf(token)).toBe(401)
      const again = await root.delete(one)
      expect([again.status, again.body['state']]).toEqual([200, 'revoked'])
    }
    expect((await root.delete(`${path}/none`)).body['code']).toBe('not-found')
  })

  test('ends with the secret that it was made with', async () => {
    const carl = await add('carl', { scopes: ['read'] })
    const first = await issued(carl)
    await root.post('/api/v1/credentials/carl/rotate')
    expect(await statusOf(first['token'])).toBe(401)
    await root.delete('/api/v1/credentials/carl')
    const another = await add('carl', { scopes: ['read', 'write'] })
    expect(await statusOf(first['token'])).toBe(401)
    const second = await issued(another)
    expect(await statusOf(second['token'])).toBe(200)
    await root.post('/api/v1/credentials/carl/revoke')
    expect(await statusOf(second['token'])).toBe(401)
  })
})

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const read = (text: string): JsonObject =>
  asObject(JSON.parse(Buffer.from(text, 'base64url').toString()))

describe('whoever alters a token', () => {
  test('is refused: another algorithm, none, another key, other claims', async () => {
    const { token } = await issued(anna)
    const [head = '', body = '', signature = ''] = String(token).split('.')
    const header = read(head)
    const claims = read(body)
    const file = readFileSync(join(server.dataDir, 'auth', 'signing-keys.json'), 'utf8')
    const key = asObject(asList(asObject(JSON.parse(file))['keys'])[0])
    const publicKey = Buffer.from(String(key['x']), 'base64url')
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey])
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`
    const hmacWith = (secret: Uint8Array, alg = 'HS256') =>
      new SignJWT(claims).setProtectedHeader({ ...header, alg }).sign(secret)
    const { privateKey: foreign } = await crypto.subtle.generateKey('Ed25519', true, ['sign'])
    const foreignly = (extra: object) =>
      new SignJWT(claims).setProtectedHeader({ ...header, alg: 'EdDSA', ...extra }).sign(foreign)
    const admin = { write: 'all', read: 'all', admin: true }
    const bad = {
      none: `${part({ ...header, alg: 'none' })}.${body}.`,
      'None, with a signature': `${part({ ...header, alg: 'None' })}.${body}.${signature}`,
      'HS256 with the public key': await hmacWith(publicKey),
      'HS256 with its DER': await hmacWith(spki),
      'HS256 with its PEM': await hmacWith(Buffer.from(pem)),
      'HS512 with its PEM': await hmacWith(Buffer.from(pem.padEnd(64)), 'HS512'),
      'another key under our kid': await foreignly({}),
      'another key under another kid': await foreignly({ kid: 'another' }),
      'another key without a kid': await foreignly({ kid: undefined }),
      'a key of its own in its head': await foreignly({
        jwk: await crypto.subtle.exportKey('jwk', foreign),
      }),
      'more rights': `${head}.${part({ ...claims, grants: admin })}.${signature}`,
      'another name': `${head}.${part({ ...claims, sub: 'root' })}.${signature}`,
      'a later end': `${head}.${part({ ...claims, exp: 4_000_000_000 })}.${signature}`,
      'no signature': `${head}.${body}.`,
      'half of it': `${head}.${body}`,
    }
    expect(await statusOf(token)).toBe(200)
    for (const [how, altered] of Object.entries(bad)) {
      expect(`${how}: ${await statusOf(altered)}`).toBe(`${how}: 401`)
    }
    expect(await statusOf(token)).toBe(200)
  })
})

const newest = async () =>
  asObject(asList((await root.get('/api/v1/signing-keys')).body['keys'])[0])

describe('signing keys', () => {
  test('are rotated: older tokens stay valid, and go when all are ended', async () => {
    const before = await issued(anna)
    const first = await newest()
    const rotated = await root.post('/api/v1/signing-keys')
    expect(rotated.status).toBe(201)
    expect((await newest())['id']).toBe(rotated.body['id'])
    expect(rotated.body['id']).not.toBe(first['id'])
    const after = await issued(anna)
    expect(read(String(after['token']).split('.')[0] ?? '')['kid']).toBe(rotated.body['id'])
    expect([await statusOf(before['token']), await statusOf(after['token'])]).toEqual([200, 200])
    expect((await anna.post('/api/v1/signing-keys')).status).toBe(403)
    expect((await root.post('/api/v1/signing-keys', { endTokens: true })).status).toBe(201)
    expect([await statusOf(before['token']), await statusOf(after['token'])]).toEqual([401, 401])
    expect(asList((await root.get('/api/v1/signing-keys')).body['keys'])).toHaveLength(1)
    expect(JSON.stringify((await root.get('/api/v1/signing-keys')).body)).not.toContain('"d"')
  })

  test('are rotated at the command line while the server runs', async () => {
    const before = await issued(anna)
    const args = ['auth', 'rotate-signing-key', '--json', '--data', server.dataDir]
    const { out, code, err } = await runCli({ url: '' }, ...args)
    expect(`${code} ${err}`).toBe('0 ')
    const { id } = asObject(JSON.parse(out))
    await until('the new key', 5_000, async () => (await newest())['id'] === id)
    expect(await statusOf(before['token'])).toBe(200)
    expect((await runCli({ url: '' }, ...args, '--end-tokens')).code).toBe(0)
    await until('the end', 5_000, async () => (await statusOf(before['token'])) === 401)
  })

  test('are not forgotten while tokens of theirs may live', async () => {
    const first = await issued(anna)
    let last = await root.post('/api/v1/signing-keys')
    for (let i = 0; i < 40 && last.status === 201; i++) {
      last = await root.post('/api/v1/signing-keys')
    }
    expect(last.body['code']).toBe('conflict')
    expect(await statusOf(first['token'])).toBe(200)
    expect((await root.post('/api/v1/signing-keys', { endTokens: true })).status).toBe(201)
  })
})

test('what has been issued and revoked is known after a restart', async () => {
  const kept = await issued(anna)
  const revoked = await issued(anna)
  await root.delete(`${path}/${String(revoked['id'])}`)
  await server.restart()
  expect(await statusOf(kept['token'])).toBe(200)
  expect(await statusOf(revoked['token'])).toBe(401)
  const listed = asList((await anna.get(path)).body['tokens']).map(asObject)
  const states = new Map(listed.map(({ id, state }) => [id, state]))
  expect(states.get(kept['id'])).toBe('valid')
  expect(states.get(revoked['id'])).toBe('revoked')
})

test('a token is refused from the second on in which it expires', async () => {
  const { token, id } = await issued(anna, { expiresIn: 61 })
  await server.closeMinute()
  expect(await statusOf(token)).toBe(200)
  await server.closeMinute()
  expect(await statusOf(token)).toBe(401)
  const listed = asList((await anna.get(path)).body['tokens']).map((each) => asObject(each)['id'])
  expect(listed).not.toContain(id)
})

test('a credential has a bounded number of tokens', async () => {
  const many = await add('many', { scopes: ['read'] })
  for (let i = 0; i < 1_000; i++) await issued(many, { expiresIn: 1 })
  // Also when they have expired by then.
  await server.closeMinute()
  const answer = await many.post(path)
  expect([answer.status, answer.body['code']]).toEqual([429, 'too-many-tokens'])
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(60)
  expect((await anna.post(path)).status).toBe(201)
})
