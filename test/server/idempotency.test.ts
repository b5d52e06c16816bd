import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import type { MinutebookServer } from '../../src/server.ts'
import { allEvents, eventlog, numbered, numberOf, post } from './ask.ts'
import {
  clockAt,
  minuteMs,
  pass,
  startInProcess,
  tempDirectory,
  type TempDirectory,
  type TurnedClock,
} from './in-process.ts'
import { startServer } from './process.ts'

let data: TempDirectory
let clock: TurnedClock
let server: MinutebookServer

beforeEach(async () => {
  data = tempDirectory()
  clock = clockAt('2026-11-22T12:34:30Z')
  server = await startInProcess(data.path, clock)
})

afterEach(async () => {
  await server.stop()
  data[Symbol.dispose]()
})

const batch = JSON.stringify([numbered(1), numbered(2), { facility: 'no level' }])
const keyed = { 'idempotency-key': 'order-1' }

async function closeMinute(): Promise<void> {
  pass(clock, minuteMs)
  await server.closeDue()
}

async function restart(): Promise<void> {
  await server.stop()
  server = await startInProcess(data.path, clock)
}

async function storedNumbers(): Promise<number[]> {
  await closeMinute()
  return (await allEvents(server.url)).map(numberOf)
}

/** What may lie between a batch and its repetition. */
const betweens: readonly (readonly [string, () => Promise<void>])[] = [
  ['in the open minute', async () => {}],
  ['after its minute has closed', closeMinute],
  ['after a restart with its minute open', restart],
  [
    'after closing and a restart',
    async () => {
      await closeMinute()
      await restart()
    },
  ],
  [
    'after a restart in a later minute',
    async () => {
      pass(clock, 3 * minuteMs)
      await restart()
    },
  ],
]

describe('the same batch under the same key', () => {
  test.each(betweens)('%s is answered as before and stored once', async (_, between) => {
    const first = await post(server.url, batch, keyed)
    expect(first.status).toBe(202)
    expect(first.body).toMatchObject({ accepted: 2, duplicate: false, rejectedCount: 1 })
    await between()
    const again = await post(server.url, batch, keyed)
    expect(again.status).toBe(202)
    expect(again.body).toEqual({ ...first.body, duplicate: true })
    expect(again.headers.get('link')).toBe(first.headers.get('link'))
    expect(await storedNumbers()).toEqual([1, 2])
  })

  test('sent twice at the same time shares one answer', async () => {
    const events = Array.from({ length: 20_000 }, (_, n) => JSON.stringify(numbered(n)))
    const large = `[${events.join(',')}]`
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => post(server.url, large, keyed)),
    )
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202])
    expect(new Set(answers.map(({ body }) => body['batch'])).size).toBe(1)
    expect(answers.filter(({ body }) => body['duplicate'] === false)).toHaveLength(1)
    expect(await storedNumbers()).toHaveLength(20_000)
  })

  test('with the key in quotes is the same key', async () => {
    await post(server.url, batch, keyed)
    const again = await post(server.url, batch, { 'idempotency-key': '"order-1"' })
    expect(again.body['duplicate']).toBe(true)
  })
})

describe('another body under a known key', () => {
  test.each(betweens)('%s is refused', async (_, between) => {
    await post(server.url, batch, keyed)
    await between()
    const other = await post(server.url, JSON.stringify(numbered(3)), keyed)
    expect(other.status).toBe(422)
    expect(other.body['code']).toBe('idempotency-key-conflict')
    expect(await storedNumbers()).toEqual([1, 2])
  })

  test('is refused while the first is still on its way', async () => {
    const answers = await Promise.all([
      post(server.url, batch, keyed),
      post(server.url, JSON.stringify(numbered(3)), keyed),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 422])
  })
})

test('different keys are independent, even of equal bodies', async () => {
  const one = JSON.stringify(numbered(1))
  const first = await post(server.url, one, { 'idempotency-key': 'a' })
  const second = await post(server.url, one, { 'idempotency-key': 'b' })
  expect([first.body['duplicate'], second.body['duplicate']]).toEqual([false, false])
  expect(await storedNumbers()).toEqual([1, 1])
})

test('without a key equal batches are two', async () => {
  const one = JSON.stringify(numbered(1))
  await post(server.url, one)
  await post(server.url, one)
  expect(await storedNumbers()).toEqual([1, 1])
})

test('a refused batch leaves its key free', async () => {
  const refused = await post(server.url, '[{"facility":"x"}]', keyed)
  expect(refused.status).toBe(422)
  expect((await post(server.url, batch, keyed)).body).toMatchObject({ duplicate: false })
  expect(await storedNumbers()).toEqual([1, 2])
})

test('a key is forgotten when its time is over', async () => {
  await server.stop()
  server = await startInProcess(data.path, clock, ['--key-window-hours', '1'])
  await post(server.url, batch, keyed)
  // Keys are forgotten by the minutes that bring new ones.
  for (let n = 0; n < 4; n++) {
    await closeMinute()
    pass(clock, 60 * minuteMs)
    await post(server.url, batch, { 'idempotency-key': `later-${n}` })
  }
  await closeMinute()
  expect((await post(server.url, batch, keyed)).body['duplicate']).toBe(false)
})

test('a key survives kill -9 in the open minute', async () => {
  using own = tempDirectory()
  const first = await startServer({ data: own.path })
  const answer = await post(first.url, batch, keyed)
  await first.kill9()
  await using second = await startServer({ data: own.path })
  const again = await post(second.url, batch, keyed)
  expect(again.body).toEqual({ ...answer.body, duplicate: true })
  const path = `${second.url}${eventlog}`
  expect((await fetch(path, { method: 'POST', body: '{', headers: keyed })).status).toBe(422)
})
