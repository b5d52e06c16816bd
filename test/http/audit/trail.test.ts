import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Grants } from '../../../src/auth/contract.ts'
import { addCredential } from '../../../src/auth/credential-changes.ts'
import { credentialPath } from '../../../src/auth/credential-path.ts'
import { refusalKindsMax } from '../../../src/http/audit/refusal-tally.ts'
import { until } from '../../server/process.ts'
import { TailReader } from '../../server/tail-reader.ts'
import { ClockedServer } from '../clocked-server.ts'
import { asList, asObject, type JsonObject } from '../json-object.ts'

const everything: Grants = { write: 'all', read: 'all', admin: true }
let server: ClockedServer
let admin = ''

const add = async (name: string, grants: Grants): Promise<string> => {
  const wanted = { kind: 'api-key', name, grants, expiresMs: null, networks: [] } as const
  const { secret } = await addCredential(credentialPath(server.dataDir), wanted, 0)
  return secret ?? ''
}

const asked = (key: string, path: string, init: BunFetchRequestInit = {}) =>
  server.ask(path, { ...init, headers: { 'x-api-key': key } })

/** The audit trail's events on the pages from that minute on. */
async function trail(minute: string): Promise<JsonObject[]> {
  const path = `/api/v1/eventqry/minutes/${minute}?facility=minutebook`
  const page = asObject(await (await asked(admin, path)).json())
  return asList(page['events']).map(asObject)
}

beforeAll(async () => {
  server = await ClockedServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('the audit trail', () => {
  test('of an idle server, and of one that only takes events, is empty', async () => {
    await server.closeMinute()
    await server.log({ facility: 'shop', level: 'info', event: 'order placed' })
    const minute = await server.closeMinute()
    const page = asObject(await server.json(`/api/v1/eventqry/minutes/${minute}`))
    expect(asList(page['events'])).toHaveLength(1)
    const { minutes } = asObject(await server.json('/api/v1/eventqry/minutes'))
    expect(asList(minutes)).toHaveLength(1)
  })

  test('is not for others to write into', async () => {
    const reserved = { facility: 'minutebook', level: 'info', event: 'pages dropped' }
    const good = { facility: 'shop', level: 'info', event: 'order placed' }
    const answer = asObject(await (await server.post(JSON.stringify([reserved, good]))).json())
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, code: 'facility-reserved', pointer: '/facility' }],
    })
    expect((await server.post(JSON.stringify(reserved))).status).toBe(422)
  })

  test('has who dropped pages, when and from where', async () => {
    const before = server.minute
    await server.ask(`/api/v1/eventlog?before=${before}&dryRun=true`, { method: 'DELETE' })
    const path = `/api/v1/eventlog?before=${before}`
    expect((await server.ask(path, { method: 'DELETE' })).status).toBe(200)
    const minute = await server.closeMinute()
    const page = await server.json(`/api/v1/eventqry/minutes/${minute}?facility=minutebook`)
    expect(asObject(page)['events']).toMatchObject([
      {
        level: 'warn',
        event: 'pages dropped',
        additional: {
          by: { name: 'anonymous', way: 'anonymous', address: '127.0.0.1' },
          before,
          events: 1,
          pages: 1,
        },
      },
    ])
  })

  test('has refused authentications, summed up, and whose credential it was', async () => {
    admin = await add('root', everything)
    const reader = await add('reader', { write: null, read: ['shop'], admin: false })
    await until('the keys', 5_000, async () => (await server.ask('/api/v1/me')).status === 401)
    const secret = `${reader.slice(0, -1)}${reader.endsWith('a') ? 'b' : 'a'}`
    for (let i = 0; i < 3; i++) {
      expect((await asked(secret, '/api/v1/me')).status).toBe(401)
      expect((await asked(reader, '/api/v1/credentials')).status).toBe(403)
    }
    const minute = await server.closeMinute()
    await server.closeMinute()
    const events = await trail(await nextOf(minute))
    const refused = events.filter(({ event }) => event === 'authentication refused')
    expect(refused.map(({ additional }) => additional)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          address: '127.0.0.1',
          principal: 'reader',
          why: 'wrong-secret',
          code: 'unauthenticated',
          count: 3,
        }),
        expect.objectContaining({ principal: 'reader', why: 'wrong-scope', need: 'admin' }),
      ]),
    )
    expect(JSON.stringify(events)).not.toContain(secret)
    // What is counted goes by the same names.
    const metrics = await (await asked(admin, '/metrics')).text()
    expect(metrics).toMatch(/minutebook_principal_requests_total\{principal="root"\} \d+/)
    expect(metrics).toContain('minutebook_turned_away_requests_total{code="unauthenticated"}')
    expect(metrics).not.toContain('mb_')
    // A reader that is bound to facilities does not see it.
    const path = `/api/v1/eventqry/minutes/${await nextOf(minute)}?facility=minutebook`
    const bound = asObject(await (await asked(reader, path)).json())
    expect(bound['events']).toEqual([])
  })
})

