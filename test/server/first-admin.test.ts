import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialPath } from '../../src/auth/credential-path.ts'
import { asList } from '../http/json-object.ts'
import { curl } from './curl.ts'
import { ServerEnded, type StartOptions, startServer, until } from './process.ts'

/* As in a container: all that a server is told comes from its environment and from files. */

const password = 'correct horse battery'
const exposed = { MINUTEBOOK_HOST: '0.0.0.0' }
let data = ''

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'minutebook-admin-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

/** What the image sets, and the command that says whether a container is well. */
async function image(): Promise<{ env: Record<string, string>; health: string[] }> {
  const text = await Bun.file(join(import.meta.dir, '../../Dockerfile')).text()
  const instruction = text.slice(text.indexOf('\nENV'), text.indexOf('\nVOLUME'))
  const env = [...instruction.matchAll(/\b(MINUTEBOOK_[A-Z]+)=(\S+)/g)].map(
    ([, name = '', value = '']) => [name, value],
  )
  const health: unknown = JSON.parse(/^ {2}CMD (\[.*\])$/m.exec(text)?.[1] ?? '[]')
  return { env: Object.fromEntries(env), health: asList(health).map(String) }
}

const start = (env: StartOptions['env'] = {}) => startServer({ data, env: { ...exposed, ...env } })

async function refusal(env: StartOptions['env'] = {}): Promise<string> {
  try {
    await using _server = await start(env)
    return 'it started'
  } catch (error) {
    return error instanceof ServerEnded ? `${error.exitCode} ${error.message}` : String(error)
  }
}

describe('a server that others reach', () => {
  test('does not start without a credential, and says how to give one', async () => {
    const told = await refusal()
    expect(told).toStartWith('2 ')
    for (const word of [
      'MINUTEBOOK_ADMIN_PASSWORD',
      '_FILE',
      'minutebook auth add',
      '--insecure',
    ]) {
      expect(told).toContain(word)
    }
  })

  test('has its first administrator from the environment, and lets nobody else in', async () => {
    await using server = await start({ MINUTEBOOK_ADMIN_PASSWORD: password })
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    expect((await curl(`${url}/api/v1/me`)).status).toBe(401)
    expect((await curl('-u', 'admin:wrong', `${url}/api/v1/me`)).status).toBe(401)
    const me = await curl('-u', `admin:${password}`, `${url}/api/v1/me`)
    expect(JSON.parse(me.body)).toMatchObject({
      name: 'admin',
      way: 'basic',
      scopes: ['write', 'read', 'admin'],
    })
    expect(statSync(credentialPath(data)).mode & 0o777).toBe(0o600)
    expect(server.log()).not.toContain(password)
    const audit = await until('the audit trail', 5_000, async () => {
      return server.log().includes('"audit":"credential added"') && server.log()
    })
    expect(audit).toContain('server start')
  })

  test('reads the password from a file, for a user of another name', async () => {
    const file = join(data, 'password')
    writeFileSync(file, `${password}\n`)
    const env = { MINUTEBOOK_ADMIN_PASSWORD_FILE: file, MINUTEBOOK_ADMIN_NAME: 'anna' }
    await using server = await start(env)
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    expect((await curl('-u', `anna:${password}`, `${url}/api/v1/me`)).status).toBe(200)
  })

  test('keeps the credentials it has, whatever the environment says later', async () => {
    const first = await start({ MINUTEBOOK_ADMIN_PASSWORD: password })
    expect(await first.stop()).toBe(0)
    await using server = await start({ MINUTEBOOK_ADMIN_PASSWORD: 'another password' })
    const url = server.url.replace('0.0.0.0', '127.0.0.1')
    expect((await curl('-u', `admin:${password}`, `${url}/api/v1/me`)).status).toBe(200)
    expect((await curl('-u', 'admin:another password', `${url}/api/v1/me`)).status).toBe(401)
  })

  test('does not start with a password that is none', async () => {
    expect(await refusal({ MINUTEBOOK_ADMIN_PASSWORD: 'short' })).toContain('8 characters')
    expect(await refusal({ MINUTEBOOK_ADMIN_PASSWORD: '' })).toContain('8 characters')
    const missing = join(data, 'missing')
    expect(await refusal({ MINUTEBOOK_ADMIN_PASSWORD_FILE: missing })).toContain(missing)
    const both = { MINUTEBOOK_ADMIN_PASSWORD: password, MINUTEBOOK_ADMIN_PASSWORD_FILE: missing }
    expect(await refusal(both)).toContain('both given')
    const named = { MINUTEBOOK_ADMIN_PASSWORD: password, MINUTEBOOK_ADMIN_NAME: 'a b' }
    expect(await refusal(named)).toContain("the name 'a b'")
  })
})

describe('the image', () => {
  test('listens on all addresses, and so needs a credential', async () => {
    const { env } = await image()
    expect(env).toMatchObject({ MINUTEBOOK_HOST: '0.0.0.0', MINUTEBOOK_DATA: '/data' })
    expect(await refusal(env)).toContain('MINUTEBOOK_ADMIN_PASSWORD_FILE')
  })

  test.each(['false', 'true'])('knows whether it is well, with HTTPS: %s', async (tls) => {
    const { env, health } = await image()
    const told = { ...env, MINUTEBOOK_ADMIN_PASSWORD: password, MINUTEBOOK_TLS: tls }
    const [, ...args] = health
    expect(args.length).toBeGreaterThan(1)
    const check = async (port: string): Promise<number> => {
      const seen = { ...process.env, MINUTEBOOK_TLS: tls, MINUTEBOOK_PORT: port }
      return await Bun.spawn([process.execPath, ...args], { env: seen, stderr: 'ignore' }).exited
    }
    await using server = await start(told)
    const { port } = new URL(server.url)
    expect(await check(port)).toBe(0)
    await server.stop()
    expect(await check(port)).not.toBe(0)
  })
})
