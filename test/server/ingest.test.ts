import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { makeGenerator } from '../../bench/events.ts'
import type { MinutebookServer } from '../../src/server.ts'
import { allEvents, eventlog, getJson, numbered, numberOf, pageDigests, post } from './ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from './in-process.ts'
import { startServer } from './process.ts'

const data = tempDirectory()
const clock = clockAt('2026-11-22T12:34:30Z')
let server: MinutebookServer

beforeAll(async () => {
  server = await startInProcess(data.path, clock)
})

afterAll(async () => {
  await server.stop()
  data[Symbol.dispose]()
})

/** Closes the open minute and gives the events of its page. */
async function turn(): Promise<unknown[]> {
  const path = `/api/v1/eventqry/minutes/${new Date(clock.wallMs).toISOString().slice(0, 16)}Z`
  pass(clock, minuteMs)
  await server.closeDue()
  const { events } = await getJson(server.url, path)
  return Array.isArray(events) ? events : []
}

const list = (from: number, count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, i) => numbered(from + i)))

const noCurl = Bun.which('curl') === null
if (noCurl) process.stderr.write('curl is not installed: it is not tested\n')

test.skipIf(noCurl)('curl -d works as typed', async () => {
  const event = '{"facility":"shop","level":"info","event":"order placed","additional":{"n":7}}'
  const url = `${server.url}${eventlog}`
  const child = Bun.spawn(['curl', '-s', '-w', ' %{http_code}', '-d', event, url], {
    stdout: 'pipe',
  })
  expect(await new Response(child.stdout).text()).toMatch(/"accepted":1,.* 202$/)
  expect(await turn()).toMatchObject([{ facility: 'shop', additional: { n: 7 } }])
})

describe('a bad event', () => {
  const mixed = JSON.stringify([numbered(0), { facility: 'x' }, numbered(2), 5, numbered(4)])

  test('is refused by its index, and those beside it are kept', async () => {
    const { status, body } = await post(server.url, mixed)
    expect(status).toBe(202)
    expect(body).toMatchObject({
      accepted: 3,
      rejectedCount: 2,
      rejected: [
        { index: 1, code: 'level-missing' },
        { index: 3, code: 'not-an-object' },
      ],
    })
    expect(await turn()).toMatchObject([0, 2, 4].map((n) => ({ additional: { n } })))
  })

  test('refuses the batch that asked for all or nothing', async () => {
    const { status, body } = await post(server.url, mixed, { prefer: 'handling=strict' })
    expect([status, body['code'], body['rejectedCount']]).toEqual([422, 'strict-refused', 2])
    expect(await turn()).toEqual([])
  })
})

describe('a body that cannot be taken leaves nothing behind:', () => {
  test.each([
    ['{"facility":"shop"', {}, 400, 'body-unreadable'],
    [`[${JSON.stringify(numbered(1))},`, {}, 400, 'body-unreadable'],
    ['hello', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['[]{}', { 'content-encoding': 'compress' }, 415, 'unsupported-encoding'],
    ['[{"level":"info"}]', {}, 422, 'no-event-accepted'],
  ])('%j with %j: %i %s', async (body, headers, status, code) => {
    const answer = await post(server.url, body, headers)
    expect([answer.status, answer.body['code']]).toEqual([status, code])
    expect(await turn()).toEqual([])
  })

  test('a bomb: 413 while it is decompressed', async () => {
    const zeros = new Uint8Array(Bun.zstdCompressSync(Buffer.alloc(200 * 2 ** 20, 0x20)))
    expect(zeros.length).toBeLessThan(2 ** 20)
    const answer = await post(server.url, zeros, { 'content-encoding': 'zstd' })
    expect([answer.status, answer.body['code']]).toEqual([413, 'body-too-large'])
  })

  test('too many events: 413', async () => {
    const answer = await post(server.url, '{}'.repeat(200_001))
    expect([answer.status, answer.body['code']]).toEqual([413, 'too-many-events'])
    expect(await turn()).toEqual([])
  })
})

describe('a large batch', () => {
  test('of more events than a block has rows is on one page, in order', async () => {
    const { body } = await post(server.url, list(0, 100_000))
    expect(body['accepted']).toBe(100_000)
    const page = String(body['minute'])
    await turn()
    expect(await numbersOf(page)).toEqual(Array.from({ length: 100_000 }, (_, n) => n))
  })

  test('decoded in steps lets small ones pass, and all come back', async () => {
    const padded = Array.from({ length: 30_000 }, (_, n) => ({
      ...numbered(n),
      additional: { n, text: 'x'.repeat(300) },
    }))
    const text = JSON.stringify(padded)
    expect(text.length).toBeGreaterThan(8 * 2 ** 20)
    const answers = await Promise.all([
      post(server.url, text),
      ...Array.from({ length: 50 }, (_, i) =>
        post(server.url, JSON.stringify(numbered(100_000 + i))),
      ),
    ])
    expect(answers.map(({ status }) => status)).toEqual(Array.from(answers, () => 202))
    const page = String(answers[0]?.body['minute'])
    await turn()
    const numbers = await numbersOf(page)
    expect(numbers.filter((n) => n < 100_000)).toEqual(Array.from(padded, (_, n) => n))
    expect(new Set(numbers).size).toBe(30_050)
  })
})

async function numbersOf(minute: string): Promise<number[]> {
  const response = await fetch(`${server.url}/api/v1/eventqry/minutes/${minute}.ndjson`)
  const lines = (await response.text()).trimEnd().split('\n')
  return lines.map((line) => numberOf(JSON.parse(line)))
}

test('many batches at once: every event is on exactly one page, each batch in one piece', async () => {
  const before = new Set((await pageDigests(server.url)).keys())
  const batches = 300
  const perBatch = 37
  let next = 0
  const send = async (): Promise<void> => {
    while (next < batches) {
      const batch = next++
      const { status } = await post(server.url, list(batch * perBatch, perBatch))
      expect(status).toBe(202)
      // The clock goes on under the senders, so that minutes turn between their batches.
      pass(clock, 1_000)
      if (batch % 50 === 0) await server.closeDue()
    }
  }
  await Promise.all(Array.from({ length: 32 }, send))
  await turn()
  const events = (await allEvents(server.url)).filter(({ received }) => {
    return !before.has(`${String(received).slice(0, 16)}Z`)
  })
  const numbers = events.map(numberOf)
  expect(numbers.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: batches * perBatch }, (_, n) => n),
  )
  const broken = numbers.filter((n, i) => n % perBatch !== 0 && numbers[i - 1] !== n - 1)
  expect(broken).toEqual([])
  const pages = new Set(events.map(({ received }) => String(received).slice(0, 16)))
  expect(pages.size).toBeGreaterThan(3)
})

test('memory stays flat however many events a minute has', async () => {
  await using real = await startServer()
  const generator = makeGenerator()
  const peakAfter = async (from: number): Promise<number> => {
    for (let batch = 0; batch < 60; batch++) {
      const body = generator.ndjsonBatch(from + batch * 5_000, 5_000)
      const { status } = await post(real.url, body, { 'content-type': 'application/x-ndjson' })
      expect(status).toBe(202)
    }
    const status = readFileSync(`/proc/${real.pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
  }
  const first = await peakAfter(0)
  const later = await peakAfter(300_000)
  // 300,000 more events are 104 MB of JSON.
  expect(later - first).toBeLessThan(60)
  expect(later).toBeLessThan(450)
}, 60_000)
