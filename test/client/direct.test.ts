import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createLogger, type Logger } from '../../src/client/logger.ts'
import type { DirectLoggerOptions } from '../../src/client/options.ts'
import type { ClientProblem } from '../../src/client/sink.ts'
import { asList, asObject, type JsonObject } from '../http/json-object.ts'
import { getJson, numberOf } from '../server/ask.ts'
import { until } from '../server/process.ts'
import { type LoggedBook, openLoggedBook } from './logged-book.ts'
import { openUnsteadyServer, type UnsteadyServer } from './unsteady-server.ts'

/* Direct mode against a real server behind something that fails. */

let book: LoggedBook
let between: UnsteadyServer
let problems: ClientProblem[]
const open: Logger[] = []

beforeEach(async () => {
  book = await openLoggedBook()
  between = openUnsteadyServer(book.url)
  problems = []
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((log) => log.close()))
  between[Symbol.dispose]()
  await book[Symbol.asyncDispose]()
})

function logger(options: Partial<DirectLoggerOptions> = {}): Logger {
  const log = createLogger({
    facility: 'shop',
    url: between.url,
    fallback: false,
    level: 'debug',
    batchAgeMs: 20,
    onProblem: (problem) => problems.push(problem),
    ...options,
  })
  open.push(log)
  return log
}

const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i)
const placed = (events: readonly JsonObject[]) =>
  events.filter(({ event }) => event === 'order placed').map(numberOf)
const dropsOf = (events: readonly JsonObject[]) =>
  events
    .filter(({ event }) => event === 'log events dropped')
    .map(({ additional }) => asObject(additional))
const codes = () => problems.map(({ code }) => code)

describe('batches', () => {
  test('go when they have so many events, so many bytes, or are so old', async () => {
    const log = logger({ batchEventsMax: 10 })
    for (const n of upTo(25)) log.info('order placed', { n })
    expect(await log.flush(5_000)).toBe(true)
    expect(between.requests.map(({ key }) => key.split('-').slice(1).join('-'))).toEqual([
      '1-10',
      '11-10',
      '21-5',
    ])
    log.info('order placed', { n: 26 })
    await until('the batch of one', 5_000, async () => between.requests.length === 4)
    const wide = logger({ batchBytesMax: 10_000, batchAgeMs: 60_000 })
    for (const n of upTo(8)) wide.info('order placed', { n, text: 'x'.repeat(2_000) })
    await until('the full batch', 5_000, async () => between.requests.length === 5)
    expect(placed(await book.events())).toEqual([...upTo(26), ...upTo(5)])
    expect(await wide.flush(5_000)).toBe(true)
    expect(between.requests).toHaveLength(6)
  })

  test('are compressed when that is worth it', async () => {
    const log = logger()
    log.info('order placed', { n: 1 })
    await log.flush(5_000)
    for (const n of upTo(500, 2)) log.info('order placed', { n })
    await log.flush(5_000)
    expect(between.requests.map(({ encoding }) => encoding)).toEqual([null, 'zstd'])
    expect(between.requests[1]?.bytes).toBeLessThan(10_000)
    expect(placed(await book.events())).toEqual(upTo(501))
  })
})

