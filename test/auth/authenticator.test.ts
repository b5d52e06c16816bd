import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Authenticator } from '../../src/auth/authenticator.ts'
import type { Admission, Grants, RequestFacts } from '../../src/auth/contract.ts'
import { type Credential, credentialTag } from '../../src/auth/credential.ts'
import { readCredentials, writeCredentials } from '../../src/auth/credential-file.ts'
import { credentialPath } from '../../src/auth/credential-path.ts'
import { CredentialStore } from '../../src/auth/credential-store.ts'
import { Networks } from '../../src/auth/networks.ts'
import { NonceLog } from '../../src/auth/nonce-log.ts'
import { Passwords } from '../../src/auth/passwords.ts'
import { RateLimiter } from '../../src/auth/rate-limit.ts'
import { makeApiKey } from '../../src/auth/secret.ts'
import { makeSigningKey, type SigningKey, signToken, TokenVerifier } from '../../src/auth/tokens.ts'

const everywhere = { allow: new Networks([]), deny: new Networks([]) }
const noLimit = { perSecond: 0, burst: 0 }
const all: Grants = { write: 'all', read: 'all', admin: true }
const writer: Grants = { write: ['shop-*'], read: null, admin: false }

let directory = ''
let nowMs = 1_795_349_640_000
let elapsedMs = 0
let nonces: NonceLog
let key: SigningKey

const common = (name: string, grants: Grants) => ({
  name,
  grants: {
    write: grants.write === 'all' || grants.write === null ? grants.write : [...grants.write],
    read: grants.read === 'all' || grants.read === null ? grants.read : [...grants.read],
    admin: grants.admin,
  },
  createdMs: 0,
  expiresMs: null,
  revokedMs: null,
  networks: [],
})

function apiKeyOf(name: string, grants: Grants): { text: string; credential: Credential } {
  const { id, key: text, sha256 } = makeApiKey((bytes) => randomBytes(bytes))
  return { text, credential: { kind: 'api-key', id, sha256, ...common(name, grants) } }
}

function keep(...credentials: Credential[]): void {
  const path = credentialPath(directory)
  writeCredentials(path, { version: 1, credentials, revokedTokens: [] })
}

interface Limits {
  readonly perAddress?: { perSecond: number; burst: number }
  readonly perPrincipal?: { perSecond: number; burst: number }
  readonly failures?: { perSecond: number; burst: number }
  readonly read?: { allow: Networks; deny: Networks }
}

function open(limits: Limits = {}): Authenticator {
  const store = new CredentialStore({
    dataDirectory: directory,
    elapsedMs: () => elapsedMs,
    onTrouble: (error) => {
      throw error
    },
    onChange: () => {},
    isNew: false,
  })
  const tokens = new TokenVerifier([key])
  return new Authenticator({
    store,
    passwords: new Passwords(() => nowMs),
    tokens: () => tokens,
    nonces,
    nowMs: () => nowMs,
    hmacWindowMs: 300_000,
    addresses: { read: limits.read ?? everywhere, write: everywhere, admin: everywhere },
    perAddress: new RateLimiter(limits.perAddress ?? noLimit),
    perPrincipal: new RateLimiter(limits.perPrincipal ?? noLimit),
    failures: new RateLimiter(limits.failures ?? noLimit),
  })
}

function facts(headers: Record<string, string> = {}, address = '127.0.0.1'): RequestFacts {
  const target = '/api/v1/eventqry'
  return { method: 'GET', target, headers: new Headers(headers), address, isCertified: false }
}

/** What whoever tries is told: nothing of what the audit trail knows. */
function told(admission: Admission): unknown {
  if (admission.ok) return admission
  const { audit, ...rest } = admission
  expect(audit).toBeDefined()
  return rest
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const headersOf = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

const claims = (owner: Credential, grants: Grants, expiresMs: number) => ({
  id: 'token-id-0123456789',
  name: 'shop',
  issuedMs: nowMs,
  expiresMs,
  ownerTag: credentialTag(owner),
  grants,
})

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'minutebook-auth-'))
  nowMs = 1_795_349_640_000
  elapsedMs = 0
  const path = join(directory, 'nonces')
  nonces = new NonceLog({ path, bootId: 'boot', nowMs: () => nowMs, entriesMax: 1_000 })
  key = await makeSigningKey(nowMs)
})
afterEach(() => {
  nonces[Symbol.dispose]()
  rmSync(directory, { recursive: true, force: true })
})

