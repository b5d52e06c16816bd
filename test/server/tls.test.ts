import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { factsOf, makeAuthority, makeLeaf } from '../../src/auth/tls/certificate-maker.ts'
import { readConfig } from '../../src/config.ts'
import { watchTls } from '../../src/tls.ts'
import { type CliRun, runCli } from '../cli/run-cli.ts'
import { curl } from './curl.ts'
import { ServerEnded, type ServerProcess, startServer, until } from './process.ts'

const event = '{"facility":"shop","level":"info","event":"order placed"}'
let data = ''
const path = (...names: string[]): string => join(data, ...names)
const ca = (): string[] => ['--cacert', path('tls', 'ca.pem')]
const post = (url: string): string[] => ['-d', event, `${url}/api/v1/eventlog`]

beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'minutebook-tls-'))
})
afterAll(() => rmSync(data, { recursive: true, force: true }))

const cli = (...args: string[]): Promise<CliRun> => runCli({ url: '' }, ...args)

/** The SHA-256 fingerprint of the certificate that a fresh connection is shown. */
async function fingerprintOf(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
    resolve(socket.getPeerCertificate().fingerprint256)
    socket.destroy()
  })
  socket.on('error', reject)
  return promise
}

describe('HTTPS with the own certificate', () => {
  let server: ServerProcess

  beforeAll(async () => {
    server = await startServer({ data, flags: ['--tls', '--tls-host', 'logs.example.org'] })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('answers a curl that trusts the authority, and none that does not', async () => {
    expect(server.url).toStartWith('https://')
    expect(await curl(...ca(), ...post(server.url))).toMatchObject({ exitCode: 0, status: 202 })
    // 60: the peer's certificate cannot be authenticated with known CA certificates.
    expect((await curl(...post(server.url))).exitCode).toBe(60)
    const { port } = new URL(server.url)
    const byName = `https://logs.example.org:${port}`
    const resolve = ['--resolve', `logs.example.org:${port}:127.0.0.1`]
    // The name is right; that it is no loopback name is what is refused.
    expect((await curl(...ca(), ...resolve, `${byName}/health/live`)).status).toBe(403)
  })

  test('says its fingerprint, which is the one that clients see', async () => {
    const seen = await fingerprintOf(server.url)
    await until('the line that says it', 20_000, async () => server.log().includes(seen))
    const shown = await cli('cert', '--data', data)
    expect(shown.out).toContain(seen)
  })

  test('takes TLS 1.2 and 1.3 and nothing older', async () => {
    const live = `${server.url}/health/live`
    expect((await curl(...ca(), '--tls-max', '1.2', live)).status).toBe(200)
    expect((await curl(...ca(), '--tlsv1.3', live)).status).toBe(200)
    expect(
      (await curl(...ca(), '--tls-max', '1.1', '--ciphers', 'ALL:@SECLEVEL=0', live)).status,
    ).toBe(0)
  })

  test('a renewed certificate is shown at once, and what is connected goes on', async () => {
    const before = await fingerprintOf(server.url)
    const waiting = fetch(`${server.url}/api/v1/eventqry/tail?heartbeat=1`, {
      tls: { rejectUnauthorized: false },
    })
    const reader = (await waiting).body?.getReader()
    await reader?.read()
    expect((await cli('cert', 'renew', '--data', data)).code).toBe(0)
    const after = await until('the new certificate', 15_000, async () => {
      // A connection that is being made as the listeners change may be cut.
      const now = await fingerprintOf(server.url).catch(() => before)
      return now !== before && now
    })
    expect((await cli('cert', '--data', data)).out).toContain(after)
    await until('the audit trail', 5_000, async () => {
      return server.log().includes('"audit":"certificate renewed"')
    })
    expect((await reader?.read())?.done).toBe(false)
    await reader?.cancel()
    expect((await curl(...ca(), ...post(server.url))).status).toBe(202)
  })
})

test('a given pair is taken when it fits together; until then the one before is shown', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'minutebook-given-'))
  try {
    const nowMs = Date.now()
    const authority = await makeAuthority(nowMs)
    const leaf = () => makeLeaf(authority, { for: 'server', names: ['localhost'], nowMs })
    const [first, second] = [await leaf(), await leaf()]
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
    writeFileSync(cert, first.certificate)
    writeFileSync(key, first.key)
    const flags = ['--tls', '--tls-cert', cert, '--tls-key', key]
    await using server = await startServer({ flags })
    const shown = await fingerprintOf(server.url)
    expect(shown).toBe((await factsOf(first.certificate)).fingerprint)
    writeFileSync(key, second.key)
    await until('the refusal', 15_000, async () => server.log().includes('is not the key'))
    expect(await fingerprintOf(server.url)).toBe(shown)
    writeFileSync(cert, second.certificate)
    const { fingerprint } = await factsOf(second.certificate)
    await until('the new certificate', 15_000, async () => {
      return (await fingerprintOf(server.url).catch(() => '')) === fingerprint
    })
    writeFileSync(key, first.key)
    expect(await refusal(...flags)).toContain('is not the key')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

test('it is looked once a day whether the own certificate ends soon', async () => {
  const config = readConfig(['--data', data, '--tls'], {})
  let nowMs = Date.now()
  const asked: string[] = []
  const renew = async (why: string): Promise<void> => void asked.push(why)
  using _watch = watchTls(config, { nowMs: () => nowMs, renew, everyMs: 5 })
  nowMs += 86_400_000
  await until('the look', 5_000, async () => asked.length > 0)
  nowMs += 86_400_000
  await until('the next', 5_000, async () => asked.length > 1)
  expect(asked).toEqual(['due', 'due'])
})

describe('clients that must show a certificate', () => {
  test('may post with one of the own authority, and do nothing else; others do not get in', async () => {
    expect((await cli('cert', 'client', 'shop', '--data', data, '--out', data)).code).toBe(0)
    const flags = ['--tls', '--tls-clients', 'required']
    await using server = await startServer({ data, flags })
    const shown = ['--cert', path('shop.pem'), '--key', path('shop-key.pem')]
    expect((await curl(...ca(), ...shown, ...post(server.url))).status).toBe(202)
    expect((await curl(...ca(), ...shown, `${server.url}/api/v1/eventqry`)).status).toBe(403)
    for (let i = 0; i < 20; i++) {
      expect((await curl(...ca(), ...post(server.url))).status).toBe(0)
    }
    // A certificate of another authority, over and over: the check must never be lucky.
    const other = mkdtempSync(join(tmpdir(), 'minutebook-foreign-'))
    await cli('cert', 'client', 'shop', '--data', other, '--out', other)
    const foreign = ['--cert', join(other, 'shop.pem'), '--key', join(other, 'shop-key.pem')]
    for (let i = 0; i < 20; i++) {
      expect((await curl(...ca(), ...foreign, ...post(server.url))).status).toBe(0)
    }
    rmSync(other, { recursive: true, force: true })
  })
})

const refusal = async (...flags: string[]): Promise<string> => {
  try {
    await using _server = await startServer({ flags })
    return ''
  } catch (error) {
    return error instanceof ServerEnded ? `${error.exitCode} ${error.message}` : String(error)
  }
}

test('options that do not fit together are named', async () => {
  expect(await refusal('--tls-host', 'a.example')).toContain('need --tls')
  expect(await refusal('--tls', '--tls-cert', '/nonexistent')).toContain('belong together')
  const missing = ['--tls', '--tls-cert', '/nonexistent', '--tls-key', '/nonexistent']
  expect(await refusal(...missing)).toStartWith('2 minutebook: /nonexistent')
})
