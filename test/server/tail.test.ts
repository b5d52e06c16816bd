import { describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'msgpackr'
import { allEvents, numbered, numberOf, post } from './ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from './in-process.ts'
import { until } from './process.ts'
import { TailReader } from './tail-reader.ts'

const start = '2026-11-22T12:34:30Z'
const waitMs = 20_000

const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i)

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
})
