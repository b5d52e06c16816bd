import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { credentialPath } from '../../src/auth/credential-path.ts'
import { runCli } from '../cli/run-cli.ts'
import { until } from '../server/process.ts'
import { ClockedServer } from './clocked-server.ts'
import { JsonClient } from './json-client.ts'
import { asList, asObject } from './json-object.ts'

const path = '/api/v1/credentials'
let server: ClockedServer
let anonymous: JsonClient
let root: JsonClient
const secrets: string[] = []

const withKey = (key: unknown) => new JsonClient(server, { 'x-api-key': String(key) })
const withPassword = (name: string, password: string) => {
  const pair = Buffer.from(`${name}:${password}`).toString('base64')
  return new JsonClient(server, { authorization: `Basic ${pair}` })
}
const named = async (name: string) => {
  const list = asList((await root.get(path)).body['credentials']).map(asObject)
  return list.find((each) => each['name'] === name)
}

beforeAll(async () => {
  server = await ClockedServer.start()
  anonymous = new JsonClient(server)
})
afterAll(() => server[Symbol.asyncDispose]())

describe('credentials', () => {
  test('the first is made on an open server, and asked for at once', async () => {
    expect((await anonymous.get(path)).body).toEqual({ credentials: [] })
    const made = await anonymous.post(path, { name: 'root', scopes: ['write', 'read', 'admin'] })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`${path}/root`)
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(made.body).toMatchObject({
      name: 'root',
      kind: 'api-key',
      state: 'valid',
      facilities: { write: 'all', read: 'all' },
    })
    secrets.push(String(made.body['secret']))
    expect((await anonymous.get(path)).status).toBe(401)
    root = withKey(made.body['secret'])
    expect((await root.get('/api/v1/me')).body).toMatchObject({ name: 'root' })
    expect(statSync(credentialPath(server.dataDir)).mode & 0o777).toBe(0o600)
  })

  test('of every kind are made by the rules of the command line', async () => {
    const bound = { read: ['shop', 'db-*'] }
    const anna = { name: 'anna@example.com', kind: 'password', scopes: ['read'] }
    const made = await root.post(path, {
      ...anna,
      facilities: bound,
      password: 'correct horse',
      networks: ['127.0.0.0/8'],
      expiresIn: 3_600,
    })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      secret: null,
      facilities: { write: null, read: ['shop', 'db-*'] },
      networks: ['127.0.0.0/8'],
    })
    const reader = withPassword('anna@example.com', 'correct horse')
    expect((await reader.get('/api/v1/me')).body).toMatchObject({
      name: 'anna@example.com',
      way: 'basic',
      scopes: ['read'],
    })
    for (const [wanted, status, code] of [
      [{ ...anna, password: 'correct horse' }, 409, 'conflict'],
      [{ ...anna, name: 'b', password: 'short' }, 422, 'credential-refused'],
      [{ name: 'a b', scopes: ['read'] }, 422, 'credential-refused'],
      [{ name: 'anonymous', scopes: ['read'] }, 422, 'credential-refused'],
      [{ name: 'c', scopes: ['read'], networks: ['10.0.0.0/99'] }, 422, 'credential-refused'],
      [{ name: 'd', scopes: ['read'], facilities: { read: ['a**'] } }, 422, 'credential-refused'],
      [{ name: 'e', scopes: [] }, 400, 'body-invalid'],
      [{ name: 'f', scopes: ['root'] }, 400, 'body-invalid'],
      [{ name: 'g', scopes: ['read'], admin: true }, 400, 'body-invalid'],
    ] as const) {
      const answer = await root.post(path, wanted)
      expect([answer.status, answer.body['code']], JSON.stringify(wanted)).toEqual([status, code])
    }
  })

  test('are rotated, revoked and removed at once, and never shown again', async () => {
    const made = await root.post(path, { name: 'shop', scopes: ['write'] })
    const first = withKey(made.body['secret'])
    expect((await first.get('/api/v1/me')).status).toBe(200)
    const rotated = await root.post(`${path}/shop/rotate`)
    expect(rotated.status).toBe(200)
    const second = withKey(rotated.body['secret'])
    secrets.push(String(made.body['secret']), String(rotated.body['secret']))
    expect((await first.get('/api/v1/me')).status).toBe(401)
    expect((await second.get('/api/v1/me')).status).toBe(200)
    expect((await root.post(`${path}/shop/revoke`)).body).toMatchObject({ state: 'revoked' })
    expect((await second.get('/api/v1/me')).status).toBe(401)
    expect((await root.post(`${path}/shop/rotate`)).status).toBe(409)
    expect(await named('shop')).toMatchObject({ state: 'revoked' })
    expect((await root.delete(`${path}/shop`)).status).toBe(200)
    expect(await named('shop')).toBeUndefined()
    for (const answer of [
      await root.delete(`${path}/shop`),
      await root.post(`${path}/shop/revoke`),
      await root.post(`${path}/shop/rotate`),
    ]) {
      expect(answer.body['code']).toBe('not-found')
    }
    const anna = `${path}/${encodeURIComponent('anna@example.com')}`
    expect((await root.post(`${anna}/rotate`)).status).toBe(422)
    const password = 'another horse'
    expect((await root.post(`${anna}/rotate`, { password })).status).toBe(200)
    expect((await withPassword('anna@example.com', password).get('/api/v1/me')).status).toBe(200)
    const { body } = await root.get(path)
    expect(JSON.stringify(body)).not.toMatch(/mb_|argon2|sha256|hash|secret/)
  })

  test('are for administrators alone', async () => {
    const made = await root.post(path, { name: 'both', scopes: ['write', 'read'] })
    const both = withKey(made.body['secret'])
    for (const answer of [
      await both.get(path),
      await both.post(path, { name: 'x', scopes: ['admin'] }),
      await both.post(`${path}/root/rotate`),
      await both.post(`${path}/root/revoke`),
      await both.delete(`${path}/root`),
    ]) {
      expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden'])
    }
  })

  test('changed at the command line are in the audit trail too, without any secret', async () => {
    const added = ['auth', 'add', 'cli', '--read', 'all', '--data', server.dataDir]
    expect((await runCli({ url: '' }, ...added)).code).toBe(0)
    await until('the change', 5_000, async () => (await named('cli')) !== undefined && true)
    const minute = await server.closeMinute()
    const query = `/api/v1/eventqry/minutes/${minute}?facility=minutebook`
    const page = await root.get(query)
    const events = asList(page.body['events']).map(asObject)
    const told = events.map(({ event, additional }) => {
      const { by, credential } = asObject(additional)
      return `${event}: ${asObject(credential)['name']} by ${asObject(by)['name']}`
    })
    expect(told).toEqual([
      'credential added: root by anonymous',
      'credential added: anna@example.com by root',
      'credential added: shop by root',
      'credential rotated: shop by root',
      'credential revoked: shop by root',
      'credential removed: shop by root',
      'credential rotated: anna@example.com by root',
      'credential added: both by root',
      'credential added: cli by command line',
    ])
    const text = JSON.stringify(events)
    for (const secret of [...secrets, 'correct horse', 'another horse']) {
      expect(text).not.toContain(secret)
    }
  })
})

test('a first credential of the command line is in the audit trail of an open server', async () => {
  await using open = await ClockedServer.start()
  const args = ['auth', 'add', 'first', '--read', 'all', '--json', '--data', open.dataDir]
  const { out } = await runCli({ url: '' }, ...args)
  const headers = { 'x-api-key': String(asObject(JSON.parse(out))['secret']) }
  await until('the key', 5_000, async () => (await open.ask('/api/v1/me')).status === 401)
  const minute = await open.closeMinute()
  const page = await open.json(`/api/v1/eventqry/minutes/${minute}`, { headers })
  expect(asObject(page)['events']).toMatchObject([{ event: 'credential added' }])
  expect(statSync(join(open.dataDir, 'auth')).mode & 0o777).toBe(0o700)
})