/** The minute behind one: what is gathered in a minute is written at its end. */
async function nextOf(minute: string): Promise<string> {
  return new Date(Date.parse(minute) + 60_000).toISOString().replace(':00.000Z', 'Z')
}

test('a flood of refused authentications is a bounded number of events', async () => {
  const flags = ['--trusted-proxies', '127.0.0.1']
  await using flooded = await ClockedServer.start(flags)
  const wanted = { name: 'root', grants: everything, expiresMs: null, networks: [] }
  const path = credentialPath(flooded.dataDir)
  const { secret } = await addCredential(path, { kind: 'api-key', ...wanted }, 0)
  const key = { 'x-api-key': secret ?? '' }
  await until('the key', 5_000, async () => {
    return (
      (await flooded.ask('/api/v1/eventqry', { headers: key })).status === 200 &&
      (await flooded.ask('/api/v1/eventqry')).status === 401
    )
  })
  const tries = refusalKindsMax * 2
  for (let i = 0; i < tries; i++) {
    const headers = { 'x-forwarded-for': `10.0.${i >> 8}.${i & 255}`, 'x-api-key': 'none' }
    expect((await flooded.ask('/api/v1/me', { headers })).status).toBe(401)
  }
  await flooded.closeMinute()
  const minute = await flooded.closeMinute()
  const answer = await flooded.ask(`/api/v1/eventqry/minutes/${minute}`, { headers: key })
  const events = asList(asObject(await answer.json())['events']).map(asObject)
  expect(events).toHaveLength(refusalKindsMax + 1)
  const further = events.find(({ event }) => event === 'further authentications refused')
  expect(Number(asObject(further?.['additional'])['count'])).toBeGreaterThan(refusalKindsMax - 2)
})

test('what is done is seen by a live tail, and is there after a restart in its minute', async () => {
  await using acted = await ClockedServer.start()
  await acted.log({ facility: 'shop', level: 'info', event: 'order placed' })
  const before = await acted.closeMinute()
  await acted.closeMinute()
  const drop = async () => {
    const path = `/api/v1/eventlog?before=${before}`
    expect((await acted.ask(path, { method: 'DELETE' })).status).toBe(200)
  }
  await using tail = await TailReader.open(acted.url)
  await acted.log({ facility: 'shop', level: 'info', event: 'order placed' })
  await drop()
  await until('the live event', 10_000, async () => tail.events.length === 2)
  const [order, dropped] = tail.events
  expect(dropped).toMatchObject({ facility: 'minutebook', event: 'pages dropped' })
  // Its batch is in the journal alone now; a tail that comes later reads it there.
  await acted.restart()
  await using later = await TailReader.open(acted.url, '', String(order?.['id']))
  await until('the event of the journal', 10_000, async () => later.events.length === 1)
  expect(later.events).toEqual(tail.events.slice(1))
  await drop()
  const minute = await acted.closeMinute()
  const page = asObject(await acted.json(`/api/v1/eventqry/minutes/${minute}`))
  expect(asList(page['events']).map((each) => asObject(each)['event'])).toEqual([
    'order placed',
    'pages dropped',
    'pages dropped',
  ])
  const { droppedBefore } = asObject(await acted.json('/api/v1/eventqry'))
  expect(droppedBefore).toBe(before)
})
