import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject, type JsonObject } from './json-object.ts'

let server: ClockedServer
const path = '/api/v1/eventqry/catalogue'

beforeAll(async () => {
  server = await ClockedServer.start()
  for (let minute = 0; minute < 4; minute++) {
    await server.log(
      { facility: 'shop', level: 'info', event: 'order placed' },
      { facility: 'shop', level: 'info', event: 'order placed' },
      ...(minute === 0 ? [{ facility: 'mail', level: 'error', event: 'Bounced, twice' }] : []),
      ...(minute === 3 ? [{ facility: 'shop', level: 'crit', event: 'disk gone' }] : []),
    )
    await server.closeMinute()
  }
})
afterAll(() => server[Symbol.asyncDispose]())

async function pairs(query: string): Promise<JsonObject[]> {
  const answer = asObject(await server.json(`${path}?${query}`))
  return asList(answer['pairs']).map(asObject)
}

const namesOf = (list: readonly JsonObject[]): unknown[] => list.map((pair) => pair['event'])

describe('the catalogue over HTTP', () => {
  test('has every pair, the most frequent first, with what is known of it', async () => {
    const answer = asObject(await server.json(path))
    expect(answer).toMatchObject({
      from: '2026-11-22T12:34Z',
      to: '2026-11-22T12:38Z',
      bucketMinutes: 1,
      found: 3,
      complete: true,
      incomplete: [],
      since: '2026-11-22T12:34Z',
      closedThrough: '2026-11-22T12:37Z',
      statuses: { new: 3, returned: 0, active: 0, silent: 0 },
      next: null,
    })
    expect(asList(answer['pairs'])[0]).toEqual({
      facility: 'shop',
      event: 'order placed',
      status: 'new',
      count: 8,
      levels: { info: 8 },
      total: 8,
      first: '2026-11-22T12:34:30.000Z',
      last: '2026-11-22T12:37:30.000Z',
      firstReceived: '2026-11-22T12:34Z',
      lastReceived: '2026-11-22T12:37Z',
      returnedAfterMinutes: null,
      sparkline: [2, 2, 2, 2],
    })
  })

  test('says what is new, active and silent in a range', async () => {
    const list = await pairs('from=2026-11-22T12:36Z&order=event')
    expect(list.map((pair) => [pair['event'], pair['status'], pair['count']])).toEqual([
      ['Bounced, twice', 'silent', 0],
      ['disk gone', 'new', 1],
      ['order placed', 'active', 4],
    ])
    const some = await pairs('from=2026-11-22T12:36Z&status=new&status=silent&order=-event')
    expect(namesOf(some)).toEqual(['disk gone', 'Bounced, twice'])
    // What came later is not known in an earlier range; a range is widened to whole minutes.
    const early = await pairs('from=2026-11-22T12:34:59Z&to=2026-11-22T12:36:01Z&order=event')
    expect(early.map((pair) => [pair['event'], pair['count']])).toEqual([
      ['Bounced, twice', 1],
      ['order placed', 6],
    ])
  })

  test('is filtered by facility, level, event and text', async () => {
    expect(namesOf(await pairs('facility=mail'))).toEqual(['Bounced, twice'])
    expect(namesOf(await pairs('minLevel=error&order=-last'))).toEqual([
      'disk gone',
      'Bounced, twice',
    ])
    expect(namesOf(await pairs('level=info'))).toEqual(['order placed'])
    expect(namesOf(await pairs('event=disk%20gone'))).toEqual(['disk gone'])
    expect(namesOf(await pairs('contains=bOUNCED'))).toEqual(['Bounced, twice'])
    expect(namesOf(await pairs('contains=nothing'))).toEqual([])
  })

  test('comes in portions, each pair once', async () => {
    const seen: unknown[] = []
    let next: unknown = `${path}?limit=2&order=facility&from=2026-11-22`
    while (typeof next === 'string') {
      const response = await server.ask(next)
      const answer = asObject(await response.json())
      seen.push(...namesOf(asList(answer['pairs']).map(asObject)))
      next = answer['next']
      expect(response.headers.get('link')).toBe(next === null ? null : `<${next}>; rel="next"`)
    }
    expect(seen).toEqual(['Bounced, twice', 'disk gone', 'order placed'])
  })

  test('speaks NDJSON and CSV, one pair a line, and is unchanged while nothing closes', async () => {
    const lines = (await (await server.ask(`${path}.ndjson?order=event`)).text()).trim().split('\n')
    expect(lines.map((line) => asObject(JSON.parse(line))['event'])).toEqual([
      'Bounced, twice',
      'disk gone',
      'order placed',
    ])
    const csv = (await (await server.ask(`${path}.csv?order=event&buckets=0`)).text()).split('\r\n')
    expect(csv[0]).toStartWith('facility,event,status,count,levels,total,first,last,')
    expect(csv[1]).toStartWith('mail,"Bounced, twice",new,1,"{""error"":1}",1,')
    const etag = (await server.ask(path)).headers.get('etag') ?? ''
    const again = await server.ask(path, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
  })

  test.each([
    'status=old',
    'silence=59m',
    'silence=367d',
    'silence=x',
    'order=size',
    'buckets=121',
    'limit=0',
  ])('refuses %s', async (query) => {
    const response = await server.ask(`${path}?${query}`)
    expect(response.status).toBe(400)
    expect(asObject(await response.json())).toMatchObject({
      code: 'invalid-parameter',
      parameter: query.split('=')[0],
    })
  })

  test('answers the examples of docs/QUERY.md', async () => {
    const text = await Bun.file(join(import.meta.dir, '../../docs/QUERY.md')).text()
    const examples = text.matchAll(
      /^curl 'http:\/\/127\.0\.0\.1:8420(\/api\/v1\/eventqry\/catalogue[^']*)'$/gm,
    )
    const targets = [...examples].map(([, target = '']) => target)
    expect(targets.length).toBeGreaterThan(3)
    for (const target of targets) expect((await server.ask(target)).status, target).toBe(200)
  })

  test('knows pairs whose pages have been dropped', async () => {
    const before = '2026-11-22T12:35Z'
    await server.ask(`/api/v1/eventlog?before=${before}`, { method: 'DELETE' })
    const [gone] = await pairs('facility=mail')
    expect(gone).toMatchObject({
      status: 'silent',
      count: 0,
      total: 1,
      firstReceived: '2026-11-22T12:34Z',
    })
    const [shop] = await pairs('event=order%20placed')
    expect(shop).toMatchObject({ status: 'active', count: 6, total: 8 })
  })
})
