import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'

const base = '/api/v1/eventqry'
let server: ClockedServer

beforeAll(async () => {
  server = await ClockedServer.start()
  for (let minute = 0; minute < 2; minute++) {
    const events = Array.from({ length: 20 }, (_, i) => ({
      facility: i % 4 === 0 ? 'shop' : 'mail',
      level: i === 0 ? 'error' : 'info',
      event: 'order placed',
      additional: {
        n: minute * 20 + i,
        http: { status: i % 5 === 0 ? 500 : 200 },
        'odd name': i < 3 ? 'a,"b"' : 'c',
        ...(i % 2 === 0 ? { big: 1 } : {}),
      },
    }))
    const big =
      '{"facility":"shop","level":"info","event":"big","additional":{"big":18446744073709551615}}'
    await server.post(`[${JSON.stringify(events).slice(1, -1)},${big}]`)
    await server.closeMinute()
  }
})
afterAll(() => server[Symbol.asyncDispose]())

describe('the fields', () => {
  test('are those that events have, with their kinds and ranges', async () => {
    const answer = asObject(await server.json(`${base}/fields`))
    expect(answer).toMatchObject({ events: 42, found: expect.any(Number) })
    const facts = new Map(
      asList(answer['fields']).map((each) => [asObject(each)['name'], asObject(each)]),
    )
    expect(facts.get('facility')).toMatchObject({ events: 42 })
    expect(facts.get('n')).toMatchObject({ events: 40, kinds: { number: 40 }, min: 0, max: 39 })
    expect(facts.get('http.status')).toMatchObject({ events: 40, min: 200, max: 500 })
    expect(facts.get('odd name')).toMatchObject({ kinds: { text: 40 }, distinct: null })
  })

  test('are those of the events selected, with different values counted when asked', async () => {
    const answer = asObject(await server.json(`${base}/fields?q=n<3&distinct=true`))
    expect(answer['events']).toBe(3)
    expect(answer['fields']).toContainEqual(
      expect.objectContaining({ name: 'n', events: 3, distinct: { count: 3, exact: true } }),
    )
  })

  test('come as rows, with an ETag of what they say', async () => {
    const csv = await server.ask(`${base}/fields.csv?limit=2`)
    const lines = (await csv.text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe('name,events,kinds,min,max,distinct')
    expect(lines[1]).toBe('event,42,"{""text"":42}",,,')
    const etag = csv.headers.get('etag') ?? ''
    const headers = { 'if-none-match': etag }
    expect((await server.ask(`${base}/fields.csv?limit=2`, { headers })).status).toBe(304)
  })
})

describe('the values of a field', () => {
  test('are listed with how many events have each', async () => {
    expect(await server.json(`${base}/fields/http.status/values`)).toEqual({
      field: 'http.status',
      events: 42,
      withValue: 40,
      values: [
        { value: 200, count: 32 },
        { value: 500, count: 8 },
      ],
      others: 0,
      distinct: 2,
      source: expect.any(String),
      scanned: expect.any(Object),
      tookMs: expect.any(Number),
    })
  })

  test('can be counted of some events alone, and listed in part', async () => {
    const answer = await server.json(`${base}/fields/facility/values?q=n>=0&limit=1`)
    const values = [{ value: 'mail', count: 30 }]
    expect(answer).toMatchObject({ events: 40, values, others: 10, distinct: 2 })
  })

  test('keep every digit', async () => {
    const text = await (await server.ask(`${base}/fields/big/values`)).text()
    expect(text).toContain('{"value":18446744073709551615,"count":2}')
  })

  test('of a field whose name needs escapes come as CSV', async () => {
    const csv = await server.ask(`${base}/fields/odd%20name/values.csv`)
    expect(await csv.text()).toBe('value,count\r\nc,34\r\n"a,""b""",6\r\n')
  })

  test('of a field that no event has are none', async () => {
    const answer = await server.json(`${base}/fields/nobody.has.it/values`)
    expect(answer).toMatchObject({ events: 42, withValue: 0, values: [], distinct: 0 })
  })
})

test.each([
  ['fields?limit=0', 'limit'],
  ['fields?distinct=maybe', 'distinct'],
  ['fields?by=a', 'by'],
  ['fields/n/values?limit=10001', 'limit'],
  ['fields/n/values?q=(', 'q'],
])('%s is refused', async (path, parameter) => {
  const response = await server.ask(`${base}/${path}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ parameter })
})
