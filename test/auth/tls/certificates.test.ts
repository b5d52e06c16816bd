import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { factsOf, makeLeaf } from '../../../src/auth/tls/certificate-maker.ts'
import {
  authorityOf,
  ownServerPair,
  readPair,
  renewServerPair,
  tlsDirectory,
} from '../../../src/auth/tls/tls-files.ts'

const dayMs = 86_400_000
let data = ''

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'minutebook-tls-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

async function openssl(...args: string[]): Promise<string> {
  const child = Bun.spawn(['openssl', ...args], { stdout: 'pipe', stderr: 'pipe' })
  const text = await new Response(child.stdout).text()
  return `${text}${await new Response(child.stderr).text()}`
}

describe('the own certificate', () => {
  test('is made once, in files that only their owner reads, and openssl trusts it', async () => {
    const pair = await ownServerPair(data, ['localhost', '127.0.0.1', '::1'], Date.now())
    const again = await ownServerPair(data, ['localhost'], Date.now())
    expect(again).toEqual(pair)
    for (const file of ['ca.pem', 'ca-key.pem', 'server.pem', 'server-key.pem']) {
      expect(statSync(join(tlsDirectory(data), file)).mode & 0o777).toBe(0o600)
    }
    const ca = join(tlsDirectory(data), 'ca.pem')
    const server = join(tlsDirectory(data), 'server.pem')
    const verified = await openssl('verify', '-CAfile', ca, '-purpose', 'sslserver', server)
    expect(verified).toContain(`${server}: OK`)
    const facts = await factsOf(pair.certificate)
    expect(facts.names).toEqual(['localhost', '127.0.0.1', '::1'])
    const print = await openssl('x509', '-in', server, '-noout', '-fingerprint', '-sha256')
    expect(print.toUpperCase()).toContain(facts.fingerprint)
  })

  test('is renewed by the same authority, for other names and before it expires', async () => {
    const now = Date.now()
    const first = await ownServerPair(data, ['localhost'], now)
    const authority = await authorityOf(data, now)
    const wider = await ownServerPair(data, ['localhost', 'logs.example.org'], now)
    expect(wider.certificate).not.toBe(first.certificate)
    expect(await ownServerPair(data, ['localhost'], now + 366 * dayMs)).toEqual(wider)
    const late = await ownServerPair(data, ['localhost'], now + 368 * dayMs)
    expect(late.certificate).not.toBe(wider.certificate)
    expect(await authorityOf(data, now)).toEqual(authority)
  })

  test('of a name that is none is refused', async () => {
    await expect(renewServerPair(data, ['not a host'], Date.now())).rejects.toThrow("'not a host'")
  })
})

test('a client certificate is one for clients, of the same authority', async () => {
  const authority = await authorityOf(data, Date.now())
  const pair = await makeLeaf(authority, { for: 'client', names: ['shop'], nowMs: Date.now() })
  const path = join(data, 'client.pem')
  writeFileSync(path, pair.certificate)
  const ca = join(tlsDirectory(data), 'ca.pem')
  expect(await openssl('verify', '-CAfile', ca, '-purpose', 'sslclient', path)).toContain('OK')
  expect(await openssl('verify', '-CAfile', ca, '-purpose', 'sslserver', path)).not.toContain(
    ': OK',
  )
  expect(readPair(tlsDirectory(data), 'client')).toBeNull()
})
