import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { asObject } from '../http/json-object.ts'
import { leave, leaveMany, openForwardedSpool } from '../client/forwarder/forwarded-spool.ts'
import { type GuardedServer, startGuardedServer } from '../client/guarded-server.ts'
import { until } from '../server/process.ts'
import { runCli, startCli } from './run-cli.ts'

/* The commands that send events, with a server over https that asks everyone who they are. */

let server: GuardedServer
beforeAll(async () => {
  server = await startGuardedServer()
}, 60_000)
afterAll(() => server[Symbol.asyncDispose]())

/** What the environment holds, once the server has made its credentials. */
const ways: readonly (readonly [string, () => Readonly<Record<string, string>>])[] = [
  ['an API key', () => ({ MINUTEBOOK_API_KEY: server.key.secret })],
  ['a bearer token', () => ({ MINUTEBOOK_TOKEN: server.key.secret })],
  ['a password', () => ({ MINUTEBOOK_USER: `${server.user.name}:${server.user.password}` })],
  ['signatures', () => ({ MINUTEBOOK_HMAC: `${server.hmac.id}:${server.hmac.secret}` })],
]

describe('with', () => {
  for (const [i, [says, credentials]] of ways.entries()) {
    test(`${says} forward, spool and send are taken`, async () => {
      const options = { url: server.url, env: { ...credentials(), MINUTEBOOK_CA: server.caPath } }
      using spool = openForwardedSpool()
      const producer = `00000000000000a${i}`
      leaveMany(spool.open(producer), 1, 50)
      const before = await server.accepted()
      const forward = await runCli(options, 'forward', '--spool', spool.path, '--once')
      expect({ code: forward.code, err: forward.err }).toMatchObject({
        code: 0,
        err: expect.stringContaining('"events":50'),
      })
      expect((await server.accepted()) - before).toBe(50)
      const shown = await runCli(options, 'spool', spool.path, '--url', server.url, '--json')
      expect(shown.err).toBe('')
      expect(asObject(JSON.parse(shown.out))['waiting']).toBe(0)
      const file = join(spool.path, 'events.ndjson')
      await Bun.write(file, `{"facility":"shop","level":"info","event":"order sent ${i}"}\n`)
      const send = await runCli(options, 'send', file)
      expect(send).toEqual({ code: 0, out: 'accepted 1, duplicates 0, rejected 0\n', err: '' })
    }, 30_000)
  }
})

test('query and stats ask over https as whoever they are told to', async () => {
  const { id, secret } = server.hmac
  const options = { url: server.url, env: { MINUTEBOOK_HMAC: `${id}:${secret}` } }
  for (const command of ['query', 'stats']) {
    const taken = await runCli(options, command, 'facility:nobody', '--ca', server.caPath)
    expect({ command, code: taken.code, err: taken.err }).toEqual({ command, code: 0, err: '' })
    const distrusted = await runCli(options, command, 'facility:nobody')
    expect(distrusted.code).toBe(1)
  }
})

describe('without what the server asks for', () => {
  test('a certificate that is not trusted gets nothing, not even the key', async () => {
    const env = { MINUTEBOOK_API_KEY: server.key.secret }
    const file = join(import.meta.dir, '../../package.json')
    const send = await runCli({ url: server.url, env }, 'send', '--tries', '1', file)
    expect(send.code).toBe(1)
    expect(send.err.toLowerCase()).toMatch(/certificate|self.signed|unable to/)
  })

  test('a forwarder says so, keeps everything, and goes on once its key is known', async () => {
    using spool = openForwardedSpool()
    leave(spool.open('00000000000000b1'), { n: 1 })
    const { id, secret } = server.hmac
    const env = { MINUTEBOOK_HMAC: `${id}:${secret.slice(1)}x`, MINUTEBOOK_CA: server.caPath }
    const child = startCli({ url: server.url, env }, 'forward', '--spool', spool.path)
    let said = ''
    const reading = (async () => {
      for await (const chunk of child.stderr) said += new TextDecoder().decode(chunk)
    })()
    await until('a loud word', 10_000, async () => said.includes('someone has to look'))
    expect(said).toContain('HTTP 401')
    expect(said).not.toContain(secret.slice(1))
    child.kill('SIGTERM')
    expect(await child.exited).toBe(0)
    await reading
    expect(spool.report().producers).toMatchObject([{ events: 1 }])
    const right = { MINUTEBOOK_HMAC: `${id}:${secret}` }
    const flags = ['--spool', spool.path, '--once', '--ca', server.caPath]
    expect((await runCli({ url: server.url, env: right }, 'forward', ...flags)).code).toBe(0)
  }, 30_000)

  test('wrong options are wrong usage', async () => {
    const spool = ['forward', '--spool', '/tmp/nowhere-at-all']
    const wrong: readonly (readonly [Record<string, string>, readonly string[]])[] = [
      [{}, ['--ca', '/nowhere-at-all.pem']],
      [{}, ['--cert', server.caPath]],
      [{}, ['--user', 'nobody']],
      [{ MINUTEBOOK_HMAC: 'no-colon' }, []],
      [{ MINUTEBOOK_TOKEN: 'a b' }, []],
      [{ MINUTEBOOK_TOKEN: 'a', MINUTEBOOK_USER: 'b:c' }, []],
    ]
    const runs = wrong.map(([env, flags]) => runCli({ url: server.url, env }, ...spool, ...flags))
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual(wrong.map(() => 2))
  }, 30_000)
})
