import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { verifyBook } from '../../src/book/verify.ts'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'
import { metric } from './metric.ts'

const base = '/api/v1/eventqry'
const range = 'from=2026-11-22T12:30Z&to=2026-11-22T12:59Z'
let server: ClockedServer
const minutes: string[] = []
let ids: string[] = []

const redact = (query: string) => server.ask(`/api/v1/eventlog?${query}`, { method: 'DELETE' })

/** Ids of a page or of a search, in the order in which they come. */
async function idsOf(path: string): Promise<string[]> {
  const answer = asObject(await server.json(path))
  return asList(answer['events']).map((each) => String(asObject(each)['id']))
}

const etagOf = async (path: string) => (await server.ask(path)).headers.get('etag') ?? ''

/** 30 events: facilities shop, shop-debug and bank in turn; every second is a debug one. */
function events(minute: number): object[] {
  return Array.from({ length: 30 }, (_, i) => ({
    facility: ['shop', 'shop-debug', 'bank'][i % 3],
    level: i % 2 === 0 ? 'debug' : 'info',
    event: i % 3 === 2 ? 'transferred' : 'order placed',
    timestamp: Date.parse('2026-11-22T12:34:30Z') + minute * 60_000 + i * 100,
    additional: { n: minute * 100 + i, user: { name: `u${i}` } },
  }))
}

