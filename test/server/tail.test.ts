import { describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'msgpackr'
import { asObject, type JsonObject } from '../http/json-object.ts'
import { allEvents, numbered, numberOf, post } from './ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from './in-process.ts'
import { until } from './process.ts'
import { TailReader } from './tail-reader.ts'

const start = '2026-11-22T12:34:30Z'
const waitMs = 20_000

const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i)

/** Numbers from 0 to 1, the same in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Batches as clients send them: small and large, in both formats, compressed or not. */
async function postMany(url: string, from: number, count: number, kind: number): Promise<void> {
  const events = numbers(from, count).map((n) => numbered(n))
  const headers: Record<string, string> = {}
  let body: Uint8Array<ArrayBuffer> = new Uint8Array(Buffer.from(JSON.stringify(events)))
  if (kind % 3 === 1) {
    headers['content-type'] = 'application/msgpack'
    body = new Uint8Array(Buffer.concat(events.map((event) => pack(event))))
  }
  if (kind % 2 === 1) {
    headers['content-encoding'] = 'gzip'
    body = new Uint8Array(gzipSync(body))
  }
  const { status } = await post(url, body, headers)
  expect(status).toBe(202)
}

describe('the live tail', () => {
  test('gives each event once, in the order of the ids, as the pages have it later', async () => {
    using data = tempDirectory()
    const clock = clockAt(start)
    await using server = await startInProcess(data.path, clock)
    await using whole = await TailReader.open(server.url)
    let posted = 0
    // Beyond 65,536 rows a body has more than two blocks, beyond 4 MiB blocks of its own.
    for (const [i, count] of [1, 40_000, 3, 70_000, 500, 1, 33_000, 7].entries()) {
      await postMany(server.url, posted, count, i)
      posted += count
      if (i % 3 !== 2) continue
      pass(clock, minuteMs)
      await server.closeDue()
    }
    await until('all events', waitMs, async () => whole.events.length >= posted)
    pass(clock, minuteMs)
    await server.closeDue()
    const events = whole.events
    const pages = await allEvents(server.url)
    expect(events.length).toBe(posted)
    expect(Bun.deepEquals(events, pages)).toBe(true)
    expect(Bun.deepEquals(events.map(numberOf), numbers(0, posted))).toBe(true)
    expect(whole.of('missed')).toEqual([])
  }, 60_000)

  test('goes on behind any event, from pages, journal and batches to come', async () => {
    using data = tempDirectory()
    const clock = clockAt(start)
    await using server = await startInProcess(data.path, clock)
    await using whole = await TailReader.open(server.url)
    let posted = 0
    const more = async (counts: readonly number[]): Promise<void> => {
      for (const [i, count] of counts.entries()) {
        await postMany(server.url, posted, count, i)
        posted += count
      }
    }
    await more([5, 40_000, 2])
    pass(clock, minuteMs)
    await server.closeDue()
    await more([3, 200])
    pass(clock, minuteMs)
    await server.closeDue()
    await more([400, 1, 36_000, 70_000, 9, 300])
    await until('all events', waitMs, async () => whole.events.length >= posted)
    const ids = whole.events.map(({ id }) => String(id))
    const random = seeded(5)
    const starts = [-1, 0, posted - 1, ...numbers(0, 12).map(() => Math.floor(random() * posted))]
    for (const at of starts) {
      const id = at < 0 ? '0000000000000000' : String(ids[at])
      await using back = await TailReader.open(server.url, '', id)
      await more([2])
      const wanted = posted - at - 1
      await until(`${wanted} events`, waitMs, async () => back.events.length >= wanted)
      expect(Bun.deepEquals(back.events.map(numberOf), numbers(at + 1, wanted))).toBe(true)
      expect(back.of('missed')).toEqual([])
    }
  }, 60_000)

  test('loses and repeats nothing while minutes close under readers that come and go', async () => {
    using data = tempDirectory()
    const clock = clockAt(start)
    await using server = await startInProcess(data.path, clock)
    const random = seeded(9)
    const seen: number[] = []
    let posted = 0
    let last = '0000000000000000'
    const load = { isOver: false }
    const hop = async (): Promise<void> => {
      while (!load.isOver || seen.length < posted) {
        await using reader = await TailReader.open(server.url, `lastEventId=${last}`)
        const enough = 1 + Math.floor(random() * 900)
        await until('events', waitMs, async () => {
          return (
            reader.events.length >= enough ||
            (load.isOver && seen.length + reader.events.length >= posted)
          )
        })
        // Some of what has come is given back: the reader had not got round to it.
        const kept = reader.events.slice(0, enough)
        seen.push(...kept.map(numberOf))
        last = String(kept.at(-1)?.['id'] ?? last)
      }
    }
    const hopping = hop()
    for (const i of numbers(0, 60)) {
      const count = 1 + Math.floor(random() * 300)
      await postMany(server.url, posted, count, i)
      posted += count
      if (random() > 0.2) continue
      pass(clock, minuteMs)
      await server.closeDue()
    }
    load.isOver = true
    await hopping
    expect(Bun.deepEquals(seen, numbers(0, posted))).toBe(true)
  }, 60_000)

  test('gives what its filters let through, and moves on all the same', async () => {
    using data = tempDirectory()
    const clock = clockAt(start)
    await using server = await startInProcess(data.path, clock)
    const q = encodeURIComponent('n>=10 n<13 placed')
    await using some = await TailReader.open(server.url, `q=${q}&level=info&facility=shop`)
    await using part = await TailReader.open(server.url, `q=${q}&fields=event,n`)
    await using none = await TailReader.open(server.url, 'q=n:7&event=other&heartbeat=1')
    await postMany(server.url, 0, 20, 0)
    await until('three events', waitMs, async () => some.events.length >= 3)
    expect(some.events.map(numberOf)).toEqual([10, 11, 12])
    await until('three parts', waitMs, async () => part.events.length >= 3)
    expect(part.events[1]).toEqual({ event: 'order placed', additional: { n: 11 } })
    const lastId = String(some.position).slice(0, -4) + '0013'
    await until('a heartbeat behind the batch', waitMs, async () => none.position === lastId)
    expect(none.events).toEqual([])
    pass(clock, minuteMs)
    await server.closeDue()
    await until(
      'the closed minute',
      waitMs,
      async () => none.position?.endsWith('ffffffff') ?? false,
    )
    expect(none.of('heartbeat').at(-1)?.data).toEqual({
      position: none.position,
      closedThrough: '2026-11-22T12:34Z',
    })
    // From there nothing is read again, and nothing is skipped.
    await using again = await TailReader.open(server.url, `lastEventId=${none.position}`)
    await postMany(server.url, 20, 2, 0)
    await until('two events', waitMs, async () => again.events.length >= 2)
    expect(again.events.map(numberOf)).toEqual([20, 21])
  }, 60_000)

  test('refuses positions that are no longer or not yet there, and too many tails', async () => {
    using data = tempDirectory()
    const clock = clockAt(start)
    const flags = ['--tails-max', '2']
    await using server = await startInProcess(data.path, clock, flags)
    await postMany(server.url, 0, 5, 0)
    pass(clock, minuteMs)
    await server.closeDue()
    const ask = async (
      query: string,
      headers: Record<string, string> = {},
    ): Promise<JsonObject> => {
      const response = await fetch(`${server.url}/api/v1/eventqry/tail${query}`, { headers })
      return { status: response.status, ...asObject(await response.json()) }
    }
    const drop = '/api/v1/eventlog?before=2026-11-22T12:35Z'
    expect((await fetch(`${server.url}${drop}`, { method: 'DELETE' })).status).toBe(200)
    expect(await ask('?lastEventId=0000000000000000')).toMatchObject({
      status: 410,
      code: 'dropped',
    })
    expect(await ask('', { 'last-event-id': 'fffffffe00000000' })).toMatchObject({ status: 400 })
    expect(await ask('?lastEventId=12')).toMatchObject({ status: 400, parameter: 'lastEventId' })
    expect(await ask('.csv')).toMatchObject({ status: 406 })
    expect(await ask('?q=(')).toMatchObject({ status: 400 })
    {
      await using one = await TailReader.open(server.url)
      await using two = await TailReader.open(server.url)
      expect(one.head.headers.get('cache-control')).toBe('no-store')
      expect(two.head.headers.get('x-accel-buffering')).toBe('no')
      expect(await ask('')).toMatchObject({ status: 503, code: 'too-many-tails' })
    }
    await until('room for a tail', waitMs, async () => {
      const response = await fetch(`${server.url}/api/v1/eventqry/tail`)
      await response.body?.cancel()
      return response.status === 200
    })
  }, 60_000)

  test('ends after as many seconds as were asked for', async () => {
    using data = tempDirectory()
    await using server = await startInProcess(data.path, clockAt(start))
    const began = performance.now()
    await using tail = await TailReader.open(server.url, 'seconds=1')
    await tail.ended
    expect(performance.now() - began).toBeGreaterThan(990)
    expect(tail.of('heartbeat').length).toBeGreaterThan(0)
  })

  test('ends when the server stops', async () => {
    using data = tempDirectory()
    const server = await startInProcess(data.path, clockAt(start))
    await using tail = await TailReader.open(server.url)
    await server.stop()
    await tail.ended
    expect(tail.of('heartbeat').length).toBeGreaterThan(0)
  }, 60_000)
})
