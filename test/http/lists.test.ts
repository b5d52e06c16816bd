import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'

const base = '/api/v1/eventqry'
let server: ClockedServer

beforeAll(async () => {
  server = await ClockedServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

const event = { facility: 'shop', level: 'info', event: 'order placed' }
const list = async (query: string) => asObject(await server.json(`${base}/minutes${query}`))
const minutesOf = (answer: object) =>
  asList(asObject(answer)['minutes']).map((each) => asObject(each)['minute'])

const drop = (query: string) => server.ask(`/api/v1/eventlog${query}`, { method: 'DELETE' })

describe('the list of minutes', () => {
  test('of an empty book has a next to go on from', async () => {
    const answer = await list('')
    expect(answer['minutes']).toEqual([])
    expect((await server.ask(String(answer['next']))).status).toBe(200)
  })

  test('leads a consumer over every page once, whatever its limit', async () => {
    const pages: string[] = []
    for (const hasEvents of [true, false, true, true, false, true]) {
      if (hasEvents) await server.log(event)
      const minute = await server.closeMinute()
      if (hasEvents) pages.push(minute)
    }
    for (const limit of [1, 2, 3, 100]) {
      const seen: unknown[] = []
      let url = `${base}/minutes?limit=${limit}`
      for (;;) {
        const answer = asObject(await server.json(url))
        seen.push(...minutesOf(answer))
        if (asList(answer['minutes']).length === 0) break
        url = String(answer['next'])
      }
      expect(seen).toEqual(pages)
    }
  })

  test('begins at `since`, inclusive, and says of each page what it holds', async () => {
    const answer = await list('?since=2026-11-22T12:36Z&limit=1')
    expect(answer['closedThrough']).toBe('2026-11-22T12:39Z')
    expect(answer['next']).toBe(`${base}/minutes?since=2026-11-22T12:37Z&limit=1`)
    expect(asList(answer['minutes'])[0]).toMatchObject({
      minute: '2026-11-22T12:36Z',
      events: 1,
      levels: { info: 1 },
      href: `${base}/minutes/2026-11-22T12:36Z`,
    })
  })

  test('can be had as NDJSON and CSV, and its next keeps the format', async () => {
    const response = await server.ask(`${base}/minutes.ndjson?since=2026-11-22`)
    expect((await response.text()).trimEnd().split('\n')).toHaveLength(4)
    expect(response.headers.get('link')).toMatch(/minutes\.ndjson\?since=.*rel="next"$/)
    const csv = await (await server.ask(`${base}/minutes.csv?limit=2`)).text()
    expect(csv.split('\r\n')).toHaveLength(4)
  })

  test('with `wait` is held until the next minute closes, empty or not', async () => {
    const since = server.minute
    const answer = list(`?since=${since}&wait=20`)
    const early = await Promise.race([answer, server.ask('/health/live')])
    expect(early).toBeInstanceOf(Response)
    await server.closeMinute()
    expect(await answer).toMatchObject({ minutes: [], closedThrough: since })
  })

  test('with `wait` does not wait for what has closed already', async () => {
    expect(minutesOf(await list('?since=2026-11-22T12:34Z&limit=1&wait=300'))).toHaveLength(1)
  })

  test('is given up by the server when its client goes away', async () => {
    const controller = new AbortController()
    const asked = server.ask(`${base}/minutes?since=${server.minute}&wait=300`, {
      signal: controller.signal,
    })
    await server.ask('/health/live')
    controller.abort()
    await expect(asked).rejects.toThrow()
  })

  test('with `wait` is answered at once when the server stops', async () => {
    const stopped = await ClockedServer.start()
    const answer = stopped.json(`${base}/minutes?since=${stopped.minute}&wait=300`)
    await stopped.ask('/health/live')
    await stopped[Symbol.asyncDispose]()
    expect(await answer).toMatchObject({ minutes: [] })
  })

  test.each(['limit=0', 'limit=10001', 'limit=x', 'wait=301', 'wait=-1', 'since=now', 'limit='])(
    'refuses %s',
    async (query) => {
      const response = await server.ask(`${base}/minutes?${query}`)
      expect(response.status).toBe(400)
      const parameter = query.split('=')[0]
      expect(await response.json()).toMatchObject({ code: 'invalid-parameter', parameter })
    },
  )

  test('refuses without repeating thousands of letters that were sent', async () => {
    const response = await server.ask(`${base}/minutes?since=${'9'.repeat(5_000)}`)
    expect(await response.json()).toMatchObject({
      code: 'invalid-parameter',
      detail: expect.stringMatching(/not "9{100}…"$/),
    })
  })

  test('refuses a single parameter given twice', async () => {
    const response = await server.ask(`${base}/minutes?limit=1&limit=2`)
    expect(await response.json()).toMatchObject({ code: 'invalid-parameter', parameter: 'limit' })
  })
})

describe('the index', () => {
  test('counts what closed minutes hold, and never the open one', async () => {
    await server.log(event, { ...event, level: 'crit', facility: 'mail' })
    const before = asObject(await server.json(base))
    expect(before['totals']).toMatchObject({ events: 4, pages: 4 })
    const closed = await server.closeMinute()
    const index = asObject(await server.json(base))
    expect(index).toMatchObject({
      closedThrough: closed,
      droppedBefore: null,
      totals: { events: 6, pages: 5 },
      levels: { crit: 1, info: 5 },
      facilities: [
        { facility: 'shop', events: 5 },
        { facility: 'mail', events: 1 },
      ],
      newest: { minute: closed, events: 2 },
      oldest: { minute: '2026-11-22T12:34Z' },
    })
    for (const link of Object.values(asObject(index['links']))) {
      expect((await server.ask(String(link))).status).toBe(200)
    }
  })
})

describe('DELETE', () => {
  test.each([
    ['', 'invalid-parameter'],
    ['?before=', 'invalid-parameter'],
    ['?before=2026-11-23', 'invalid-parameter'],
    ['?before=2026-11-22T12Z&dryrun=true', 'unknown-parameter'],
    ['?before=2026-11-22T12Z&dryRun=yes', 'invalid-parameter'],
  ])('%s drops nothing', async (query, code) => {
    const response = await drop(query)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code })
    expect(asObject(await server.json(base))['totals']).toMatchObject({ pages: 5 })
  })

  test('with dryRun says what would go, and keeps it', async () => {
    const report = await (await drop('?before=2026-11-22T12:36Z&dryRun=true')).json()
    expect(report).toMatchObject({ dryRun: true, before: '2026-11-22T12:36Z', pages: 1, events: 1 })
    expect(asObject(await server.json(base))['totals']).toMatchObject({ pages: 5 })
  })

  test('drops pages for good: they answer 410 from then on', async () => {
    const { id } = asObject(
      asList(asObject(await server.json(`${base}/minutes/2026-11-22T12:34Z`))['events'])[0],
    )
    const report = await (await drop('?before=2026-11-22T12:36Z')).json()
    expect(report).toMatchObject({ dryRun: false, pages: 1, events: 1 })
    for (const path of [
      'minutes/2026-11-22T12:34Z',
      'minutes?since=2026-11-22T12:34Z',
      `events/${id}`,
    ]) {
      const response = await server.ask(`${base}/${path}`)
      expect(response.status).toBe(410)
      expect(await response.json()).toMatchObject({ code: 'dropped' })
    }
    expect((await server.ask(`${base}/minutes/2026-11-22T12:36Z`)).status).toBe(200)
    expect(minutesOf(await list(''))).not.toContain('2026-11-22T12:34Z')
    expect(asObject(await server.json(base))['droppedBefore']).toBe('2026-11-22T12:36Z')
  })
})
