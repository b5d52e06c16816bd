import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RequestFacts } from '../../src/auth/contract.ts'
import type { CredentialOf } from '../../src/auth/credential.ts'
import { checkHmac, signatureOf } from '../../src/auth/hmac.ts'
import { formatHmacHeader, parseHmacHeader, type SignedParts } from '../../src/auth/hmac-text.ts'
import { NonceLog } from '../../src/auth/nonce-log.ts'
import { sha256Hex } from '../../src/auth/secret.ts'

const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I'
const nowMs = 1_795_349_640_000
const windowMs = 300_000
const credential: CredentialOf<'hmac'> = {
  kind: 'hmac',
  id: 'abcdefghijkl',
  secret,
  name: 'shop',
  grants: { write: 'all', read: null, admin: false },
  createdMs: 0,
  expiresMs: null,
  revokedMs: null,
  networks: [],
}
const parts: SignedParts = {
  method: 'POST',
  target: '/api/v1/eventlog?a=b',
  keyId: credential.id,
  timestamp: String(nowMs),
  nonce: 'AAECAwQFBgcICQoLDA0ODw',
  idempotencyKey: 'batch-1',
  contentType: 'application/json',
  contentEncoding: 'zstd',
  bodySha256: sha256Hex('[]'),
}

let directory = ''
let nonces: NonceLog

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'minutebook-hmac-'))
  const path = join(directory, 'nonces')
  nonces = new NonceLog({ path, bootId: 'boot', nowMs: () => nowMs, entriesMax: 1_000 })
})
afterEach(() => {
  nonces[Symbol.dispose]()
  rmSync(directory, { recursive: true, force: true })
})

const factsOf = (signed: SignedParts): RequestFacts => ({
  method: signed.method,
  target: signed.target,
  headers: new Headers({
    'idempotency-key': signed.idempotencyKey,
    'content-type': signed.contentType,
    'content-encoding': signed.contentEncoding,
  }),
  address: '127.0.0.1',
  isCertified: false,
})

const find = (id: string) => (id === credential.id ? credential : null)

function check(signed: SignedParts, sent: SignedParts = signed, key = secret) {
  const header = formatHmacHeader({ ...sent, signature: signatureOf(signed, key) })
  return checkHmac(factsOf(sent), header, { nowMs, windowMs, nonces, find })
}

const at = (offset: number, nonce: string) =>
  check({ ...parts, timestamp: String(nowMs + offset), nonce })

describe('an HMAC submission', () => {
  test('is taken once', () => {
    expect(check(parts)).toEqual({ ok: true, credential, bodySha256: parts.bodySha256 })
    expect(check(parts)).toEqual({ ok: false, why: 'replayed', name: 'shop' })
    expect(check({ ...parts, nonce: 'another-nonce-of-22-ch' }).ok).toBe(true)
  })

  test.each(Object.keys(parts).filter((name) => name !== 'keyId') as (keyof SignedParts)[])(
    'with another %s than was signed is not valid',
    (name) => {
      const altered: Record<keyof SignedParts, string> = {
        method: 'DELETE',
        target: '/api/v1/eventlog?a=c',
        keyId: parts.keyId,
        timestamp: String(nowMs + 1),
        nonce: 'BBECAwQFBgcICQoLDA0ODw',
        idempotencyKey: 'batch-2',
        contentType: 'application/msgpack',
        contentEncoding: '',
        bodySha256: sha256Hex('{}'),
      }
      const sent = { ...parts, [name]: altered[name] }
      expect(check(parts, sent)).toMatchObject({ ok: false, why: 'invalid' })
      // What was refused has used up no nonce.
      expect(check(parts).ok).toBe(true)
    },
  )

  test('with another secret or an unknown key is not valid', () => {
    expect(check(parts, parts, 'x'.repeat(43))).toMatchObject({ ok: false, why: 'invalid' })
    expect(check({ ...parts, keyId: 'unknownunkno' })).toMatchObject({ ok: false, why: 'invalid' })
  })

  test('is taken up to the edges of the window and not beyond', () => {
    expect(at(-windowMs, 'edge-nonce-number-0001').ok).toBe(true)
    expect(at(windowMs, 'edge-nonce-number-0002').ok).toBe(true)
    expect(at(-windowMs - 1, 'edge-nonce-number-0003')).toMatchObject({
      ok: false,
      why: 'outside-window',
    })
    expect(at(windowMs + 1, 'edge-nonce-number-0004')).toMatchObject({
      ok: false,
      why: 'outside-window',
    })
  })

  test('whose header is of another form is not valid', () => {
    const header = formatHmacHeader({ ...parts, signature: signatureOf(parts, secret) })
    expect(parseHmacHeader(header)?.nonce).toBe(parts.nonce)
    for (const bad of [`${header} `, header.slice(0, -1), header.replace('nonce=', 'nonce=!')]) {
      expect(parseHmacHeader(bad)).toBeNull()
    }
  })
})

test('the signature of the documented example', () => {
  expect(signatureOf({ ...parts, contentEncoding: '' }, secret)).toBe(
    new Bun.CryptoHasher('sha256', secret)
      .update(
        `MB1-HMAC-SHA256\nPOST\n/api/v1/eventlog?a=b\nabcdefghijkl\n1795349640000\nAAECAwQFBgcICQoLDA0ODw\nbatch-1\napplication/json\n\n${sha256Hex('[]')}`,
      )
      .digest('hex'),
  )
})
