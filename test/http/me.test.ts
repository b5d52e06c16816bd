import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { addCredential } from '../../src/auth/credential-changes.ts'
import { credentialPath } from '../../src/auth/credential-path.ts'
import type { Grants } from '../../src/auth/contract.ts'
import { until } from '../server/process.ts'
import { ClockedServer } from './clocked-server.ts'

let server: ClockedServer
beforeAll(async () => {
  server = await ClockedServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

const add = (name: string, grants: Grants) =>
  addCredential(
    credentialPath(server.dataDir),
    { kind: 'api-key', name, grants, expiresMs: Date.parse('2027-01-01'), networks: [] },
    0,
  )

/** The challenge of a refusal that a browser's request in this mode gets. */
const challengeOf = async (mode: string) => {
  const headers = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': mode }
  const response = await server.ask('/api/v1/me', { headers })
  expect(response.status).toBe(401)
  return response.headers.get('www-authenticate')
}

describe('GET /api/v1/me', () => {
  test('names the anonymous caller of a server without credentials', async () => {
    expect(await server.json('/api/v1/me')).toEqual({
      name: 'anonymous',
      way: 'anonymous',
      scopes: ['write', 'read', 'admin'],
      facilities: { write: 'all', read: 'all' },
      expires: null,
    })
  })

  test('names whoever has a credential, whatever its scopes, and asks others for one', async () => {
    const { secret } = await add('shop', { write: ['shop', 'db-*'], read: null, admin: false })
    const headers = { 'x-api-key': secret ?? '' }
    const me = await until('the key', 5_000, async () => {
      const response = await server.ask('/api/v1/me', { headers })
      const body: unknown = await response.json()
      return JSON.stringify(body).includes('api-key') && body
    })
    expect(me).toEqual({
      name: 'shop',
      way: 'api-key',
      scopes: ['write'],
      facilities: { write: ['shop', 'db-*'], read: null },
      expires: '2027-01-01T00:00:00.000Z',
    })
    expect((await server.ask('/api/v1/me')).status).toBe(401)
  })

  test("does not make a browser ask for a password behind a page's back", async () => {
    expect(await challengeOf('navigate')).toStartWith('Basic ')
    expect(await challengeOf('cors')).toStartWith('Bearer ')
    expect(await challengeOf('cors')).not.toContain('Basic')
  })
})
