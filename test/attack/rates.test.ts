import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asObject, type JsonObject } from '../http/json-object.ts'
import { startServer, until } from '../server/process.ts'
import { TailReader } from '../server/tail-reader.ts'
import { addKey } from './add-key.ts'
import { type Asked, askFrom } from './ask-from.ts'

/* Every address of 127.0.0.0/8 is this machine's own, so a test can come from several. */
const [greedy, modest] = ['127.0.0.2', '127.0.0.3'] as const
/** Requests a second, twice as many at once. */
const rate = 5
/** More than that lets through in a minute, which is long even on a slow machine. */
const flood = 300
const limitMs = 20_000

let data = ''
const keys = { ada: '', bob: '' }

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'minutebook-rates-'))
  keys.ada = await addKey(data, 'ada', { read: 'all' })
  keys.bob = await addKey(data, 'bob', { read: 'all' })
})
afterAll(() => rmSync(data, { recursive: true, force: true }))

const ask = (url: string, from: string, key: string): Promise<Asked> =>
  askFrom(from, `${url}/api/v1/me`, [['X-API-Key', key]])

/** Twenty at a time. */
async function floodFrom(url: string, from: string, key: string): Promise<Asked[]> {
  const answers: Asked[] = []
  while (answers.length < flood) {
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => ask(url, from, key)))))
  }
  return answers
}

function expectRefused(answers: readonly Asked[], detail: string): void {
  const refused = answers.filter(({ status }) => status !== 200)
  expect(refused.length).toBeGreaterThan(20)
  expect(answers.length - refused.length).toBeGreaterThanOrEqual(rate * 2)
  for (const { status, headers, text } of refused) {
    expect(status).toBe(429)
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(asObject(JSON.parse(text))).toMatchObject({ code: 'rate-limited', detail })
  }
}

type Audited = Readonly<{ address: string; principal: string | null }>

/** How many requests of theirs a stopped server says it has refused; one that starts tells it to a tail. */
async function untilAudited({ address, principal }: Audited, count: number): Promise<void> {
  await using server = await startServer({ data })
  const credential = { 'x-api-key': keys.bob }
  const query = 'facility=minutebook&heartbeat=1'
  await using tail = await TailReader.open(server.url, query, '0'.repeat(16), credential)
  const sums = (): JsonObject[] =>
    tail.events
      .map(({ additional }) => asObject(additional))
      .filter((of) => of['address'] === address && of['principal'] === principal)
      .filter(({ why, code }) => why === 'too-many-requests' && code === 'rate-limited')
  const sum = (): number => sums().reduce((all, of) => all + Number(of['count']), 0)
  await until(`${count} refusals`, limitMs, async () => sum() === count || null)
  // One for a minute, however many requests, and at most two minutes.
  expect(sums().length).toBeLessThanOrEqual(2)
}

const refusedIn = (answers: readonly Asked[]): number =>
  answers.filter(({ status }) => status === 429).length

describe('more requests than a limit allows', () => {
  test('of one principal are refused, of any address, and of another are not', async () => {
    const server = await startServer({ data, flags: ['--rate-per-principal', String(rate)] })
    const answers = await floodFrom(server.url, greedy, keys.ada)
    expectRefused(answers, 'too many requests of ada')
    const elsewhere = await Promise.all(
      Array.from({ length: 40 }, () => ask(server.url, modest, keys.ada)),
    )
    expect(elsewhere.some(({ status }) => status === 429)).toBe(true)
    for (const from of [greedy, modest]) {
      expect((await ask(server.url, from, keys.bob)).status).toBe(200)
    }
    await server.stop()
    const count = refusedIn(answers)
    await untilAudited({ address: greedy, principal: 'ada' }, count)
  }, 60_000)

  test('of one address are refused, whoever asks, and of another are not', async () => {
    const server = await startServer({ data, flags: ['--rate-per-address', String(rate)] })
    const answers = await floodFrom(server.url, greedy, keys.ada)
    expectRefused(answers, `too many requests from ${greedy}`)
    const others = await Promise.all(
      Array.from({ length: 40 }, () => ask(server.url, greedy, keys.bob)),
    )
    expect(others.some(({ status }) => status === 429)).toBe(true)
    for (const key of [keys.ada, keys.bob]) {
      expect((await ask(server.url, modest, key)).status).toBe(200)
    }
    // Who gives no valid credential is counted with the others.
    expect((await ask(server.url, modest, 'mb_no')).status).toBe(401)
    await server.stop()
    const count = refusedIn(answers) + refusedIn(others)
    await untilAudited({ address: greedy, principal: null }, count)
  }, 60_000)
})
