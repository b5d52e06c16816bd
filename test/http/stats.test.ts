import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { unpack } from 'msgpackr'
import { ClockedServer } from './clocked-server.ts'
import { asObject } from './json-object.ts'

let server: ClockedServer

beforeAll(async () => {
  server = await ClockedServer.start()
  for (let minute = 0; minute < 2; minute++) {
    const events = Array.from({ length: 30 }, (_, i) => ({
      facility: i % 3 === 0 ? 'shop' : 'mail',
      level: i % 10 === 0 ? 'error' : 'info',
      event: 'order placed',
      timestamp: `2026-11-22T12:${34 + minute}:${String(i).padStart(2, '0')}.500Z`,
      additional: { ms: i, user: { id: i % 7 }, big: '9007199254740993' },
    }))
    await server.log(...events)
    await server.closeMinute()
  }
})
afterAll(() => server[Symbol.asyncDispose]())

const stats = '/api/v1/eventqry/stats'

async function rows(query: string): Promise<unknown> {
  return asObject(await server.json(`${stats}?${query}`))['rows']
}

describe('a statistic', () => {
  test('counts all events when nothing else is asked', async () => {
    expect(await server.json(stats)).toEqual({
      from: '2026-11-22T12:34:00.000Z',
      to: '2026-11-22T12:36:00.000Z',
      every: null,
      by: [],
      agg: ['count'],
      rows: [{ count: 60 }],
      source: expect.stringMatching(/^(rollup|scan)$/),
      scanned: expect.any(Object),
      tookMs: expect.any(Number),
    })
  })

  test('counts by fields, most events first', async () => {
    expect(await rows('by=facility,level')).toEqual([
      { facility: 'mail', level: 'info', count: 36 },
      { facility: 'shop', level: 'info', count: 18 },
      { facility: 'mail', level: 'error', count: 4 },
      { facility: 'shop', level: 'error', count: 2 },
    ])
  })

  test('counts by time', async () => {
    const from = 'from=2026-11-22T12:33Z&to=2026-11-22T12:36Z'
    const [first, second, third] = ['33', '34', '35'].map((m) => `2026-11-22T12:${m}:00.000Z`)
    expect(await rows(`every=1m&q=level:error&${from}`)).toEqual([
      { time: second, count: 3 },
      { time: third, count: 3 },
    ])
    expect(await rows(`every=1m&q=level:error&fill=zero&${from}`)).toEqual([
      { time: first, count: 0 },
      { time: second, count: 3 },
      { time: third, count: 3 },
    ])
  })

  test('gives aggregates of numbers', async () => {
    expect(
      await rows('by=facility&agg=sum(ms),min(ms)&agg=max(ms),distinct(user.id)&order=facility'),
    ).toEqual([
      { facility: 'mail', 'sum(ms)': 600, 'min(ms)': 1, 'max(ms)': 29, 'distinct(user.id)': 7 },
      { facility: 'shop', 'sum(ms)': 270, 'min(ms)': 0, 'max(ms)': 27, 'distinct(user.id)': 7 },
    ])
  })

  test('gives the first rows in the order asked for', async () => {
    expect(await rows('by=user.id&top=2&order=-user.id')).toEqual([
      { 'user.id': 6, count: 8 },
      { 'user.id': 5, count: 8 },
    ])
  })

  test('comes as CSV, NDJSON and msgpack', async () => {
    const query = 'by=facility'
    const csv = await server.ask(`${stats}.csv?${query}`)
    expect(await csv.text()).toBe('facility,count\r\nmail,40\r\nshop,20\r\n')
    const ndjson = await server.ask(`${stats}.ndjson?${query}`)
    expect((await ndjson.text()).split('\n')[0]).toBe('{"facility":"mail","count":40}')
    const msgpack = await server.ask(`${stats}.msgpack?${query}`)
    expect(unpack(await msgpack.bytes())).toMatchObject({
      by: ['facility'],
      rows: [
        { facility: 'mail', count: 40 },
        { facility: 'shop', count: 20 },
      ],
    })
  })
})

describe('a statistic that is none', () => {
  test.each([
    ['by=a,,b', 'invalid-parameter', 'by'],
    ['by=a,a', 'invalid-parameter', 'by'],
    ['agg=p42(ms)', 'invalid-parameter', 'agg'],
    ['agg=sum', 'invalid-parameter', 'agg'],
    ['agg=sum(facility)', 'invalid-parameter', 'agg'],
    ['every=1x', 'invalid-parameter', 'every'],
    ['every=1s&from=2020-01-01&to=now', 'invalid-parameter', 'every'],
    ['fill=one', 'invalid-parameter', 'fill'],
    ['top=0', 'invalid-parameter', 'top'],
    ['order=size', 'invalid-parameter', 'order'],
    ['q=(', 'query-syntax', 'q'],
    ['limit=3', 'unknown-parameter', 'limit'],
  ])('%s answers 400 %s', async (query, code, parameter) => {
    const response = await server.ask(`${stats}?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code, parameter })
  })

  test('of more groups than there may be names the limit', async () => {
    await using small = await ClockedServer.start(['--query-groups', '10'])
    const event = { facility: 'shop', level: 'info', event: 'order placed' }
    await small.log(...Array.from({ length: 11 }, (_, n) => ({ ...event, additional: { n } })))
    await small.closeMinute()
    expect((await small.ask(`${stats}?by=n&q=n<10`)).status).toBe(200)
    const response = await small.ask(`${stats}?by=n`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      code: 'query-limit',
      limit: 'query-groups',
      value: 10,
    })
  })
})
