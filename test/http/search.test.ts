import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { unpackMultiple } from 'msgpackr'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'
import { metric } from './metric.ts'

let server: ClockedServer

beforeAll(async () => {
  server = await ClockedServer.start()
  for (let minute = 0; minute < 3; minute++) {
    const events = Array.from({ length: 50 }, (_, i) => ({
      facility: i % 2 === 0 ? 'shop' : 'mail',
      level: i % 10 === 0 ? 'error' : 'info',
      event: i % 5 === 0 ? 'payment timed out' : 'order placed',
      timestamp: `2026-11-22T12:${33 + minute}:${String(i).padStart(2, '0')}.500Z`,
      additional: { n: minute * 50 + i, user: { id: i % 7 } },
    }))
    await server.log(...events)
    await server.closeMinute()
  }
})
afterAll(() => server[Symbol.asyncDispose]())

const search = '/api/v1/eventqry/search'

/** The numbers of the events that an answer in JSON has, in its order. */
async function numbers(query: string): Promise<unknown[]> {
  return numbersOf(await server.json(`${search}?${query}`))
}

function numbersOf(answer: unknown): unknown[] {
  return asList(asObject(answer)['events']).map(numberOf)
}

const numberOf = (event: unknown): unknown => asObject(asObject(event)['additional'])['n']

/** 0 to 149, those that pass. */
function upTo150(passes: (n: number) => boolean): number[] {
  return Array.from({ length: 150 }, (_, n) => n).filter(passes)
}

async function problemOf(query: string): Promise<unknown> {
  const response = await server.ask(`${search}?${query}`)
  return { status: response.status, ...asObject(await response.json()) }
}

describe('a search', () => {
  test('gives the newest events first, and says what it took', async () => {
    const response = await server.ask(`${search}?limit=3`)
    const answer = await response.json()
    expect(response.headers.get('cache-control')).toBe('private, no-cache')
    expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding')
    expect(answer).toMatchObject({
      closedThrough: '2026-11-22T12:36Z',
      scanned: { minutes: expect.any(Number), blocks: expect.any(Number) },
      tookMs: expect.any(Number),
    })
    expect(numbersOf(answer)).toEqual([149, 148, 147])
    expect(response.headers.get('link')).toBe(`<${asObject(answer)['next']}>; rel="next"`)
  })

  test('gives 100 events in JSON unless asked for another number', async () => {
    expect(await numbers('')).toHaveLength(100)
    expect(await numbers('limit=150')).toHaveLength(150)
  })

  test.each([
    ['q=timed', (n: number) => n % 5 === 0],
    ['q=%22ment+tim%22+n<20', (n: number) => n % 5 === 0 && n < 20],
    ['q=user.id:3', (n: number) => (n % 50) % 7 === 3],
    ['q=level:error', (n: number) => n % 10 === 0],
    ['minLevel=warn', (n: number) => n % 10 === 0],
    ['facility=mail&q=n>=140', (n: number) => n >= 140 && n % 2 === 1],
    ['event=payment+timed+out&level=info', (n: number) => n % 10 === 5],
    ['from=2026-11-22T12:34Z&to=2026-11-22T12:35Z', (n: number) => n >= 50 && n < 100],
    ['from=2026-11-22T12:35:48.500Z', (n: number) => n >= 148],
    ['to=2026-11-22T12:33:02.500Z', (n: number) => n < 2],
    ['to=2026-11-22T12:33:02.500000001Z', (n: number) => n < 3],
    ['from=-150s&to=now', (n: number) => n >= 100],
    ['clock=received&from=2026-11-22T12:36Z', (n: number) => n >= 100],
    ['q=nothing', () => false],
  ])('%s', async (query, passes) => {
    expect(await numbers(`limit=1000&order=asc&${query}`)).toEqual(upTo150(passes))
    expect(await numbers(`limit=1000&${query}`)).toEqual(upTo150(passes).toReversed())
  })

  test('goes on by next until there is no more, each event once', async () => {
    const seen: unknown[] = []
    let next: unknown = `${search}?limit=40&q=level:info&order=asc`
    while (typeof next === 'string') {
      const answer: unknown = await server.json(next)
      seen.push(...numbersOf(answer))
      next = asObject(answer)['next']
    }
    expect(seen).toEqual(upTo150((n) => n % 10 !== 0))
  })

  test('goes on with the times that relative ones meant', async () => {
    const query = 'from=-10m&limit=40&q=timestamp>now-10m'
    const { next } = asObject(await server.json(`${search}?${query}`))
    const values = new URL(String(next), server.url).searchParams
    expect(values.get('from')).toBe('2026-11-22T12:27:30.000Z')
    expect(values.get('q')).toContain('2026-11-22T12:27:30.000Z')
    expect(numbersOf(await server.json(String(next)))[0]).toBe(109)
  })

  test('gives only the fields that are asked for', async () => {
    const answer = asObject(await server.json(`${search}?limit=1&fields=event,user.id`))
    const [event] = asList(answer['events'])
    expect(event).toMatchObject({ event: 'order placed', additional: { user: { id: 0 } } })
    expect(asObject(asObject(event)['additional'])).not.toHaveProperty('n')
  })

  test('of the same question gives the same cursor only to that question', async () => {
    const { next } = asObject(await server.json(`${search}?limit=1`))
    const cursor = new URL(String(next), server.url).searchParams.get('cursor')
    expect(await problemOf(`limit=1&q=other&cursor=${cursor}`)).toMatchObject({
      status: 400,
      code: 'invalid-parameter',
      parameter: 'cursor',
    })
    expect(await problemOf('cursor=abc')).toMatchObject({ parameter: 'cursor' })
  })
})

