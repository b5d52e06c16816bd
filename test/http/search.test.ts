import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'

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

describe('a search', () => {
  test('gives the newest events first, and says what it took', async () => {
    const response = await server.ask(`${search}?limit=3`)
    const answer = asObject(await response.json())
    expect(response.headers.get('cache-control')).toBe('private, no-cache')
    expect(answer).toMatchObject({
      closedThrough: '2026-11-22T12:36Z',
      scanned: { minutes: expect.any(Number), blocks: expect.any(Number) },
    })
    const events = asList(answer['events']).map((event) => asObject(event)['additional'])
    expect(events.map((additional) => asObject(additional)['n'])).toEqual([149, 148, 147])
    expect(response.headers.get('link')).toBe(`<${answer['next']}>; rel="next"`)
  })

  test('goes on by next until there is no more, each event once', async () => {
    const seen: unknown[] = []
    let next: unknown = `${search}?limit=40&q=level:info&order=asc`
    while (typeof next === 'string') {
      const answer = asObject(await server.json(next))
      for (const event of asList(answer['events'])) {
        seen.push(asObject(asObject(event)['additional'])['n'])
      }
      next = answer['next']
    }
    const expected = Array.from({ length: 150 }, (_, n) => n).filter((n) => n % 10 !== 0)
    expect(seen).toEqual(expected)
  })
})
