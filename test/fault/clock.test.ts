import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { MinutebookServer } from '../../src/server.ts'
import type { JsonObject } from '../http/json-object.ts'
import {
  allEvents,
  eventqry,
  getJson,
  numbered,
  numberOf,
  pageDigests,
  post,
} from '../server/ask.ts'
import {
  clockAt,
  minuteMs,
  pass,
  startInProcess,
  tempDirectory,
  type TempDirectory,
  type TurnedClock,
} from '../server/in-process.ts'

const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const yearMs = 365 * dayMs
const keepAll = ['--retain-days', '0']
const start = '2026-11-22T12:34:30.000Z'

let data: TempDirectory
let clock: TurnedClock
let server: MinutebookServer
let posted = 0
const pagesSeen = new Map<string, string>()

beforeEach(async () => {
  data = tempDirectory()
  clock = clockAt(start)
  // Pages that are a year old are not what these tests are about.
  server = await startInProcess(data.path, clock, keepAll)
  posted = 0
  pagesSeen.clear()
})

afterEach(async () => {
  await server.stop()
  data[Symbol.dispose]()
})

/** Posts some events, lets a little time pass, and again. */
async function live(ms: number, stepMs = 7_000): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    const batch = [numbered(posted++), numbered(posted++)]
    const { status } = await post(server.url, JSON.stringify(batch))
    expect(status).toBe(202)
    pass(clock, Math.min(stepMs, ms - passed))
    await server.closeDue()
  }
}

/** Promise 3: no page that was seen before has changed or gone. */
async function expectPagesUnchanged(): Promise<void> {
  const pages = await pageDigests(server.url)
  for (const [minute, digest] of pagesSeen) {
    expect([minute, pages.get(minute)]).toEqual([minute, digest])
  }
  for (const [minute, digest] of pages) pagesSeen.set(minute, digest)
}

/** Promise 4: every event once, on the page of the minute it says, in the order of the journal. */
async function expectEveryEventOnce(): Promise<void> {
  pass(clock, 2 * minuteMs)
  await server.closeDue()
  // A clock that stands still in its minute is waited for.
  for (let waited = 0; waited < 10 && (await allEvents(server.url)).length < posted; waited++) {
    pass(clock, minuteMs)
    await server.closeDue()
  }
  const events = await allEvents(server.url)
  expect(events.map(numberOf)).toEqual(Array.from({ length: posted }, (_, n) => n))
  expect(new Set(events.map(({ id }) => id)).size).toBe(posted)
  const received = events.map(receivedMs)
  expect(received).toEqual(received.toSorted((a, b) => a - b))
  for (const event of events) {
    expect(Math.floor(receivedMs(event) / minuteMs)).toBe(
      Number.parseInt(String(event['id']).slice(0, 8), 16),
    )
  }
}

const receivedMs = (event: JsonObject): number => Date.parse(String(event['received']))

async function restart(flags: readonly string[]): Promise<void> {
  await server.stop()
  server = await startInProcess(data.path, clock, flags)
}

describe('a step of the wall clock keeps pages and events', () => {
  const steps = [
    ['1 s ahead', 1_000],
    ['1 s back', -1_000],
    ['5 min ahead', 5 * minuteMs],
    ['5 min back', -5 * minuteMs],
    ['1 year ahead', yearMs],
    ['1 year back', -yearMs],
  ] as const

  test.each(steps)('%s, in the middle of a minute', async (_, byMs) => {
    await live(3 * minuteMs)
    await expectPagesUnchanged()
    clock.wallMs += byMs
    await live(3 * minuteMs)
    await expectPagesUnchanged()
    // The clock is set right again.
    clock.wallMs -= byMs
    await live(3 * minuteMs)
    await expectPagesUnchanged()
    await expectEveryEventOnce()
    await expectPagesUnchanged()
  })

  test.each(steps)('%s, while a minute turns and over a restart', async (_, byMs) => {
    await live(2 * minuteMs)
    clock.wallMs += minuteMs - (clock.wallMs % minuteMs) - 1
    const { status } = await post(server.url, JSON.stringify(numbered(posted++)))
    expect(status).toBe(202)
    await expectPagesUnchanged()
    clock.wallMs += byMs
    await restart([...keepAll, '--accept-clock'])
    await expectPagesUnchanged()
    await live(2 * minuteMs)
    await expectPagesUnchanged()
    await expectEveryEventOnce()
  })

  test('back and forth at random, thirty times', async () => {
    let state = 12_345
    for (let i = 0; i < 30; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
      clock.wallMs += ((state >>> 8) % (20 * minuteMs)) - 10 * minuteMs
      await live(40_000)
      await expectPagesUnchanged()
    }
    await expectEveryEventOnce()
  })
})

test('the open minute is held by a small step back, and closes when the clock has caught up', async () => {
  clock.wallMs = Date.parse('2026-11-22T12:35:10Z')
  await post(server.url, JSON.stringify(numbered(posted++)))
  clock.wallMs -= 30_000
  await server.closeDue()
  const { body } = await post(server.url, JSON.stringify(numbered(posted++)))
  expect(body['minute']).toBe('2026-11-22T12:35Z')
  await expectEveryEventOnce()
  const events = await allEvents(server.url)
  expect(new Set(events.map(({ received }) => received))).toEqual(
    new Set(['2026-11-22T12:35:10.000Z']),
  )
})

test('the minutes that a forward step leaps over are closed and empty', async () => {
  await live(minuteMs)
  clock.wallMs += 5 * minuteMs
  await server.closeDue()
  const page = await getJson(server.url, `${eventqry}/minutes/2026-11-22T12:38Z`)
  expect(page).toMatchObject({ minute: '2026-11-22T12:38Z', events: [] })
})

function days(pages: ReadonlyMap<string, string>): string[] {
  return [...new Set([...pages.keys()].map((minute) => minute.slice(0, 10)))]
}

test('a year ahead, retention drops two days at most and leaves the others an hour', async () => {
  await restart([])
  for (let day = 0; day < 5; day++) {
    await live(minuteMs)
    pass(clock, dayMs)
    await server.closeDue()
  }
  const before = await pageDigests(server.url)
  expect(days(before)).toHaveLength(5)
  clock.wallMs += yearMs
  await server.closeDue()
  for (let runs = 0; runs < 5; runs++) await server.retain()
  const after = await pageDigests(server.url)
  expect(days(after)).toEqual(days(before).slice(2))
  for (const [minute, digest] of after) expect(before.get(minute)).toBe(digest)
  pass(clock, hourMs / 2)
  await server.retain()
  expect(days(await pageDigests(server.url))).toHaveLength(3)
})
