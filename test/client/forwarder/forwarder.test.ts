import { describe, expect, test } from 'bun:test'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asList, asObject, type JsonObject } from '../../http/json-object.ts'
import { getJson, numberOf } from '../../server/ask.ts'
import { until } from '../../server/process.ts'
import { type LoggedBook, openLoggedBook } from '../logged-book.ts'
import { openUnsteadyServer } from '../unsteady-server.ts'
import { leave, leaveBytes, leaveMany, openForwardedSpool } from './forwarded-spool.ts'

const producer = '00000000000000aa'
const limitMs = 10_000

async function accountOf({ url }: LoggedBook, name = producer): Promise<JsonObject> {
  const { producers } = await getJson(url, `/api/v1/eventqry/producers?producer=${name}`)
  return asObject(asList(producers)[0])
}

const numbersIn = async (book: LoggedBook): Promise<number[]> => (await book.events()).map(numberOf)

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

describe('a forwarder', () => {
  test('ships all segments of all producers in order, and deletes them', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    for (const name of ['00000000000000aa', '00000000000000bb', '00000000000000cc']) {
      const sink = spool.open(name, 1_000)
      leaveMany(sink, 1, 100)
      await sink.close()
    }
    expect(spool.report().producers.map(({ segments }) => segments > 3)).toEqual([true, true, true])
    const { counts } = await spool.forward(book.url)
    expect(counts).toMatchObject({ events: 300, duplicates: 0, deadLetters: 0 })
    expect(spool.report().producers).toEqual([])
    for (const name of ['00000000000000aa', '00000000000000bb', '00000000000000cc']) {
      expect(await accountOf(book, name)).toMatchObject({ watermark: 100, missing: 0 })
    }
    const numbers = await numbersIn(book)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(range(1, 100).flatMap((n) => [n, n, n]))
  })

  test('sends again what got no good answer, in order and once', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    using server = openUnsteadyServer(book.url)
    const sink = spool.open(producer, 1_000)
    leaveMany(sink, 1, 60)
    await sink.close()
    const busy = new Response('', { status: 429, headers: { 'retry-after': '1' } })
    server.plan.push('through', 503, 'lost', 'through', busy, 408, 'lost', 500)
    await spool.forward(server.url)
    expect(await numbersIn(book)).toEqual(range(1, 60))
    const account = await accountOf(book)
    expect(account).toMatchObject({ accepted: 60, missing: 0, gaps: [] })
    expect(Number(account['duplicates'])).toBeGreaterThanOrEqual(20)
    const asked = server.requests.findIndex((_, i) => i === 5)
    const waited = (server.requests[asked]?.atMs ?? 0) - (server.requests[asked - 1]?.atMs ?? 0)
    expect(waited).toBeGreaterThanOrEqual(1_000)
    expect(spool.report().producers).toEqual([])
  })

  test('waits for a server that is not there, and keeps everything', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    const sink = spool.open(producer)
    leaveMany(sink, 1, 20)
    const following = spool.follow('http://127.0.0.1:9')
    await until('two tries', limitMs, async () => spool.problems.length >= 2)
    await following.stop()
    expect(spool.problems[0]?.code).toBe('unreachable')
    expect(spool.report().producers[0]?.events).toBe(20)
    await spool.forward(book.url)
    expect(await numbersIn(book)).toEqual(range(1, 20))
  })

  for (const status of [401, 403, 404, 302]) {
    test(`says loudly that it is answered ${status}, keeps everything, and goes on`, async () => {
      await using book = await openLoggedBook()
      using spool = openForwardedSpool()
      using server = openUnsteadyServer(book.url)
      const sink = spool.open(producer)
      leaveMany(sink, 1, 5)
      server.plan.push(status, status)
      await spool.forward(server.url)
      expect(spool.problems.map(({ code }) => code)).toEqual(['unauthorised', 'unauthorised'])
      expect(spool.problems[0]?.detail).toContain(`HTTP ${status}`)
      expect(spool.report().deadLetters).toEqual([])
      expect(await numbersIn(book)).toEqual(range(1, 5))
    })
  }

  test('follows a spool: what is written is at the server soon after', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    const sink = spool.open(producer)
    const following = spool.follow(book.url)
    for (const n of [1, 2, 3]) {
      leave(sink, { n })
      await until(`event ${n}`, limitMs, async () => following.forwarder.counts.events === n)
    }
    await following.stop()
    expect(await numbersIn(book)).toEqual([1, 2, 3])
  })

  test('sends only what the server lacks when batches were cut otherwise', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    leaveMany(spool.open(producer), 1, 30)
    await spool.forward(book.url, { limits: { eventsMax: 7, bytesMax: 1_000_000 } })
    // Its segment is still open: a new forwarder reads all of it again, with some more.
    leaveMany(spool.open('00000000000000bb'), 1, 5)
    const { counts } = await spool.forward(book.url, { limits: { eventsMax: 13, bytesMax: 1e6 } })
    expect(counts).toMatchObject({ events: 5, duplicates: 30 })
    expect(await accountOf(book)).toMatchObject({ accepted: 30, missing: 0 })
  })

  test('cuts a batch at what the server has of it', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    const sink = spool.open(producer)
    leaveMany(sink, 1, 7)
    await spool.forward(book.url)
    leaveMany(sink, 8, 10)
    const { counts } = await spool.forward(book.url)
    expect(counts).toMatchObject({ events: 3, duplicates: 0 })
    expect(await numbersIn(book)).toEqual(range(1, 10))
  })
})