describe('an API key', () => {
  test('admits its principal, by either header, within its scopes', async () => {
    const { text, credential } = apiKeyOf('shop', writer)
    keep(credential)
    const auth = open()
    for (const headers of [{ 'x-api-key': text }, { authorization: `Bearer ${text}` }]) {
      const admission = await auth.admit(facts(headers), 'write')
      expect(admission).toMatchObject({ ok: true, principal: { name: 'shop', way: 'api-key' } })
    }
    expect(await auth.admit(facts({ 'x-api-key': text }), 'read')).toMatchObject({
      ok: false,
      code: 'forbidden',
    })
  })

  test('altered, expired or revoked is answered as an unknown one is', async () => {
    const { text, credential } = apiKeyOf('shop', all)
    const expired = apiKeyOf('old', all)
    const revoked = apiKeyOf('gone', all)
    keep(
      credential,
      { ...expired.credential, expiresMs: nowMs },
      { ...revoked.credential, revokedMs: nowMs - 1 },
    )
    const auth = open()
    const answers = await Promise.all(
      [`${text.slice(0, -1)}!`, `${text.slice(0, -1)}0x`, expired.text, revoked.text, ''].map(
        async (bad) => auth.admit(facts({ 'x-api-key': bad }), 'read'),
      ),
    )
    for (const answer of answers)
      expect(told(answer)).toEqual(told(await auth.admit(facts(), 'read')))
    expect(answers[0]).toMatchObject({ ok: false, code: 'unauthenticated' })
  })

  test('bound to networks is refused from elsewhere', async () => {
    const { text, credential } = apiKeyOf('shop', all)
    keep({ ...credential, networks: ['10.0.0.0/8'] })
    const auth = open()
    const headers = { 'x-api-key': text }
    expect((await auth.admit(facts(headers, '10.1.1.1'), 'read')).ok).toBe(true)
    expect((await auth.admit(facts(headers, '192.0.2.1'), 'read')).ok).toBe(false)
  })
})

describe('basic authentication', () => {
  test('takes the right password, again and again, and no other', async () => {
    const hash = await Passwords.hash('correct horse: battery')
    keep({ kind: 'password', hash, ...common('anna', all) })
    const auth = open()
    const right = facts(headersOf('anna', 'correct horse: battery'))
    expect(await auth.admit(right, 'read')).toMatchObject({ ok: true, principal: { way: 'basic' } })
    expect((await auth.admit(right, 'read')).ok).toBe(true)
    for (const [user, password] of [
      ['anna', 'wrong'],
      ['anna', ''],
      ['berta', 'correct horse: battery'],
    ] as const) {
      expect(told(await auth.admit(facts(headersOf(user, password)), 'read'))).toEqual(
        told(await auth.admit(facts(), 'read')),
      )
    }
    expect((await auth.admit(facts({ authorization: 'Basic ???' }), 'read')).ok).toBe(false)
  })
})

describe('a token', () => {
  test('admits until it expires, is revoked, or its owner is', async () => {
    const owner = apiKeyOf('shop', all).credential
    keep(owner)
    const token = await signToken(key, claims(owner, writer, nowMs + 60_000))
    const request = facts({ authorization: `Bearer ${token}` })
    const auth = open()
    expect(await auth.admit(request, 'write')).toMatchObject({
      ok: true,
      principal: { name: 'shop', way: 'token', grants: { write: ['shop-*'] } },
    })
    expect((await auth.admit(request, 'admin')).ok).toBe(false)
    const revokedTokens = [{ id: 'token-id-0123456789', expiresMs: nowMs + 60_000 }]
    writeCredentials(credentialPath(directory), { version: 1, credentials: [owner], revokedTokens })
    elapsedMs += 1_000
    expect((await auth.admit(request, 'write')).ok).toBe(false)
    keep({ ...owner, revokedMs: nowMs })
    elapsedMs += 1_000
    expect((await auth.admit(request, 'write')).ok).toBe(false)
    // Another credential of that name is not the one it was made for.
    keep(apiKeyOf('shop', all).credential)
    elapsedMs += 1_000
    expect((await auth.admit(request, 'write')).ok).toBe(false)
    keep(owner)
    elapsedMs += 1_000
    expect((await auth.admit(request, 'write')).ok).toBe(true)
    nowMs += 60_000
    expect((await auth.admit(request, 'write')).ok).toBe(false)
  })

  test('of another key, another algorithm or none is not valid', async () => {
    const owner = apiKeyOf('shop', all).credential
    keep(owner)
    const auth = open()
    const good = await signToken(key, claims(owner, all, nowMs + 60_000))
    const [head = '', body = ''] = good.split('.')
    const foreign = { ...(await makeSigningKey(nowMs)), id: key.id }
    const none = `${part({ alg: 'none', typ: 'JWT', kid: key.id })}.${body}.`
    const hs = `${part({ alg: 'HS256', typ: 'JWT', kid: key.id })}.${body}`
    const confused = new Bun.CryptoHasher('sha256', Buffer.from(key.x, 'base64url'))
    const mac = confused.update(hs).digest('base64url')
    const bad = [
      await signToken(foreign, claims(owner, all, nowMs + 60_000)),
      none,
      `${hs}.${mac}`,
      `${head}.${part({ sub: 'shop' })}.${good.split('.')[2] ?? ''}`,
      good.slice(0, -4),
      'x'.repeat(100_000),
    ]
    for (const token of bad) {
      const answer = await auth.admit(facts({ authorization: `Bearer ${token}` }), 'read')
      expect(answer).toMatchObject({ ok: false, code: 'unauthenticated' })
    }
    const taken = await auth.admit(facts({ authorization: `Bearer ${good}` }), 'read')
    expect(taken.ok).toBe(true)
  })
})

