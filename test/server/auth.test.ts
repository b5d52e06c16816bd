import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CliRun, runCli } from '../cli/run-cli.ts'
import { curl } from './curl.ts'
import { ServerEnded, type ServerProcess, startServer, until } from './process.ts'

let data = ''
let server: ServerProcess
const cli = (...args: string[]): Promise<CliRun> => runCli({ url: '' }, ...args, '--data', data)
const eventOf = (facility: string): string =>
  JSON.stringify({ facility, level: 'info', event: 'order placed' })
const post = (...facilities: string[]): string[] => [
  '-d',
  facilities.map(eventOf).join('\n'),
  `${server.url}/api/v1/eventlog`,
]
const codeOf = (body: string): unknown => JSON.parse(body).code

interface Added {
  readonly id: string | null
  readonly secret: string
}

async function add(name: string, ...flags: string[]): Promise<Added> {
  const { code, out, err } = await cli('auth', 'add', name, '--json', ...flags)
  if (code !== 0) throw new Error(err)
  return JSON.parse(out)
}

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'minutebook-auth-'))
  server = await startServer({ data })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
})

describe('a running server', () => {
  test('is open until the first credential is added, and asks for one then', async () => {
    expect((await curl(...post('shop'))).status).toBe(202)
    await add('root', '--write', 'all', '--read', 'all', '--admin')
    const refused = await until('a refusal', 5_000, async () => {
      const answer = await curl(...post('shop'))
      return answer.status === 401 && answer
    })
    expect(codeOf(refused.body)).toBe('unauthenticated')
    expect((await curl(`${server.url}/api/v1/eventqry`)).status).toBe(401)
    expect((await curl(`${server.url}/metrics`)).status).toBe(401)
    expect((await curl(`${server.url}/health/live`)).status).toBe(200)
    expect((await curl(`${server.url}/swagger/json`)).status).toBe(200)
  })

  test('takes an API key, within its scopes and facilities', async () => {
    const { secret } = await add('writer', '--write', 'shop,db-*')
    const key = ['-H', `X-API-Key: ${secret}`]
    await until('the key', 5_000, async () => (await curl(...key, ...post('shop'))).status === 202)
    expect((await curl('-H', `Authorization: Bearer ${secret}`, ...post('db-3'))).status).toBe(202)
    const foreign = await curl(...key, ...post('shop', 'db-1', 'mailer'))
    expect(foreign.status).toBe(403)
    expect(JSON.parse(foreign.body)).toMatchObject({ code: 'forbidden', facility: 'mailer' })
    const read = await curl(...key, `${server.url}/api/v1/eventqry`)
    expect(read.status).toBe(403)
    expect(codeOf(read.body)).toBe('forbidden')
    const drop = `${server.url}/api/v1/eventlog?before=2020-01-01&dryRun=true`
    expect((await curl(...key, '-X', 'DELETE', drop)).status).toBe(403)
  })

  test('takes basic authentication from curl', async () => {
    const env = { MINUTEBOOK_PASSWORD: 'correct horse battery' }
    const args = ['auth', 'add', 'anna', '--kind', 'password', '--read', 'all', '--data', data]
    expect((await runCli({ url: '', env }, ...args)).code).toBe(0)
    const index = `${server.url}/api/v1/eventqry`
    await until('the password', 5_000, async () => {
      return (await curl('-u', 'anna:correct horse battery', index)).status === 200
    })
    expect((await curl('-u', 'anna:wrong', index)).status).toBe(401)
    expect((await curl('-u', 'nobody:wrong', index)).status).toBe(401)
  })

  test('takes a submission that a shell has signed with openssl, once', async () => {
    const { id, secret } = await add('signer', '--kind', 'hmac', '--write', 'all')
    const script = `
      body='${eventOf('shop')}'
      ts=$(date +%s)000
      nonce=$(openssl rand -hex 16)
      sha=$(printf %s "$body" | openssl dgst -sha256 -r | cut -d' ' -f1)
      text=$(printf 'MB1-HMAC-SHA256\\nPOST\\n/api/v1/eventlog\\n%s\\n%s\\n%s\\n\\napplication/json\\n\\n%s' "$KEY_ID" "$ts" "$nonce" "$sha")
      sig=$(printf %s "$text" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
      echo "MB1-HMAC-SHA256 keyId=$KEY_ID, timestamp=$ts, nonce=$nonce, sha256=$sha, signature=$sig"`
    const signed = async (): Promise<string> => {
      const env = { ...process.env, KEY_ID: id ?? '', SECRET: secret }
      const child = Bun.spawn(['sh', '-c', script], { stdout: 'pipe', env })
      return (await new Response(child.stdout).text()).trim()
    }
    const type = ['-H', 'Content-Type: application/json']
    const send = async (authorization: string, facility: string) =>
      curl(...type, '-H', `Authorization: ${authorization}`, ...post(facility))
    await until('the key', 5_000, async () => (await send(await signed(), 'shop')).status === 202)
    const once = await signed()
    const altered = await send(once, 'ship')
    expect(altered.status).toBe(401)
    expect(codeOf(altered.body)).toBe('signature-refused')
    // The nonce went with the altered body: whoever signs anew is taken.
    const again = await signed()
    expect((await send(again, 'shop')).status).toBe(202)
    expect(codeOf((await send(again, 'shop')).body)).toBe('signature-refused')
  })

  test('forgets a revoked key, and never shows it', async () => {
    const { secret } = await add('short', '--read', 'all')
    const index = ['-H', `X-API-Key: ${secret}`, `${server.url}/api/v1/eventqry`]
    await until('the key', 5_000, async () => (await curl(...index)).status === 200)
    expect((await cli('auth', 'revoke', 'short')).code).toBe(0)
    await until('its end', 5_000, async () => (await curl(...index)).status === 401)
    const listed = await cli('auth', 'list')
    expect(listed.out).toMatch(/short +api-key +revoked/)
    expect(listed.out).not.toContain(secret)
  })
})

test('an address that others reach needs a credential first, or a word', async () => {
  const fresh = mkdtempSync(join(tmpdir(), 'minutebook-auth-'))
  try {
    const flags = ['--host', '0.0.0.0']
    const refusal = await startServer({ data: fresh, flags }).then(
      async (started) => {
        await started[Symbol.asyncDispose]()
        return null
      },
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(ServerEnded)
    expect(String(refusal)).toContain('minutebook auth add')
    const added = ['auth', 'add', 'a', '--read', 'all', '--data', fresh]
    expect((await runCli({ url: '' }, ...added)).code).toBe(0)
    await using started = await startServer({ data: fresh, flags })
    const { port } = new URL(started.url)
    expect((await curl(`http://127.0.0.1:${port}/api/v1/eventqry`)).status).toBe(401)
    expect((await runCli({ url: '' }, 'auth', 'remove', 'a', '--data', fresh)).code).toBe(0)
    await until('nobody may', 5_000, async () => {
      const answer = await curl(`http://127.0.0.1:${port}/api/v1/eventqry`)
      return answer.status === 401 && answer.body.includes('no credential yet')
    })
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
})
