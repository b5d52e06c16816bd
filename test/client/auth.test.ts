import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type GuardedServer, startGuardedServer } from './guarded-server.ts'
import { buildClient, runProgram, runtimes } from './runtimes.ts'
import { spoolDirectory } from './spool-directory.ts'

/* A server over https that asks everyone who they are, and a client that says so in each of the ways. */

const client = buildClient()
let server: GuardedServer
beforeAll(async () => {
  server = await startGuardedServer()
}, 60_000)
afterAll(async () => {
  client[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

const count = 3_000

/** Logs, waits for the server, and gives what was said and what arrived. */
async function logAs(command: string, auth: object | undefined, more: object = {}) {
  using fallback = spoolDirectory()
  const before = await server.accepted()
  const options = {
    url: server.url,
    auth,
    tls: { ca: server.ca },
    fallback: fallback.path,
    end: 'flush',
    count,
    ...more,
  }
  const ended = await runProgram(command, client.path, 'log', options).end
  return { ...ended, arrived: (await server.accepted()) - before }
}

for (const [runtime, command] of runtimes) {
  describe(`a client on ${runtime} is taken`, () => {
    test('by an API key', async () => {
      const { arrived, stderr } = await logAs(command, { token: server.key.secret })
      expect({ arrived, stderr }).toEqual({ arrived: count, stderr: '' })
    })

    test('by a user and a password', async () => {
      const { name, password } = server.user
      const { arrived, stderr } = await logAs(command, { user: name, password })
      expect({ arrived, stderr }).toEqual({ arrived: count, stderr: '' })
    })

    test('by signatures, one for each of several batches', async () => {
      const { id, secret } = server.hmac
      const auth = { keyId: id, secret }
      const { arrived, stderr } = await logAs(command, auth, { batchEventsMax: 500 })
      expect({ arrived, stderr }).toEqual({ arrived: count, stderr: '' })
    })

    test('but not with what is wrong, which it says without saying the secret', async () => {
      const { id, secret } = server.hmac
      const wrong = [
        undefined,
        { token: `${server.key.secret.slice(0, -3)}xyz` },
        { user: server.user.name, password: 'wrong horse' },
        { keyId: id, secret: `${secret.slice(0, -3)}xyz` },
      ]
      const runs = await Promise.all(
        wrong.map((auth) => logAs(command, auth, { flushMs: 1_000, count: 5 })),
      )
      for (const { arrived, stdout, stderr } of runs) {
        expect(arrived).toBe(0)
        expect(stdout).toContain('flushed false')
        expect(stderr).toMatch(/^minutebook: unauthorised: HTTP 401 /)
        expect(stderr).not.toMatch(/xyz|horse/)
      }
    }, 30_000)
  })
}