describe('a server that does not answer as it should', () => {
  test('gets the same batch again under the same key, and holds each event once', async () => {
    between.plan.push(503, 'lost', 500, 'through')
    const log = logger()
    for (const n of upTo(100)) log.info('order placed', { n })
    expect(await log.flush(10_000)).toBe(true)
    expect(new Set(between.requests.map(({ key }) => key)).size).toBe(1)
    expect(between.requests).toHaveLength(4)
    expect(placed(await book.events())).toEqual(upTo(100))
    expect(new Set(codes())).toEqual(new Set(['unreachable']))
  })

  test('is given the time that it asks for', async () => {
    between.plan.push(new Response('', { status: 429, headers: { 'retry-after': '1' } }))
    const log = logger()
    log.info('order placed', { n: 1 })
    await until('the second try', 10_000, async () => between.requests.length === 2)
    const [first, second] = between.requests
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(1_000)
  })

  test('is asked less and less often', async () => {
    between.plan.push(...Array.from({ length: 5 }, () => 503))
    const log = logger()
    log.info('order placed', { n: 1 })
    await until('the fifth try', 20_000, async () => between.requests.length === 5)
    const gaps = between.requests
      .slice(1)
      .map(({ atMs }, i) => atMs - (between.requests[i]?.atMs ?? 0))
    // Each wait is between half and all of 200 ms, 400 ms…
    for (const [i, gap] of gaps.entries()) expect(gap).toBeGreaterThan(100 * 2 ** i - 5)
  })

  test('that finds a batch too large gets it in halves', async () => {
    between.plan.push(413, 413)
    const log = logger()
    for (const n of upTo(100)) log.info('order placed', { n })
    expect(await log.flush(5_000)).toBe(true)
    expect(placed(await book.events())).toEqual(upTo(100))
    const keys = between.requests.map(({ key }) => key.split('-').slice(1).join('-'))
    expect(keys).toEqual(['1-100', '1-50', '1-25', '26-25', '51-50'])
  })

  test('that refuses a batch for what it is does not hold up the next', async () => {
    between.plan.push(400)
    const log = logger({ batchEventsMax: 10 })
    for (const n of upTo(20)) log.info('order placed', { n })
    await log.flush(5_000)
    expect(placed(await book.events())).toEqual(upTo(10, 11))
    expect(codes()).toEqual(['refused'])
  })

  test('that answers what nobody foresaw is asked again', async () => {
    const answers = [302, 402, 407, 409, 410, 415, 431, 451, 502]
    for (const status of answers) {
      between.plan.push(new Response('', { status }))
      const log = logger()
      log.info('order placed', { n: status })
      expect(await log.flush(5_000)).toBe(true)
      expect(between.requests.map(({ key }) => key)).toEqual([
        expect.any(String),
        between.requests[0]?.key ?? '',
      ])
      between.requests.splice(0)
    }
    expect(placed(await book.events())).toEqual(answers)
    expect(codes()).not.toContain('refused')
  })

  test('that has a part of a batch already gets the rest of it', async () => {
    between.plan.push(
      Response.json({ code: 'sequence-overlap', wanted: [[7, 9]] }, { status: 409 }),
    )
    const log = logger()
    for (const n of upTo(10)) log.info('order placed', { n })
    expect(await log.flush(5_000)).toBe(true)
    expect(placed(await book.events())).toEqual(upTo(10))
    const keys = between.requests.map(({ key }) => key.split('-').slice(1).join('-'))
    expect(keys).toEqual(['1-10', '1-5', '6-5'])
  })

  test('that knows no such client is told of, and nothing is given up', async () => {
    between.plan.push(401, 403)
    const log = logger({ auth: { token: 'secret' } })
    log.info('order placed', { n: 1 })
    expect(await log.flush(5_000)).toBe(true)
    expect(codes()).toEqual(['unauthorised', 'unauthorised'])
    expect(problems.map(({ detail }) => detail).join()).not.toContain('secret')
    expect(between.requests[0]?.authorization).toBe('Bearer secret')
    expect(placed(await book.events())).toEqual([1])
  })
})

describe('the server', () => {
  test('misses no number of a client whose batches came twice, in halves and from disk', async () => {
    between.plan.push(413, 'lost', 503)
    const fallback = `${book.scratch}/fallback`
    const options = {
      batchEventsMax: 50,
      memoryBytesMax: 40_000,
      overflow: 'block',
      fallback,
    } as const
    const log = logger(options)
    const text = 'x'.repeat(200)
    for (const n of upTo(500)) log.info('order placed', { n, text })
    let events: JsonObject[] = []
    await log.flush(5_000)
    await until('everything', 10_000, async () => {
      events = await book.events()
      return placed(events).length >= 500
    })
    expect(placed(events).toSorted((a, b) => a - b)).toEqual(upTo(500))
    const producer = between.requests[0]?.key.split('-')[0]
    const answer = await getJson(book.url, `/api/v1/eventqry/producers?producer=${producer}`)
    expect(asList(answer['producers'])).toMatchObject([
      { producer, accepted: 500, watermark: 500, missing: 0 },
    ])
  })
})

describe('a client proves who it is', () => {
  test('by user and password, or by what a function signs', async () => {
    const basic = logger({ auth: { user: 'ada', password: 'pässword' } })
    basic.info('order placed', { n: 1 })
    await basic.flush(5_000)
    const signed = logger({
      auth: {
        sign: ({ method, path, headers, body }) => ({
          authorization: `Test ${method} ${path} ${headers['content-type']} ${body.length}`,
        }),
      },
    })
    signed.info('order placed', { n: 2 })
    await signed.flush(5_000)
    const [first, second] = between.requests
    expect(first?.authorization).toBe(`Basic ${Buffer.from('ada:pässword').toString('base64')}`)
    expect(second?.authorization).toBe(
      `Test POST /api/v1/eventlog application/msgpack ${second?.bytes}`,
    )
  })

  test('by a token that is made anew, also when that takes a moment, fails or never ends', async () => {
    const ways = [
      () => 'first',
      async () => 'second',
      () => {
        throw new Error('no token')
      },
      () => new Promise<string>(() => {}),
    ]
    const log = logger({
      auth: { token: () => (ways.shift() ?? (() => 'last'))() },
      timeoutMs: 300,
    })
    for (const n of upTo(3)) {
      log.info('order placed', { n })
      await log.flush(10_000)
    }
    expect(between.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer first',
      'Bearer second',
      'Bearer last',
    ])
    expect(placed(await book.events())).toEqual(upTo(3))
  })

  test('and a signature that cannot be made loses nothing', async () => {
    let isBroken = true
    const sign = () => {
      if (isBroken) throw new Error('no key')
      return {}
    }
    const log = logger({ auth: { sign } })
    log.info('order placed', { n: 1 })
    await until('the second failure', 5_000, async () => problems.length > 0)
    isBroken = false
    expect(await log.flush(5_000)).toBe(true)
    expect(placed(await book.events())).toEqual([1])
  })
})

