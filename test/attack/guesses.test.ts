import { expect, test } from 'bun:test'
import type { CredentialOf } from '../../src/auth/credential.ts'
import { Passwords } from '../../src/auth/passwords.ts'
import { RateLimiter } from '../../src/auth/rate-limit.ts'
import { ClockedServer } from '../http/clocked-server.ts'
import { JsonClient } from '../http/json-client.ts'

const event = '{"facility":"shop","level":"info","event":"order placed"}'
const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})

test('an unknown user costs as many slow checks as a wrong password, one at a time', async () => {
  let running = 0
  let most = 0
  let checks = 0
  const passwords = new Passwords(
    () => 0,
    async () => {
      checks++
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      return false
    },
  )
  const known: CredentialOf<'password'> = {
    kind: 'password',
    name: 'ada',
    hash: 'a hash',
    grants: { write: null, read: 'all', admin: false },
    createdMs: 0,
    expiresMs: null,
    revokedMs: null,
    networks: [],
  }
  await Promise.all(Array.from({ length: 10 }, (_, n) => passwords.check(known, `${n}`)))
  expect(checks).toBe(10)
  await Promise.all(Array.from({ length: 10 }, (_, n) => passwords.check(null, `${n}`)))
  expect(checks).toBe(20)
  expect(most).toBe(1)
})

test('what a limit would answer takes nothing from it', () => {
  const limiter = new RateLimiter({ perSecond: 1, burst: 1 })
  expect([limiter.wait('a', 0), limiter.wait('a', 0), limiter.take('a', 0)]).toEqual([0, 0, 0])
  expect([limiter.wait('a', 0), limiter.wait('a', 1_000), limiter.wait('b', 0)]).toEqual([1, 0, 0])
})

test('a flood of guesses is slowed down, and ingest goes on beside it', async () => {
  await using server = await ClockedServer.start()
  const made = await new JsonClient(server).post('/api/v1/credentials', {
    name: 'root',
    scopes: ['admin', 'write'],
  })
  const key = { 'x-api-key': String(made.body['secret']), 'content-type': 'application/json' }
  const guess = async (name: string, password: string) => {
    const answer = await fetch(`${server.url}/api/v1/eventqry`, { headers: basic(name, password) })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
  const wrong = await guess('root', 'guess')
  const unknown = await guess('nobody', 'guess')
  expect([wrong.status, wrong.text]).toEqual([401, unknown.text])
  const guesses = Array.from({ length: 200 }, (_, n) => guess(`nobody-${n % 2}`, `guess ${n}`))
  for (let n = 0; n < 20; n++) {
    const posted = await fetch(`${server.url}/api/v1/eventlog`, {
      method: 'POST',
      headers: key,
      body: event,
    })
    expect(posted.status).toBe(202)
  }
  const answers = await Promise.all(guesses)
  const slowed = answers.filter(({ status }) => status === 429)
  expect(slowed.length).toBeGreaterThan(100)
  for (const { headers } of slowed) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
}, 30_000)