describe('the formats of a search', () => {
  test('NDJSON gives all that is found, one event a line', async () => {
    const response = await server.ask(`${search}.ndjson?order=asc`)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await response.text()).trimEnd().split('\n')
    expect(lines.map((line) => numberOf(JSON.parse(line)))).toEqual(upTo150(() => true))
  })

  test('NDJSON with a limit says in Link where it goes on, in the same format', async () => {
    const response = await server.ask(`${search}.ndjson?order=asc&limit=10`)
    expect((await response.text()).trimEnd().split('\n')).toHaveLength(10)
    const next = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1] ?? ''
    expect(next).toStartWith(`${search}.ndjson?`)
    const [line = ''] = (await (await server.ask(next)).text()).split('\n')
    expect(numberOf(JSON.parse(line))).toBe(10)
  })

  test('msgpack gives a sequence of maps', async () => {
    const headers = { accept: 'application/msgpack' }
    const response = await server.ask(`${search}?q=n:7`, { headers })
    expect(response.headers.get('content-type')).toBe('application/msgpack')
    expect(unpackMultiple(await response.bytes())).toMatchObject([
      { facility: 'mail', additional: { n: 7 } },
    ])
  })

  test('CSV gives a line of names, and rows', async () => {
    const headers = { accept: 'text/csv' }
    const response = await server.ask(`${search}?q=n<2&order=asc`, { headers })
    const [names, ...rows] = (await response.text()).trimEnd().split('\r\n')
    expect(names).toBe('id,received,timestamp,facility,level,event,additional')
    expect(rows.map((row) => row.split(',')[3])).toEqual(['shop', 'mail'])
  })

  test.each(['gzip', 'zstd'])('%s is sent when the client takes it', async (encoding) => {
    const headers = { 'accept-encoding': encoding }
    const response = await server.ask(`${search}.ndjson`, { headers, decompress: false })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    const bytes = await response.bytes()
    const plain = encoding === 'gzip' ? Bun.gunzipSync(bytes) : Bun.zstdDecompressSync(bytes)
    expect(Buffer.from(plain).toString().trimEnd().split('\n')).toHaveLength(150)
  })

  test('HEAD has the head of GET, and no body', async () => {
    const head = await server.ask(`${search}?limit=1`, { method: 'HEAD' })
    const got = await server.ask(`${search}?limit=1`)
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    for (const name of ['content-type', 'link', 'vary']) {
      expect(head.headers.get(name)).toBe(got.headers.get(name))
    }
  })
})

