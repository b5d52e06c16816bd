import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { allEvents, getJson, numbered, numberOf, post } from './ask.ts'
import { type ServerProcess, startServer, until } from './process.ts'
import { TailReader } from './tail-reader.ts'

/* The tail of a real server process, by a clock that runs as the machine's does. */

const waitMs = 30_000

const batch = (from: number, count: number, event = 'order placed'): string =>
  JSON.stringify(Array.from({ length: count }, (_, i) => ({ ...numbered(from + i), event })))

const isCounting = (found: readonly number[], from: number): boolean =>
  found.every((n, i) => n === from + i)

test('a minute closes under two readers, and its page has what they were given', async () => {
  await using server = await startServer({ minuteEndsInMs: 8_000 })
  await using steady = await TailReader.open(server.url)
  const seen: number[] = []
  let last = '0000000000000000'
  let posted = 0
  const load = { isOver: false }
  const hop = async (): Promise<void> => {
    while (seen.length < posted || !load.isOver) {
      await using reader = await TailReader.open(server.url, '', last)
      const enough = 1 + ((seen.length * 7919) % 3_000)
      await until('events', waitMs, async () => {
        return reader.events.length >= enough || (load.isOver && reader.events.length > 0)
      })
      const kept = reader.events.slice(0, enough)
      seen.push(...kept.map(numberOf))
      last = String(kept.at(-1)?.['id'])
    }
  }
  const hopping = hop()
  let firstMinute = ''
  const closed = async (): Promise<boolean> => {
    const { closedThrough } = await getJson(server.url, '/api/v1/eventqry')
    return typeof closedThrough === 'string' && closedThrough >= firstMinute
  }
  // On and on until the minute has closed, then a little more.
  while (posted < 25_000 || !(await closed())) {
    const { body } = await post(server.url, batch(posted, 250))
    firstMinute ||= String(body['minute'])
    posted += 250
    await Bun.sleep(posted < 25_000 ? 0 : 200)
  }
  await post(server.url, batch(posted, 100))
  posted += 100
  load.isOver = true
  await hopping
  await until('all events', waitMs, async () => steady.events.length >= posted)
  expect(posted).toBeGreaterThan(20_000)
  expect(isCounting(seen, 0) && seen.length === posted).toBe(true)
  expect(isCounting(steady.events.map(numberOf), 0)).toBe(true)
  const pages = await allEvents(server.url)
  expect(pages.length).toBeGreaterThan(0)
  expect(Bun.deepEquals(steady.events.slice(0, pages.length), pages)).toBe(true)
  expect(steady.of('missed')).toEqual([])
}, 100_000)

test('a reader that stops is told how many events it missed, and memory stays as it is', async () => {
  await using server = await startServer()
  const reader = new RawReader(server.url)
  await until('the first heartbeat', waitMs, async () => reader.text.includes('heartbeat'))
  reader.socket.pause()
  const long = 'x'.repeat(300)
  let posted = 0
  const postTo = async (count: number): Promise<void> => {
    for (; posted < count; posted += 1_000) await post(server.url, batch(posted, 1_000, long))
  }
  await postTo(100_000)
  const before = residentMiB(server)
  // As JSON these are 150 MiB, of which nothing is kept for the reader.
  await postTo(500_000)
  expect(residentMiB(server) - before).toBeLessThan(100)
  reader.socket.resume()
  await until('every event or its count', waitMs, async () => reader.counted() >= posted)
  const missed = reader.missed()
  const sum = missed.reduce((events, each) => events + each.events, 0)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toContain(`\nminutebook_tail_missed_events_total ${sum}\n`)
  expect(metrics).toContain('\nminutebook_tails 1\n')
  expect(missed.length).toBeGreaterThan(0)
  expect(reader.counted()).toBe(posted)
  // What was missed can still be had, behind the position that the server gave.
  await using again = await TailReader.open(server.url, '', String(missed[0]?.after))
  await until('the missed ones', waitMs, async () => again.events.length >= 1_000)
  const first = again.events.slice(0, 1_000).map(numberOf)
  expect(isCounting(first, first[0] ?? -1)).toBe(true)
  expect(reader.numbers()).toContain((first[0] ?? -1) - 1)
  expect(reader.numbers()).not.toContain(first[0] ?? -1)
  reader.socket.destroy()
}, 100_000)

interface MissedData {
  readonly events: number
  readonly after: string
}

/** A tail on a socket of its own, which can stop to read. */
class RawReader {
  readonly socket: Socket
  text = ''

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.socket = connect({ host: hostname, port: Number(port) })
    this.socket.on('data', (bytes: Buffer) => (this.text += bytes.toString('latin1')))
    const path = '/api/v1/eventqry/tail?heartbeat=1'
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
  }

  numbers(): number[] {
    return [...this.text.matchAll(/"n":(\d+)\}\}\n/g)].map((match) => Number(match[1]))
  }

  missed(): MissedData[] {
    const found = this.text.matchAll(/event: missed\ndata: (\{[^\n]*\})\n/g)
    return [...found].map((match): MissedData => JSON.parse(match[1] ?? '{}'))
  }

  counted(): number {
    return this.numbers().length + this.missed().reduce((sum, { events }) => sum + events, 0)
  }
}

function residentMiB({ pid }: ServerProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
