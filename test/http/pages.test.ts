import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { gunzipSync } from 'node:zlib'
import { unpackMultiple } from 'msgpackr'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'

const base = '/api/v1/eventqry'
let server: ClockedServer
let page: string
let empty: string

const event = (facility: string, level: string, name: string, n: number) => ({
  facility,
  timestamp: '2026-11-22T12:34:00.000Z',
  level,
  event: name,
  additional: { n },
})

beforeAll(async () => {
  server = await ClockedServer.start()
  await server.log(
    event('shop', 'info', 'order placed', 1),
    event('shop', 'error', 'payment declined', 2),
    event('mail', 'warn', 'mail bounced', 3),
    event('mail', 'error', 'payment declined', 4),
  )
  page = await server.closeMinute()
  empty = await server.closeMinute()
  await server.log(event('shop', 'info', 'order placed', 5))
  await server.closeMinute()
})
afterAll(() => server[Symbol.asyncDispose]())

const events = async (path: string): Promise<readonly unknown[]> =>
  asList(asObject(await server.json(path))['events'])
const numbers = async (path: string): Promise<unknown[]> =>
  (await events(path)).map((each) => asObject(asObject(each)['additional'])['n'])
const codeOf = async (response: Response): Promise<unknown> =>
  asObject(await response.json())['code']

const asked = async (path: string, accept = '*/*') => {
  const response = await server.ask(`${base}/minutes/${path}`, { headers: { accept } })
  return { type: response.headers.get('content-type')?.split(';')[0], response }
}

const ask = (headers: Record<string, string>, path = `${base}/minutes/${page}`, method = 'GET') =>
  server.ask(path, { method, headers, decompress: false })

const encoding = async (accept: string) => {
  const response = await ask({ 'accept-encoding': accept })
  return response.headers.get('content-encoding')
}

const sha256 = (part: Uint8Array) => new Bun.CryptoHasher('sha256').update(part).digest('hex')

describe('a closed minute', () => {
  test('is a page with its digest and its events in the order they came', async () => {
    const answer = asObject(await server.json(`${base}/minutes/${page}`))
    expect(Object.keys(answer)).toEqual(['minute', 'digest', 'events'])
    expect(answer['minute']).toBe(page)
    expect(answer['digest']).toMatch(/^[0-9a-f]{64}$/)
    expect(asList(answer['events'])[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      received: '2026-11-22T12:34:30.000Z',
      ...event('shop', 'info', 'order placed', 1),
    })
    expect(await numbers(`${base}/minutes/${page}`)).toEqual([1, 2, 3, 4])
  })

  test('without events is an empty page', async () => {
    const answer = await server.json(`${base}/minutes/${empty}`)
    expect(answer).toEqual({ minute: empty, digest: null, events: [] })
  })

  test('is found with its colon escaped too, as Swagger UI sends it', async () => {
    const response = await server.ask(`${base}/minutes/${encodeURIComponent(page)}`)
    expect(response.status).toBe(200)
  })

  test('links to the closest pages that hold events', async () => {
    const response = await server.ask(`${base}/minutes/${empty}`)
    expect(response.headers.get('link')).toBe(
      `<${base}/minutes/${page}>; rel="prev", <${base}/minutes/2026-11-22T12:36Z>; rel="next"`,
    )
  })
})