describe('events that the server refuses', () => {
  test('become dead letters with the reason; those beside them are stored, and none is missing', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    const sink = spool.open(producer)
    const bad = [1, 4, 9, 10, 11, 25]
    for (const n of range(1, 25)) leave(sink, { n, level: bad.includes(n) ? 'loud' : 'info' })
    await spool.forward(book.url)
    const letters = spool.report().deadLetters
    expect(letters.map(({ sequence }) => sequence)).toEqual(bad)
    expect(letters[0]).toMatchObject({ producer, code: 'level-unknown' })
    expect(spool.problems[0]).toMatchObject({
      code: 'refused',
      detail: expect.stringMatching(/^events went to dead-letters.ndjson: level-unknown .*level/),
    })
    expect(await numbersIn(book)).toEqual(range(1, 25).filter((n) => !bad.includes(n)))
    // The last one is only known to be refused when the next batch says so.
    leave(sink, { n: 26 })
    await spool.forward(book.url)
    expect(await accountOf(book)).toMatchObject({ watermark: 26, missing: 0, rejected: 6 })
    expect(spool.report().deadLetters).toHaveLength(bad.length)
  })

  test('are found by halves when the server cannot read the body', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    const sink = spool.open(producer)
    for (const n of range(1, 10)) {
      if (n === 6) leaveBytes(sink, Buffer.from([0xc1, 0xc1]))
      else leave(sink, { n })
    }
    await spool.forward(book.url)
    expect(spool.report().deadLetters).toMatchObject([
      { sequence: 6, code: 'body-unreadable', body: Buffer.from([0xc1, 0xc1]).toString('base64') },
    ])
    expect(await numbersIn(book)).toEqual([1, 2, 3, 4, 5, 7, 8, 9, 10])
    expect(await accountOf(book)).toMatchObject({ watermark: 10, missing: 0, rejected: 1 })
  })

  test('are found by halves when they are too large; batches that are too large are split', async () => {
    await using book = await openLoggedBook(['--batch-bytes-max', '65536'])
    using spool = openForwardedSpool()
    const sink = spool.open(producer)
    for (const n of range(1, 10)) leave(sink, { n, filler: 'x'.repeat(n === 5 ? 100_000 : 15_000) })
    await spool.forward(book.url)
    expect(spool.report().deadLetters).toMatchObject([{ sequence: 5, code: 'body-too-large' }])
    expect(await numbersIn(book)).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10])
  })

  test('are not given up when it is not the server that refuses them', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    using server = openUnsteadyServer(book.url)
    const sink = spool.open(producer)
    leaveMany(sink, 1, 100)
    server.plan.push(...Array.from({ length: 200 }, () => 400))
    const following = spool.follow(server.url)
    await until('it says so', limitMs, async () =>
      spool.problems.some(({ detail }) => detail.includes('every event is refused')),
    )
    await following.stop()
    expect(spool.report().deadLetters.length).toBeLessThanOrEqual(20)
    expect(spool.report().producers[0]?.events).toBe(100)
    server.plan.splice(0)
    await spool.forward(server.url)
    const letters = spool.report().deadLetters.map(({ sequence }) => sequence)
    const numbers = await numbersIn(book)
    expect([...numbers, ...letters].toSorted((a, b) => a - b)).toEqual(range(1, 100))
  })

  test('are in the file once, also when a crash has torn it', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    const sink = spool.open(producer)
    for (const n of range(1, 5)) leave(sink, { n, level: n % 2 === 0 ? 'loud' : 'info' })
    await spool.forward(book.url)
    const file = join(spool.path, 'dead-letters.ndjson')
    const sound = readFileSync(file, 'utf8')
    appendFileSync(file, sound.slice(0, 40))
    await spool.forward(book.url)
    expect(readFileSync(file, 'utf8')).toBe(sound)
    expect(spool.report().deadLetters.map(({ sequence }) => sequence)).toEqual([2, 4])
    expect(await numbersIn(book)).toEqual([1, 3, 5])
  })
})