beforeAll(async () => {
  server = await ClockedServer.start()
  for (let minute = 0; minute < 3; minute++) {
    await server.log(...events(minute))
    minutes.push(await server.closeMinute())
  }
  await server.log(...events(3))
  ids = (await Promise.all(minutes.map((minute) => idsOf(`${base}/minutes/${minute}`)))).flat()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('DELETE with facility or level', () => {
  test.each([
    ['facility=', 'invalid-parameter'],
    ['facility=a**', 'invalid-parameter'],
    ['level=loud', 'invalid-parameter'],
    ['facility=shop&before=soon', 'invalid-parameter'],
    ['facility=shop&dryrun=true', 'unknown-parameter'],
    ['facility=shop&dryRun=maybe', 'invalid-parameter'],
  ])('%s is refused', async (query, code) => {
    const response = await redact(query)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code })
  })

  test('says what it would remove when it is only asked', async () => {
    const etag = await etagOf(`${base}/minutes/${minutes[0]}`)
    const query = `facility=shop-*&level=debug&level=7&before=${minutes[2]}&dryRun=true`
    expect(await (await redact(query)).json()).toEqual({
      dryRun: true,
      before: minutes[2],
      closedThrough: minutes[2],
      facilities: ['shop-*'],
      levels: ['debug'],
      pages: 2,
      events: 10,
      bytes: 0,
      days: ['2026-11-22'],
      damagedPages: 0,
    })
    expect(await etagOf(`${base}/minutes/${minutes[0]}`)).toBe(etag)
    expect(
      (await (await redact('facility=bank&before=2026-11-23&dryRun=true')).json()).before,
    ).toBe(server.minute)
  })

  test('removes these events; everything that is asked says so', async () => {
    const search = `${base}/search?${range}&order=asc&limit=25`
    const stats = `${base}/stats?${range}&by=facility`
    const first = await server.ask(search)
    const next = String(asObject(await first.json())['next'])
    await server.json(stats)
    const before = await Promise.all(
      [`${base}/minutes/${minutes[0]}`, `${base}/hours/2026-11-22T12Z`, search, stats].map(
        async (path) => [path, await etagOf(path)] as const,
      ),
    )

    const report = asObject(await (await redact('facility=shop-debug')).json())
    expect(report).toMatchObject({ dryRun: false, pages: 3, events: 30, levels: null })

    const left = ids.filter((_, i) => (i % 30) % 3 !== 1)
    const pages = await Promise.all(minutes.map((each) => idsOf(`${base}/minutes/${each}`)))
    expect(pages.flat()).toEqual(left)
    expect(await idsOf(`${base}/days/2026-11-22`)).toEqual(left)
    expect(await idsOf(`${base}/search?${range}&order=asc&limit=100`)).toEqual(left)
    expect(await idsOf(`${base}/search?clock=received&order=desc&limit=100`)).toEqual(
      left.toReversed(),
    )
    // A search that began before goes on behind the event where it was, wherever its row is now.
    const behind = ids[24] ?? ''
    const rest = new URL(next, server.url)
    expect(await idsOf(`${rest.pathname}${rest.search}`)).toEqual(
      left.filter((id) => id > behind).slice(0, 25),
    )
    for (const [path, etag] of before) {
      const response = await server.ask(path, { headers: { 'if-none-match': etag } })
      expect({ path, status: response.status }).toEqual({ path, status: 200 })
    }
    const [kept = '', gone = ''] = ids
    expect((await server.ask(`${base}/events/${kept}`)).status).toBe(200)
    for (const path of [`${base}/events/${gone}`, `${base}/events/${gone}/context`]) {
      const response = await server.ask(path)
      expect(response.status).toBe(410)
      expect(await response.json()).toMatchObject({ code: 'dropped' })
    }
    const page = Number.parseInt(kept.slice(0, 8), 16).toString(16).padStart(8, '0')
    expect((await server.ask(`${base}/events/${page}00000030`)).status).toBe(404)
  })

  test('leaves no trace in counts, and keeps what events hold', async () => {
    const index = asObject(await server.json(base))
    expect(index['totals']).toMatchObject({ events: 60, pages: 3 })
    const facilities = asList(index['facilities']).map((each) => asObject(each)['facility'])
    expect(facilities.sort()).toEqual(['bank', 'shop'])
    const catalogue = asObject(await server.json(`${base}/catalogue`))
    expect(catalogue).toMatchObject({ complete: true, incomplete: [] })
    expect(asList(catalogue['pairs'])).toMatchObject([
      { facility: 'bank', event: 'transferred', total: 30 },
      { facility: 'shop', event: 'order placed', total: 30 },
    ])
    const rows = asObject(await server.json(`${base}/stats?${range}&by=facility`))['rows']
    expect(asList(rows)).toHaveLength(2)
    const list = asObject(await server.json(`${base}/minutes`))
    expect(asList(list['minutes']).map((each) => asObject(each)['events'])).toEqual([20, 20, 20])
    const found = await server.json(`${base}/search?${range}&q=${encodeURIComponent('n:102')}`)
    expect(asObject(found)['events']).toMatchObject([
      { id: ids[32], facility: 'bank', additional: { n: 102, user: { name: 'u2' } } },
    ])
    const around = asObject(await server.json(`${base}/events/${ids[32]}/context?before=1&after=1`))
    expect(asList(around['events']).map((each) => asObject(each)['id'])).toEqual([
      ids[29],
      ids[32],
      ids[35],
    ])
    expect(await idsOf(`${base}/search?q=${encodeURIComponent(`id:${ids[32]}`)}`)).toEqual([
      ids[32] ?? '',
    ])
  })

  test('a page of which nothing is left is one without events', async () => {
    const [minute = ''] = minutes
    const page = `${base}/minutes/${minute}`
    await redact(`facility=*&before=${minutes[1]}`)
    expect(asObject(await server.json(page))).toMatchObject({ digest: null, events: [] })
    const list = asObject(await server.json(`${base}/minutes`))
    expect(asList(list['minutes']).map((each) => asObject(each)['minute'])).toEqual(
      minutes.slice(1),
    )
    expect(asObject(await server.json(base))['totals']).toMatchObject({ events: 40, pages: 2 })
    expect((await server.ask(`${base}/events/${ids[0]}`)).status).toBe(410)
  })

  test('leaves events of the open minute; it can be asked again when that has closed', async () => {
    const open = await server.closeMinute()
    expect(await idsOf(`${base}/minutes/${open}?facility=shop-debug`)).toHaveLength(10)
    expect(asObject(await (await redact('facility=shop-debug')).json())).toMatchObject({
      events: 10,
      closedThrough: open,
    })
    expect(await idsOf(`${base}/minutes/${open}?facility=shop-debug`)).toEqual([])
  })

  test('is counted, recorded with who it was, and left alone by others like it', async () => {
    expect(await metric(server, 'minutebook_redacted_events_total')).toBe(60)
    expect(await metric(server, 'minutebook_redacted_days_total')).toBe(3)
    const minute = await server.closeMinute()
    await redact('level=warn')
    const own = asObject(await server.json(`${base}/search?facility=minutebook&order=asc`))
    expect(asList(own['events'])[0]).toMatchObject({
      event: 'events removed',
      additional: {
        by: { name: 'anonymous' },
        facilities: ['shop-debug'],
        levels: null,
        pages: 3,
        events: 30,
      },
    })
    expect(minute < server.minute).toBe(true)
  })

  test('can be verified, before and after a restart', async () => {
    const book = join(server.dataDir, 'book')
    expect((await verifyBook(book, () => {})).findings).toEqual([])
    await server.restart()
    expect((await verifyBook(book, () => {})).findings).toEqual([])
    expect((await server.ask(`${base}/events/${ids[1]}`)).status).toBe(410)
  })
})
