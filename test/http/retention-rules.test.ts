import { expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { asList, asObject } from './json-object.ts'
import { metric } from './metric.ts'

const base = '/api/v1/eventqry'
const event = { level: 'info', event: 'order placed' }
const minutesOfDay = 1_440

test('events of a facility and of a level go when so many whole days have passed', async () => {
  const flags = ['--retain-facility', 'shop-*=1d', '--retain-level', 'debug=2d']
  await using server = await ClockedServer.start(flags)
  const facilities = async (): Promise<unknown[]> => {
    const { facilities: listed } = asObject(await server.json(base))
    return asList(listed).map((each) => [asObject(each)['facility'], asObject(each)['events']])
  }
  const post = () =>
    server.log(
      { ...event, facility: 'shop-debug' },
      { ...event, facility: 'shop' },
      { ...event, facility: 'bank', level: 'debug' },
    )
  await post()
  const first = await server.closeMinute()
  await server.retain()
  expect(await facilities()).toHaveLength(3)

  await server.advance(minutesOfDay)
  await post()
  await server.closeMinute()
  await server.retain()
  expect(await facilities()).toHaveLength(3)
  expect(await metric(server, 'minutebook_redacted_events_total')).toBe(0)

  await server.advance(minutesOfDay)
  await server.retain()
  expect(await facilities()).toEqual([
    ['bank', 2],
    ['shop', 2],
    ['shop-debug', 1],
  ])
  await server.advance(minutesOfDay)
  await server.retain()
  expect(await facilities()).toEqual([
    ['shop', 2],
    ['bank', 1],
  ])
  const page = asObject(await server.json(`${base}/minutes/${first}`))
  expect(asList(page['events'])).toMatchObject([{ facility: 'shop' }])
  expect(await metric(server, 'minutebook_redacted_events_total')).toBe(3)
  expect(await metric(server, 'minutebook_redacted_days_total')).toBe(3)
})
