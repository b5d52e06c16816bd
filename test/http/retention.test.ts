import { expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'

const minutesOfDay = 1_440
const event = { level: 'info', event: 'order placed' }

test('what is kept is told, and what the next purge takes is what it takes', async () => {
  const flags = [
    '--retain-days',
    '3',
    '--retain-facility',
    'shop-*=1d',
    '--retain-level',
    'debug=2d',
  ]
  await using server = await ClockedServer.start(flags)
  const outlook = async () => asObject(await server.json('/api/v1/retention'))
  const bounds = {
    days: 3,
    bytes: null,
    rules: [
      { facility: 'shop-*', level: null, days: 1 },
      { facility: null, level: 'debug', days: 2 },
    ],
  }
  const nothing = { drops: null, removes: { pages: 0, events: 0, days: [] } }
  await server.log({ ...event, facility: 'shop-debug' }, { ...event, facility: 'shop' })
  const first = await server.closeMinute()
  expect(await outlook()).toEqual({ ...bounds, ...nothing })

  // No purge has run yet, though one is due.
  await server.advance(2 * minutesOfDay)
  const day = first.slice(0, 10)
  expect(await outlook()).toMatchObject({
    drops: null,
    removes: { pages: 1, events: 1, days: [day] },
  })
  await server.retain()
  expect(await outlook()).toEqual({ ...bounds, ...nothing })
  expect(asObject(await server.json('/api/v1/eventqry'))['totals']).toMatchObject({ events: 1 })

  await server.advance(2 * minutesOfDay)
  expect(await outlook()).toMatchObject({ drops: { pages: 1, events: 1, days: [day] } })
  await server.retain()
  expect(await outlook()).toMatchObject(nothing)
  expect((await server.ask(`/api/v1/eventqry/minutes/${first}`)).status).toBe(410)
})

test('what was removed is listed, newest first, page by page, with who it was', async () => {
  await using server = await ClockedServer.start()
  expect(await server.json('/api/v1/redactions')).toEqual({
    redactions: [],
    total: 0,
    findings: [],
    next: null,
  })
  const facilities = ['a', 'b', 'c', 'd', 'e']
  await server.log(...facilities.map((facility) => ({ ...event, facility })))
  const minute = await server.closeMinute()
  for (const facility of facilities) {
    const path = `/api/v1/eventlog?facility=${facility}&level=info`
    expect((await server.ask(path, { method: 'DELETE' })).status).toBe(200)
  }
  const found: Record<string, unknown>[] = []
  let path: unknown = '/api/v1/redactions?limit=2'
  while (typeof path === 'string') {
    const answer = asObject(await server.json(path))
    expect(answer).toMatchObject({ total: 5, findings: [] })
    expect(asList(answer['redactions']).length).toBeLessThanOrEqual(2)
    found.push(...asList(answer['redactions']).map(asObject))
    path = answer['next']
  }
  expect(found.map(({ number }) => number)).toEqual([5, 4, 3, 2, 1])
  for (const [i, entry] of found.entries()) {
    const previous = found[i + 1]?.['link'] ?? '0'.repeat(64)
    expect(entry).toMatchObject({ by: 'anonymous', why: 'DELETE', pages: 1, events: 1, previous })
    expect(entry['day']).toBe(minute.slice(0, 10))
    expect(asList(entry['rules'])).toMatchObject([
      { facilities: [facilities[4 - i]], levels: ['info'] },
    ])
  }
  const csv = await server.ask('/api/v1/redactions?limit=1', { headers: { accept: 'text/csv' } })
  expect((await csv.text()).split('\r\n')[0]).toContain('number,at,by,why,day,rules')
  expect((await server.ask('/api/v1/redactions?limit=0')).status).toBe(400)
  await server.restart()
  expect(asObject(await server.json('/api/v1/redactions'))).toMatchObject({
    total: 5,
    findings: [],
  })
})
