import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'

const base = '/api/v1/eventqry'
let server: ClockedServer
let ids: readonly string[]

const event = (facility: string, n: number, timestamp: string) => ({
  facility,
  level: 'info',
  event: 'step',
  timestamp,
  additional: { n },
})

beforeAll(async () => {
  server = await ClockedServer.start()
  for (let minute = 0; minute < 3; minute++) {
    const events = Array.from({ length: 10 }, (_, i) => {
      // Later ones come first: the order of arrival is not that of time.
      const time = `2026-11-22T12:${34 + minute}:${String(40 - i).padStart(2, '0')}.000Z`
      return event(i % 2 === 0 ? 'shop' : 'mail', minute * 10 + i, time)
    })
    await server.log(...events)
    await server.closeMinute()
  }
  const answer = asObject(await server.json(`${base}/search?limit=100&clock=received&order=asc`))
  ids = asList(answer['events']).map((each) => String(asObject(each)['id']))
})
afterAll(() => server[Symbol.asyncDispose]())

async function around(n: number, query: string): Promise<unknown[]> {
  const answer = asObject(await server.json(`${base}/events/${ids[n]}/context?${query}`))
  expect(answer['id']).toBe(ids[n])
  return asList(answer['events']).map((each) => asObject(asObject(each)['additional'])['n'])
}

describe('the context of an event', () => {
  test('is what its facility logged around it, oldest first', async () => {
    expect(await around(12, 'before=2&after=2')).toEqual([16, 14, 12, 10, 28])
    expect(await around(12, 'before=0&after=1')).toEqual([12, 10])
    expect(await around(13, 'before=1&after=0')).toEqual([15, 13])
  })

  test('goes by arrival when asked to', async () => {
    const query = 'before=2&after=3&clock=received'
    expect(await around(12, query)).toEqual([8, 10, 12, 14, 16, 18])
  })

  test('ends where the book does', async () => {
    expect(await around(8, '')).toHaveLength(11)
    expect(await around(8, 'before=1000&after=1000')).toHaveLength(15)
  })

  test('comes in the other formats too', async () => {
    const path = `${base}/events/${ids[12]}/context`
    const lines = (await (await server.ask(`${path}.ndjson?before=1&after=1`)).text()).trimEnd()
    expect(lines.split('\n')).toHaveLength(3)
    const csv = await server.ask(`${path}?before=1&after=1`, { headers: { accept: 'text/csv' } })
    expect((await csv.text()).split('\r\n')[2]).toStartWith(ids[12] ?? 'none')
  })

  test.each([
    ['events/zzz/context', 400, 'invalid-parameter'],
    ['events/01c894d20000000/context', 400, 'invalid-parameter'],
    ['events/00000000ffff0000/context', 404, 'before-the-book'],
    ['events/ffffffff00000000/context', 404, 'minute-ahead'],
  ])('%s answers %i %s', async (path, status, code) => {
    const response = await server.ask(`${base}/${path}`)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  })

  test('of an event that is not there is not found', async () => {
    const response = await server.ask(`${base}/events/${ids[0]?.slice(0, 12)}00ff/context`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not-found' })
  })

  test.each(['before=1001', 'after=-1', 'clock=wall'])('%s is refused', async (query) => {
    const response = await server.ask(`${base}/events/${ids[0]}/context?${query}`)
    expect(response.status).toBe(400)
    const [parameter] = query.split('=')
    expect(await response.json()).toMatchObject({ code: 'invalid-parameter', parameter })
  })
})
