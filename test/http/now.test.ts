import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { asObject } from './json-object.ts'

describe('what goes on at the moment', () => {
  let server: ClockedServer

  beforeAll(async () => {
    server = await ClockedServer.start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const now = async () => asObject(await server.json('/api/v1/eventqry/now'))
  const event = { facility: 'shop', level: 'info', event: 'order placed' }

  test('counts the events of the open minute until it closes, and those accepted for ever', async () => {
    await server.log(event, event)
    const before = await now()
    expect(before).toMatchObject({ minute: '2026-11-22T12:34Z', openEvents: 2, accepted: 2 })
    await server.closeMinute()
    await server.log(event)
    expect(await now()).toMatchObject({ minute: '2026-11-22T12:35Z', openEvents: 1, accepted: 3 })
  })

  test('counts refusals, and says how the disk stands', async () => {
    await server.post(JSON.stringify([event, { facility: 'shop' }]))
    const answer = await now()
    expect(answer['refused']).toBe(1)
    expect(answer['reasons']).toEqual([])
    expect(answer['bookBytes']).toBeGreaterThan(0)
    expect(answer['diskFreeBytes']).toBeGreaterThan(0)
    expect(answer).toMatchObject({ retainDays: 30, retainBytes: null })
  })

  test('the index has what the book holds of each day', async () => {
    await server.closeMinute()
    const index = asObject(await server.json('/api/v1/eventqry'))
    const { events, pages, bytes } = asObject(index['totals'])
    expect(index['days']).toEqual([{ day: '2026-11-22', pages, events, bytes }])
    expect(events).toBe(4)
  })

  test('is never kept', async () => {
    const response = await server.ask('/api/v1/eventqry/now')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})