describe('limits', () => {
  test('slow an address down, a principal, and whoever guesses', async () => {
    const { text, credential } = apiKeyOf('shop', all)
    keep(credential)
    const right = { 'x-api-key': text }
    const two = { perSecond: 1, burst: 2 }
    const codesOf = async (auth: Authenticator, headers: Record<string, string>) => {
      const codes: string[] = []
      for (let i = 0; i < 4; i++) {
        const answer = await auth.admit(facts(headers), 'read')
        codes.push(answer.ok ? 'ok' : answer.code)
      }
      return codes
    }
    const limited = ['ok', 'ok', 'rate-limited', 'rate-limited']
    expect(await codesOf(open({ perAddress: two }), right)).toEqual(limited)
    expect(await codesOf(open({ perPrincipal: two }), right)).toEqual(limited)
    const guesser = open({ failures: two })
    const wrong = { 'x-api-key': 'mb_aaaaaaaaaaaa_0' }
    expect(await codesOf(guesser, wrong)).toEqual(
      limited.map((code) => (code === 'ok' ? 'unauthenticated' : code)),
    )
    expect((await guesser.admit(facts(right), 'read')).ok).toBe(true)
    nowMs += 1_000
    expect(await guesser.admit(facts(wrong), 'read')).toMatchObject({ code: 'unauthenticated' })
  })

  test('an address that a scope is not for is refused before anything else', async () => {
    const read = { allow: new Networks(['10.0.0.0/8']), deny: new Networks([]) }
    const auth = open({ read })
    expect(await auth.admit(facts(), 'read')).toMatchObject({ code: 'address-denied' })
    expect((await auth.admit(facts({}, '10.0.0.9'), 'read')).ok).toBe(true)
    expect((await auth.admit(facts(), 'write')).ok).toBe(true)
  })
})

describe('the credential file', () => {
  test('is refused when others may read it, or when it is not as it was written', () => {
    keep(apiKeyOf('shop', all).credential)
    const path = credentialPath(directory)
    expect(readCredentials(path).credentials).toHaveLength(1)
    chmodSync(path, 0o640)
    expect(() => readCredentials(path)).toThrow('chmod 600')
    chmodSync(path, 0o600)
    writeFileSync(path, '{"version":1,"credentials":[{}],"revokedTokens":[]}')
    expect(() => readCredentials(path)).toThrow('/credentials/0')
    writeFileSync(path, '{')
    expect(() => readCredentials(path)).toThrow(path)
  })

  test('a change by another process is in force at the next look', async () => {
    const first = apiKeyOf('first', all)
    const second = apiKeyOf('second', all)
    keep(first.credential)
    const auth = open()
    expect((await auth.admit(facts({ 'x-api-key': second.text }), 'read')).ok).toBe(false)
    keep(first.credential, second.credential)
    elapsedMs += 250
    expect((await auth.admit(facts({ 'x-api-key': second.text }), 'read')).ok).toBe(true)
  })
})

test('without any credential, everybody may do everything; a revoked one opens nothing again', async () => {
  const auth = open()
  expect(auth.isOpen).toBe(true)
  expect(await auth.admit(facts(), 'admin')).toMatchObject({ principal: { name: 'anonymous' } })
  keep({ ...apiKeyOf('shop', all).credential, revokedMs: 1 })
  elapsedMs += 250
  expect((await auth.admit(facts(), 'read')).ok).toBe(false)
})