describe('the formats of a page', () => {
  test.each([
    ['application/json', 'application/json'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['application/msgpack', 'application/msgpack'],
    ['application/vnd.msgpack', 'application/msgpack'],
    ['text/csv', 'text/csv'],
    ['text/*', 'text/csv'],
    ['application/json;q=0.1, text/csv;q=0.5', 'text/csv'],
    ['text/html, */*;q=0.1', 'application/json'],
    ['', 'application/json'],
  ])('Accept: %s gives %s', async (accept, type) => {
    expect((await asked(page, accept)).type).toBe(type)
  })

  test('a suffix of the path wins over Accept', async () => {
    const { response, type } = await asked(`${page}.ndjson`, 'text/csv')
    expect(type).toBe('application/x-ndjson')
    const lines = (await response.text()).trimEnd().split('\n')
    expect(lines.map((line) => asObject(JSON.parse(line))['event'])).toEqual([
      'order placed',
      'payment declined',
      'mail bounced',
      'payment declined',
    ])
  })

  test('msgpack is a sequence of maps', async () => {
    const { response } = await asked(`${page}.msgpack`)
    const maps = unpackMultiple(await response.bytes())
    expect(asObject(asList(maps)[2])['additional']).toEqual({ n: 3 })
  })

  test('CSV has a head and a line for each event', async () => {
    const { response } = await asked(`${page}.csv`)
    const lines = (await response.text()).split('\r\n')
    expect(lines[0]).toBe('id,received,timestamp,facility,level,event,additional')
    expect(lines[1]).toContain(',shop,info,order placed,"{""n"":1}"')
    expect(lines).toHaveLength(6)
  })

  test('another is 406, with the formats there are', async () => {
    const { response } = await asked(page, 'image/png')
    expect(response.status).toBe(406)
    const problem = asObject(await response.json())
    expect(problem['code']).toBe('not-acceptable')
    expect(problem['detail']).toContain('text/csv (.csv)')
  })
})

describe('a representation', () => {
  test('has an ETag of its own for each format, encoding and filter', async () => {
    const tags = await Promise.all([
      ask({ 'accept-encoding': 'identity' }),
      ask({ 'accept-encoding': 'gzip' }),
      ask({ 'accept-encoding': 'zstd' }),
      ask({ 'accept-encoding': 'identity', accept: 'text/csv' }),
      ask({ 'accept-encoding': 'identity' }, `${base}/minutes/${page}?level=error`),
      ask({ 'accept-encoding': 'identity' }, `${base}/minutes/${page}?level=info`),
    ]).then((responses) => responses.map((response) => response.headers.get('etag')))
    expect(new Set(tags).size).toBe(6)
    for (const tag of tags) expect(tag).toMatch(/^"[^"]+"$/)
  })

  test('is 304 without a body to the ETag it has', async () => {
    const first = await ask({ 'accept-encoding': 'identity' })
    const etag = first.headers.get('etag') ?? ''
    const again = await ask({ 'accept-encoding': 'identity', 'if-none-match': `"x", W/${etag}` })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
    expect(again.headers.get('etag')).toBe(etag)
    const other = await ask({ 'accept-encoding': 'identity', 'if-none-match': '"x"' })
    expect(other.status).toBe(200)
  })

  test('comes compressed by the better weight of Accept-Encoding', async () => {
    expect(await encoding('gzip, deflate, br, zstd')).toBe('zstd')
    expect(await encoding('gzip;q=1, zstd;q=0.5')).toBe('gzip')
    expect(await encoding('gzip;q=0, zstd;q=0')).toBe(null)
    expect(await encoding('br')).toBe(null)
  })

  test('is the same below its compression', async () => {
    const plain = await ask({ 'accept-encoding': 'identity' })
    const text = await plain.text()
    const zipped = await ask({ 'accept-encoding': 'gzip' })
    expect(gunzipSync(await zipped.bytes()).toString()).toBe(text)
    const zstd = await ask({ 'accept-encoding': 'zstd' })
    expect(Bun.zstdDecompressSync(await zstd.bytes()).toString()).toBe(text)
  })

  test('may change with Accept and Accept-Encoding, as Vary says, and is kept by no shared cache', async () => {
    const { headers } = await ask({})
    expect(headers.get('vary')).toBe('Accept, Accept-Encoding')
    expect(headers.get('cache-control')).toBe('private, no-cache')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('has the same head for HEAD, and no body', async () => {
    for (const path of [
      `${base}`,
      `${base}/minutes`,
      `${base}/minutes/${page}.csv`,
      '/health/live',
    ]) {
      const got = await ask({ 'accept-encoding': 'identity' }, path)
      const head = await ask({ 'accept-encoding': 'identity' }, path, 'HEAD')
      expect(head.status).toBe(200)
      expect(await head.text()).toBe('')
      for (const name of ['etag', 'content-type', 'vary', 'cache-control']) {
        expect(head.headers.get(name)).toBe(got.headers.get(name))
      }
      const length = head.headers.get('content-length')
      if (length !== null) expect(Number(length)).toBe((await got.bytes()).length)
    }
  })
})

describe('filters', () => {
  test.each([
    ['facility=shop', [1, 2]],
    ['facility=shop&facility=mail', [1, 2, 3, 4]],
    ['level=error', [2, 4]],
    ['level=ERR', [2, 4]],
    ['level=3&level=warning', [2, 3, 4]],
    ['event=payment+declined', [2, 4]],
    ['event=payment%20declined&facility=mail', [4]],
    ['facility=nobody', []],
    ['minLevel=warn', [2, 3, 4]],
    ['minLevel=warn&level=info&level=error', [2, 4]],
    ['minLevel=alert', []],
    ['q=declined', [2, 4]],
    ['q=n>=2%20-level:warn', [2, 4]],
    ['q=n:4&facility=shop', []],
  ])('%s', async (query, expected) => {
    expect(await numbers(`${base}/minutes/${page}?${query}`)).toEqual(expected)
    const ofHour = await numbers(`${base}/hours/2026-11-22T12Z?${query}`)
    expect(ofHour.filter((n) => n !== 5)).toEqual(expected)
  })

  test.each([
    ['levl=error', 'unknown-parameter', 'levl'],
    ['level=loud', 'invalid-parameter', 'level'],
    ['minLevel=loud', 'invalid-parameter', 'minLevel'],
    ['from=-1h', 'unknown-parameter', 'from'],
    ['q=(x', 'query-syntax', 'q'],
  ])('%s is refused as %s', async (query, code, parameter) => {
    const response = await server.ask(`${base}/minutes/${page}?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code, parameter, status: 400 })
  })
})

describe('a minute that is no page', () => {
  test('is minute-open while it is the current one, and says when and how to wait', async () => {
    const response = await server.ask(`${base}/minutes/${server.minute}`)
    expect(response.status).toBe(404)
    expect(response.headers.get('retry-after')).toBe('30')
    const problem = asObject(await response.json())
    expect(problem['code']).toBe('minute-open')
    expect(problem['wait']).toBe(`${base}/minutes?since=${server.minute}&wait=60`)
    expect((await server.ask(String(problem['wait']).replace('60', '0'))).status).toBe(200)
  })

  test.each([
    ['2026-11-22T13:00Z', 404, 'minute-ahead'],
    ['2026-11-22T11:00Z', 404, 'before-the-book'],
    ['2026-11-22T12:34', 400, 'invalid-parameter'],
    ['2026-02-30T12:34Z', 400, 'invalid-parameter'],
    ['2026-11-22', 400, 'invalid-parameter'],
  ])('%s is %i %s', async (minute, status, code) => {
    const response = await server.ask(`${base}/minutes/${minute}`)
    expect(response.status).toBe(status)
    expect(await codeOf(response)).toBe(code)
  })
})

describe('hours and days', () => {
  test.each([
    ['hour', 'hours/2026-11-22T12Z'],
    ['day', 'days/2026-11-22'],
  ])('the %s holds its closed minutes and says that it is not complete', async (unit, path) => {
    const answer = asObject(await server.json(`${base}/${path}`))
    expect(Object.keys(answer)).toEqual([unit, 'complete', 'closedThrough', 'minutes', 'events'])
    expect(answer['complete']).toBe(false)
    expect(answer['closedThrough']).toBe('2026-11-22T12:36Z')
    const minutes = asList(answer['minutes']).map((each) => asObject(each)['minute'])
    expect(minutes).toEqual([page, '2026-11-22T12:36Z'])
    expect(await numbers(`${base}/${path}`)).toEqual([1, 2, 3, 4, 5])
  })

  test('stream in every format', async () => {
    const response = await server.ask(`${base}/days/2026-11-22.ndjson`)
    expect((await response.text()).trimEnd().split('\n')).toHaveLength(5)
  })

  test.each([
    ['hours/2026-11-22T13Z', 'minute-ahead'],
    ['days/2026-11-21', 'before-the-book'],
  ])('%s is %s', async (path, code) => {
    const response = await server.ask(`${base}/${path}`)
    expect(response.status).toBe(404)
    expect(await codeOf(response)).toBe(code)
  })
})

describe('one event', () => {
  test('is found by its id, in every format', async () => {
    const [, second] = await events(`${base}/minutes/${page}`)
    const { id } = asObject(second)
    expect(await server.json(`${base}/events/${id}`)).toEqual(second)
    const line = await (await server.ask(`${base}/events/${id}.ndjson`)).text()
    expect(JSON.parse(line)).toEqual(second)
    const csv = await (await server.ask(`${base}/events/${id}.csv`)).text()
    expect(csv).toStartWith(`id,received,timestamp,facility,level,event,additional\r\n${id},`)
  })

  test.each([
    ['ffffffff00000000', 404, 'minute-ahead'],
    ['0000000000000000', 404, 'before-the-book'],
    ['XYZ', 400, 'invalid-parameter'],
  ])('%s is %i %s', async (id, status, code) => {
    const response = await server.ask(`${base}/events/${id}`)
    expect(response.status).toBe(status)
    expect(await codeOf(response)).toBe(code)
  })

  test('is 404 when its page has no such row', async () => {
    const [first] = await events(`${base}/minutes/${page}`)
    const id = `${String(asObject(first)['id']).slice(0, 12)}00ff`
    const response = await server.ask(`${base}/events/${id}`)
    expect(await codeOf(response)).toBe('not-found')
  })
})

describe("a page's own bytes", () => {
  test('begin with the directory that the digest names, and may be kept for good', async () => {
    const { digest } = asObject(await server.json(`${base}/minutes/${page}`))
    const response = await server.ask(`${base}/pages/${digest}`)
    expect(response.headers.get('etag')).toBe(`"${digest}"`)
    expect(response.headers.get('cache-control')).toContain('immutable')
    const bytes = await response.bytes()
    const prefixes = Array.from(bytes, (_, i) => bytes.subarray(0, i + 1))
    expect(prefixes.some((part) => sha256(part) === digest)).toBe(true)
    const again = await server.ask(`${base}/pages/${digest}`, {
      headers: { 'if-none-match': `"${digest}"` },
    })
    expect(again.status).toBe(304)
  })

  test('are 404 for a digest that no page has, 400 for what is no digest', async () => {
    expect((await server.ask(`${base}/pages/${'0'.repeat(64)}`)).status).toBe(404)
    expect((await server.ask(`${base}/pages/0`)).status).toBe(400)
  })
})
