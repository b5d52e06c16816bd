import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'

/* Whoever has the answer to a question already need not be sent it again, until the book is another one. */

const base = '/api/v1/eventqry'
const range = 'from=2026-11-22T12:00Z&to=2026-11-22T13:00Z'
let server: ClockedServer
let id = ''

beforeAll(async () => {
  server = await ClockedServer.start()
  const events = Array.from({ length: 12 }, (_, i) => ({
    facility: i % 2 === 0 ? 'shop' : 'mail',
    level: i === 0 ? 'error' : 'info',
    event: `event ${i % 3}`,
    timestamp: `2026-11-22T12:34:${10 + i}Z`,
    additional: { n: i },
  }))
  await server.log(...events)
  await server.closeMinute()
  const answer = asObject(await server.json(`${base}/search?limit=1`))
  id = String(asObject(asList(answer['events'])[0])['id'])
})
afterAll(() => server[Symbol.asyncDispose]())

const questions = (): string[] => [
  `${base}/search?${range}&limit=5`,
  `${base}/search.ndjson?${range}&q=n>3`,
  `${base}/stats?${range}&by=facility&agg=count,avg(n)`,
  `${base}/fields?${range}`,
  `${base}/fields/n/values?${range}`,
  `${base}/catalogue?${range}`,
  `${base}/events/${id}/context?before=2`,
]

async function etagOf(path: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await server.ask(path, { headers })
  expect({ path, status: response.status }).toEqual({ path, status: 200 })
  return response.headers.get('etag') ?? ''
}

async function statusFor(path: string, etag: string, method = 'GET'): Promise<number> {
  const response = await server.ask(path, { method, headers: { 'if-none-match': etag } })
  if (response.status === 304) expect(await response.text()).toBe('')
  return response.status
}

describe('an answer to a question', () => {
  test('has a weak ETag, and is not sent again to whoever has it', async () => {
    for (const path of questions()) {
      const etag = await etagOf(path)
      expect({ path, etag }).toEqual({ path, etag: expect.stringMatching(/^W\/"[0-9a-z-]+"$/) })
      expect({ path, etag: await etagOf(path) }).toEqual({ path, etag })
      for (const method of ['GET', 'HEAD']) {
        expect({ path, status: await statusFor(path, etag, method) }).toEqual({ path, status: 304 })
      }
      expect(await statusFor(path, 'W/"another"')).toBe(200)
    }
  })

  test('has another ETag when anything of the question is another', async () => {
    const variants = [
      'search?limit=5',
      'search?limit=6',
      'search?limit=5&order=asc',
      'search?limit=5&q=n>3',
      'search?limit=5&level=info',
      'search?limit=5&fields=n',
      'search?limit=5&clock=received',
      'search?limit=5&from=2026-11-22T12:34:15Z',
      'search.ndjson?limit=5',
      'stats?by=n',
      'stats?by=n&top=2',
      'stats?by=n&every=1m',
      'stats?by=n&every=1m&fill=zero',
      'fields/n/values',
      'fields/n/values?limit=2',
      'fields/facility/values',
      `events/${id}/context`,
      `events/${id}/context?after=1`,
    ]
    const etags = await Promise.all(variants.map((variant) => etagOf(`${base}/${variant}`)))
    const next = asObject(await server.json(`${base}/search?limit=5`))['next']
    const plain = await etagOf(`${base}/search?limit=5`, { 'accept-encoding': 'identity' })
    expect(new Set([...etags, plain, await etagOf(String(next))]).size).toBe(variants.length + 2)
  })

  test('relative times mean another question each time', async () => {
    const etag = await etagOf(`${base}/search?q=timestamp>now-1h`)
    expect(await statusFor(`${base}/search?q=timestamp>now-1h`, etag)).toBe(304)
    await server.closeMinute()
    expect(await statusFor(`${base}/search?q=timestamp>now-1h`, etag)).toBe(200)
  })

  test('is sent again when a minute has closed: it may hold late events of that range', async () => {
    const before = new Map<string, string>()
    for (const path of questions()) before.set(path, await etagOf(path))
    await server.log({
      facility: 'shop',
      level: 'info',
      event: 'late',
      timestamp: '2026-11-22T12:34:10.5Z',
      additional: { n: 99 },
    })
    await server.closeMinute()
    for (const [path, etag] of before) {
      expect({ path, status: await statusFor(path, etag) }).toEqual({ path, status: 200 })
    }
  })

  test('is not vouched for when its pages are gone', async () => {
    const context = `${base}/events/${id}/context`
    const search = `${base}/search?${range}&fields=event`
    const etags = [await etagOf(context), await etagOf(search)]
    const drop = `/api/v1/eventlog?before=2026-11-22T12:35Z`
    expect((await server.ask(drop, { method: 'DELETE' })).status).toBe(200)
    expect(await statusFor(context, etags[0] ?? '')).toBe(410)
    expect(await statusFor(search, etags[1] ?? '')).toBe(200)
  })
})
