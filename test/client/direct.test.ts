import { describe, expect, test } from 'bun:test'
import { asList, type JsonObject } from '../http/json-object.ts'
import { getJson } from '../server/ask.ts'
import { until } from '../server/process.ts'
import { DirectLogging, placed, upTo } from './direct-logging.ts'

/* Direct mode against a real server behind something that fails. */

const direct = new DirectLogging()

describe('batches', () => {
  test('go when they have so many events, so many bytes, or are so old', async () => {
    const log = direct.logger({ batchEventsMax: 10 })
    for (const n of upTo(25)) log.info('order placed', { n })
    expect(await log.flush(5_000)).toBe(true)
    expect(direct.between.requests.map(({ key }) => key.split('-').slice(1).join('-'))).toEqual([
      '1-10',
      '11-10',
      '21-5',
    ])
    log.info('order placed', { n: 26 })
    await until('the batch of one', 5_000, async () => direct.between.requests.length === 4)
    const wide = direct.logger({ batchBytesMax: 10_000, batchAgeMs: 60_000 })
    for (const n of upTo(8)) wide.info('order placed', { n, text: 'x'.repeat(2_000) })
    await until('the full batch', 5_000, async () => direct.between.requests.length === 5)
    expect(placed(await direct.book.events())).toEqual([...upTo(26), ...upTo(5)])
    expect(await wide.flush(5_000)).toBe(true)
    expect(direct.between.requests).toHaveLength(6)
  })

  test('are compressed when that is worth it', async () => {
    const log = direct.logger()
    log.info('order placed', { n: 1 })
    await log.flush(5_000)
    for (const n of upTo(500, 2)) log.info('order placed', { n })
    await log.flush(5_000)
    expect(direct.between.requests.map(({ encoding }) => encoding)).toEqual([null, 'zstd'])
    expect(direct.between.requests[1]?.bytes).toBeLessThan(10_000)
    expect(placed(await direct.book.events())).toEqual(upTo(501))
  })
})

describe('a server that does not answer as it should', () => {
  test('gets the same batch again under the same key, and holds each event once', async () => {
    direct.between.plan.push(503, 'lost', 500, 'through')
    const log = direct.logger()
    for (const n of upTo(100)) log.info('order placed', { n })
    expect(await log.flush(10_000)).toBe(true)
    expect(new Set(direct.between.requests.map(({ key }) => key)).size).toBe(1)
    expect(direct.between.requests).toHaveLength(4)
    expect(placed(await direct.book.events())).toEqual(upTo(100))
    expect(new Set(direct.codes())).toEqual(new Set(['unreachable']))
  })

  test('is given the time that it asks for', async () => {
    direct.between.plan.push(new Response('', { status: 429, headers: { 'retry-after': '1' } }))
    const log = direct.logger()
    log.info('order placed', { n: 1 })
    await until('the second try', 10_000, async () => direct.between.requests.length === 2)
    const [first, second] = direct.between.requests
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(1_000)
  })

  test('is asked less and less often', async () => {
    direct.between.plan.push(...Array.from({ length: 5 }, () => 503))
    const log = direct.logger()
    log.info('order placed', { n: 1 })
    await until('the fifth try', 20_000, async () => direct.between.requests.length === 5)
    const gaps = direct.between.requests
      .slice(1)
      .map(({ atMs }, i) => atMs - (direct.between.requests[i]?.atMs ?? 0))
    // Each wait is direct.between half and all of 200 ms, 400 ms…
    for (const [i, gap] of gaps.entries()) expect(gap).toBeGreaterThan(100 * 2 ** i - 5)
  })

  test('that finds a batch too large gets it in halves', async () => {
    direct.between.plan.push(413, 413)
    const log = direct.logger()
    for (const n of upTo(100)) log.info('order placed', { n })
    expect(await log.flush(5_000)).toBe(true)
    expect(placed(await direct.book.events())).toEqual(upTo(100))
    const keys = direct.between.requests.map(({ key }) => key.split('-').slice(1).join('-'))
    expect(keys).toEqual(['1-100', '1-50', '1-25', '26-25', '51-50'])
  })

  test('that refuses a batch for what it is does not hold up the next', async () => {
    direct.between.plan.push(400)
    const log = direct.logger({ batchEventsMax: 10 })
    for (const n of upTo(20)) log.info('order placed', { n })
    await log.flush(5_000)
    expect(placed(await direct.book.events())).toEqual(upTo(10, 11))
    expect(direct.codes()).toEqual(['refused'])
  })

  test('that answers what nobody foresaw is asked again', async () => {
    const answers = [302, 402, 407, 409, 410, 415, 431, 451, 502]
    for (const status of answers) {
      direct.between.plan.push(new Response('', { status }))
      const log = direct.logger()
      log.info('order placed', { n: status })
      expect(await log.flush(5_000)).toBe(true)
      expect(direct.between.requests.map(({ key }) => key)).toEqual([
        expect.any(String),
        direct.between.requests[0]?.key ?? '',
      ])
      direct.between.requests.splice(0)
    }
    expect(placed(await direct.book.events())).toEqual(answers)
    expect(direct.codes()).not.toContain('refused')
  })

  test('that has a part of a batch already gets the rest of it', async () => {
    direct.between.plan.push(
      Response.json({ code: 'sequence-overlap', wanted: [[7, 9]] }, { status: 409 }),
    )
    const log = direct.logger()
    for (const n of upTo(10)) log.info('order placed', { n })
    expect(await log.flush(5_000)).toBe(true)
    expect(placed(await direct.book.events())).toEqual(upTo(10))
    const keys = direct.between.requests.map(({ key }) => key.split('-').slice(1).join('-'))
    expect(keys).toEqual(['1-10', '1-5', '6-5'])
  })

  test('that knows no such client is told of, and nothing is given up', async () => {
    direct.between.plan.push(401, 403)
    const log = direct.logger({ auth: { token: 'secret' } })
    log.info('order placed', { n: 1 })
    expect(await log.flush(5_000)).toBe(true)
    expect(direct.codes()).toEqual(['unauthorised', 'unauthorised'])
    expect(direct.problems.map(({ detail }) => detail).join()).not.toContain('secret')
    expect(direct.between.requests[0]?.authorization).toBe('Bearer secret')
    expect(placed(await direct.book.events())).toEqual([1])
  })
})

describe('the server', () => {
  test('misses no number of a client whose batches came twice, in halves and from disk', async () => {
    direct.between.plan.push(413, 'lost', 503)
    const fallback = `${direct.book.scratch}/fallback`
    const options = {
      batchEventsMax: 50,
      memoryBytesMax: 40_000,
      overflow: 'block',
      fallback,
    } as const
    const log = direct.logger(options)
    const text = 'x'.repeat(200)
    for (const n of upTo(500)) log.info('order placed', { n, text })
    let events: JsonObject[] = []
    await log.flush(5_000)
    await until('everything', 10_000, async () => {
      events = await direct.book.events()
      return placed(events).length >= 500
    })
    expect(placed(events).toSorted((a, b) => a - b)).toEqual(upTo(500))
    const producer = direct.between.requests[0]?.key.split('-')[0]
    const answer = await getJson(direct.book.url, `/api/v1/eventqry/producers?producer=${producer}`)
    expect(asList(answer['producers'])).toMatchObject([
      { producer, accepted: 500, watermark: 500, missing: 0 },
    ])
  })
})