describe('a full memory', () => {
  const text = 'x'.repeat(400)
  const options = { memoryBytesMax: 100_000, batchEventsMax: 20 } as const

  /** Logs while nothing gets through, lets everything through, and gives the book's events. */
  async function overflow(log: Logger, levels: readonly ('debug' | 'info' | 'error')[]) {
    between.plan.push(...Array.from({ length: 3 }, () => 503))
    for (const n of upTo(1_000))
      log[levels[n % levels.length] ?? 'info']('order placed', { n, text })
    expect(await log.flush(10_000)).toBe(true)
    return book.events()
  }

  test('drops the oldest, says how many, and keeps the newest in order', async () => {
    const events = await overflow(logger({ ...options, overflow: 'drop-oldest' }), ['info'])
    const numbers = placed(events)
    const [drops] = dropsOf(events)
    const dropped = 1_000 - numbers.length
    expect(drops).toEqual({ count: dropped, info: dropped })
    expect(dropped).toBeGreaterThan(500)
    expect(numbers).toEqual(upTo(1_000 - dropped, dropped + 1))
    expect(codes()).toContain('dropped')
  })

  test('drops the least severe first', async () => {
    const log = logger({ ...options, overflow: 'drop-lowest-level' })
    const levels = [
      'debug',
      'debug',
      'debug',
      'debug',
      'debug',
      'debug',
      'info',
      'info',
      'info',
      'error',
    ] as const
    const events = await overflow(log, levels)
    const errors = events.filter(({ level }) => level === 'error')
    expect(errors.map(numberOf)).toEqual(upTo(100).map((i) => i * 10 - 1))
    const drops = dropsOf(events)
    const sumOf = (name: string) => drops.reduce((sum, drop) => sum + Number(drop[name] ?? 0), 0)
    expect(sumOf('count')).toBe(1_000 - placed(events).length)
    expect(sumOf('error')).toBe(0)
    expect(sumOf('debug')).toBeGreaterThan(sumOf('info'))
  })

  test('makes the caller write to disk when nothing may be dropped', async () => {
    const fallback = `${book.scratch}/fallback`
    const log = logger({ ...options, overflow: 'block', fallback })
    between.plan.push(...Array.from({ length: 3 }, () => 503))
    for (const n of upTo(1_000)) log.info('order placed', { n, text })
    await log.flush(10_000)
    let events: JsonObject[] = []
    await until('everything', 10_000, async () => {
      events = await book.events()
      return placed(events).length >= 1_000
    })
    expect(placed(events).toSorted((a, b) => a - b)).toEqual(upTo(1_000))
    expect(dropsOf(events)).toEqual([])
  })
})

describe('a closed logger', () => {
  test('drops what comes later, without a word to the caller', async () => {
    const log = logger()
    log.info('order placed', { n: 1 })
    await log.close()
    log.info('order placed', { n: 2 })
    await log.close()
    expect(await log.flush()).toBe(true)
    expect(placed(await book.events())).toEqual([1])
  })

  test('and one with wrong options is not opened', () => {
    for (const options of [
      { url: 'ftp://x' },
      { url: 'nothing' },
      { facility: '' },
      { facility: 'a\nb' },
      { facility: 'minutebook' },
      { facility: 'x'.repeat(129) },
      { batchEventsMax: 0 },
      { memoryBytesMax: 1.5 },
      { level: 'loud' },
      { overflow: 'explode' },
      { url: 'http://127.0.0.1:8420/logs' },
      { url: 'http://ada:secret@127.0.0.1:8420' },
      { auth: {} },
      { auth: 'secret' },
      { auth: { token: 'with\nanother: header' } },
      { auth: { user: 'ada' } },
      { auth: { user: 'a:b', password: 'c' } },
      { auth: { keyId: 'a, b', secret: 'c' } },
      { timeoutMs: 2 ** 31 },
      { fallback: '' },
    ]) {
      expect(() => logger(options as Partial<DirectLoggerOptions>)).toThrow(TypeError)
    }
  })
})