test('fields may have any names, in quotes where they need them', async () => {
  await server.log({
    facility: 'odd',
    level: 'info',
    event: 'e',
    additional: { 'a,b': 1, 'c "d"': 2, 'e f': 3, level: 'x', g: 4 },
  })
  await server.closeMinute()
  const fields = ' "a,b" ,"c \\"d\\"",e f,additional."level", id '
  const query = new URLSearchParams({ facility: 'odd', fields })
  const { events } = asObject(await server.json(`${search}?${query}`))
  expect(events).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      additional: { 'a,b': 1, 'c "d"': 2, 'e f': 3, level: 'x' },
    },
  ])
})

describe('a question that is none', () => {
  test.each([
    ['q=a+(b', 'query-syntax', { parameter: 'q', column: 3 }],
    ['q=level>=loud', 'query-syntax', { column: 8 }],
    ['q=n:[1+TO', 'query-syntax', { parameter: 'q' }],
    ['q=/(/', 'query-syntax', { column: 1 }],
    ['from=yesterday', 'invalid-parameter', { parameter: 'from' }],
    ['from=2026-11-22&to=2026-11-21', 'invalid-parameter', { parameter: 'to' }],
    ['clock=wall', 'invalid-parameter', { parameter: 'clock' }],
    ['order=up', 'invalid-parameter', { parameter: 'order' }],
    ['limit=0', 'invalid-parameter', { parameter: 'limit' }],
    ['limit=10001', 'invalid-parameter', { parameter: 'limit' }],
    ['minLevel=loud', 'invalid-parameter', { parameter: 'minLevel' }],
    ['fields=a,,b', 'invalid-parameter', { parameter: 'fields' }],
    ['fields=a,', 'invalid-parameter', { parameter: 'fields' }],
    ['fields=a,%22b', 'invalid-parameter', { parameter: 'fields' }],
    ['fields=a%22b%22', 'invalid-parameter', { parameter: 'fields' }],
    ['query=a', 'unknown-parameter', { parameter: 'query' }],
    ['q=a&q=b', 'invalid-parameter', { parameter: 'q' }],
  ])('%s answers 400 %s', async (query, code, more) => {
    expect(await problemOf(query)).toMatchObject({ status: 400, code, ...more })
  })

  test('a time whose plus became a space says how a plus is written', async () => {
    const { detail } = asObject(await problemOf('from=2026-11-22T12:34:00+01:00'))
    expect(detail).toEndWith('not "2026-11-22T12:34:00 01:00" (in a URL, + is written %2B)')
    const range = 'from=2026-11-22T13:34:00%2B01:00&to=2026-11-22T12:35Z&limit=1'
    expect((await server.ask(`${search}?${range}`)).status).toBe(200)
  })

  test('a syntax problem says what could stand there', async () => {
    expect(await problemOf('q=a+AND')).toMatchObject({
      column: 6,
      expected: expect.arrayContaining(['field:value']),
    })
  })
})

test('bytes are a limit that a search meets', async () => {
  await using small = await ClockedServer.start(['--query-bytes', '1024'])
  const events = Array.from({ length: 1_000 }, (_, n) => ({
    facility: 'shop',
    level: 'info',
    event: 'order timed',
    additional: { n, text: crypto.randomUUID() },
  }))
  await small.log(...events)
  await small.closeMinute()
  const response = await small.ask(`${search}?q=timed`)
  expect(response.status).toBe(422)
  const problem = { code: 'query-limit', limit: 'query-bytes', value: 1_024 }
  expect(await response.json()).toMatchObject(problem)
})

test('time is a limit that a regular expression meets in the middle of a page, which is none the worse', async () => {
  await using small = await ClockedServer.start(['--query-time-ms', '20'])
  const text = 'abcdefgh '.repeat(2_000)
  await small.log(
    ...Array.from({ length: 200 }, (_, n) => ({
      facility: 'shop',
      level: 'info',
      event: 'order placed',
      additional: { text: `${n} ${text}` },
    })),
  )
  await small.closeMinute()
  const response = await small.ask(`${search}?q=${encodeURIComponent('/(a|b|c)+.*(d|e)+.*[xyz]/')}`)
  expect(await response.json()).toMatchObject({
    status: 422,
    code: 'query-limit',
    limit: 'query-time-ms',
    value: 20,
  })
  expect(await metric(small, 'minutebook_damaged_pages_total')).toBe(0)
})
