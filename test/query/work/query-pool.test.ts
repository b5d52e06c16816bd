import { afterAll, describe, expect, test } from 'bun:test'
import { getPriority } from 'node:os'
import { Cancelled } from '../../../src/query/cancelled.ts'
import { ThreadDied } from '../../../src/query/reader-thread.ts'
import { QueryLimit } from '../../../src/query/work/contract.ts'
import type { Outcome } from '../../../src/query/work/query-end.ts'
import {
  type PoolLimits,
  queryNice,
  QueryPool,
  type QueryPoolOptions,
} from '../../../src/query/work/query-pool.ts'
import { makeBook, plainEvents } from '../book-fixture.ts'
import type { toys } from './toy-worker.ts'

const first = 29_400_000
const book = makeBook([
  { minute: first, blocks: [plainEvents(first, 700), plainEvents(first, 300)] },
  { minute: first + 3, blocks: [plainEvents(first + 3, 500)] },
])
afterAll(() => book[Symbol.dispose]())

const limits: PoolLimits = {
  threads: 1,
  timeMs: 20_000,
  bytes: 1_000_000,
  groups: 100,
  memoryBytes: 1_000,
  concurrency: 4,
  queue: 2,
  cacheBytes: 1 << 20,
}
const script = new URL('./toy-worker.ts', import.meta.url)
const { signal } = new AbortController()
const everything = { rows: 1_500, scanned: expect.objectContaining({ minutes: 2, blocks: 3 }) }

function open(more: Partial<PoolLimits> = {}, options: Partial<QueryPoolOptions> = {}) {
  const { dataDirectory } = book
  return new QueryPool<typeof toys>({
    dataDirectory,
    script,
    limits: { ...limits, ...more },
    ...options,
  })
}

/** What a promise is rejected with. */
async function errorOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => null,
    (thrown: unknown) => thrown,
  )
}

/** The limit that an answer met. */
async function limitOf(answer: Promise<unknown>): Promise<string> {
  const error = await errorOf(answer)
  if (error instanceof QueryLimit) return `${error.limit} ${error.value}`
  throw new Error(`no limit but ${error}`)
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!isSo()) {
    if (performance.now() > end) throw new Error('it did not come to be')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

describe('a pool of query threads', () => {
  test('answers, with the newest closed minute pinned', async () => {
    await using pool = open()
    expect(await pool.ask('echo', 'hello', signal)).toEqual({
      word: 'hello',
      closedThrough: first + 3,
    })
    expect(await pool.ask('scan', null, signal)).toMatchObject(everything)
  })

  test('works on several questions at once in one thread', async () => {
    await using pool = open()
    const gone = new AbortController()
    const looping = pool.ask('loop', null, gone.signal)
    expect(await pool.ask('scan', null, signal)).toMatchObject(everything)
    gone.abort()
    await expect(looping).rejects.toThrow(Cancelled)
    await until(() => pool.underWay === 0)
  })

  test('gives streams chunk by chunk, with what is known before', async () => {
    await using pool = open()
    const stream = await pool.stream('flow', { count: 40 }, { encoding: 'identity', signal })
    expect(stream.first.head).toEqual({ next: '/after/40' })
    const seen: number[] = []
    for (;;) {
      const chunk = await stream.next()
      if (chunk.last) break
      seen.push(chunk.bytes[0] ?? -1)
    }
    expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => i))
    await until(() => pool.underWay === 0)
  })

  test('begins every stream that it has let in, however few are read', async () => {
    await using pool = open({ concurrency: 40, timeMs: 2_000 }, { graceMs: 100 })
    const begun = await Promise.all(
      Array.from({ length: 40 }, () =>
        pool.stream('flow', { count: 1_000 }, { encoding: 'identity', signal }),
      ),
    )
    expect(begun).toHaveLength(40)
    for (const stream of begun) stream.cancel()
    await until(() => pool.underWay === 0)
    expect(pool.threadsReplaced).toBe(0)
  })

  test('a stream that breaks ends with the error, after what came before it', async () => {
    await using pool = open()
    const request = { count: 40, breakAfter: 2 }
    const stream = await pool.stream('flow', request, { encoding: 'identity', signal })
    expect((await stream.next()).bytes[0]).toBe(0)
    expect((await stream.next()).bytes[0]).toBe(1)
    expect(String(await errorOf(stream.next()))).toContain('broken off')
    await until(() => pool.underWay === 0)
  })

  test('a stream that is cancelled frees its place', async () => {
    await using pool = open({ concurrency: 1 })
    const stream = await pool.stream('flow', { count: 1e6 }, { encoding: 'identity', signal })
    expect(pool.underWay).toBe(1)
    stream.cancel()
    expect(await pool.ask('echo', 'next', signal)).toMatchObject({ word: 'next' })
  })

  test('counts each query once, with how it ended', async () => {
    const ends: [string, Outcome][] = []
    const onEnd = (job: string, outcome: Outcome): void => void ends.push([job, outcome])
    await using pool = open({}, { onEnd })
    await pool.ask('echo', 'a', signal)
    expect(String(await errorOf(pool.ask('fail', 'b', signal)))).toContain('Error: b')
    await pool.ask('use', { groups: 101 }, signal).catch(() => {})
    const gone = AbortSignal.abort()
    await pool.ask('echo', 'c', gone).catch(() => {})
    const how = { encoding: 'identity', signal } as const
    const whole = await pool.stream('flow', { count: 1 }, how)
    while (!(await whole.next()).last);
    const broken = await pool.stream('flow', { count: 5, breakAfter: 1 }, how)
    await broken.next()
    expect(String(await errorOf(broken.next()))).toContain('broken off')
    const left = await pool.stream('flow', { count: 100 }, how)
    left.cancel()
    expect(ends).toEqual([
      ['echo', 'answered'],
      ['fail', 'failed'],
      ['use', 'limited'],
      ['echo', 'cancelled'],
      ['flow', 'answered'],
      ['flow', 'failed'],
      ['flow', 'cancelled'],
    ])
  })
})

describe('a limit is named when a query meets it', () => {
  test.each([
    [{ bytes: 1_000_001 }, 'query-bytes 1000000'],
    [{ groups: 101 }, 'query-groups 100'],
    [{ held: 1_001 }, 'query-memory-bytes 1000'],
  ])('%p', async (what, name) => {
    await using pool = open()
    expect(await limitOf(pool.ask('use', what, signal))).toBe(name)
    const within = Object.fromEntries(Object.entries(what).map(([key, value]) => [key, value - 1]))
    expect(await pool.ask('use', within, signal)).toMatchObject({ minutes: 1 })
  })

  test('time', async () => {
    await using pool = open({ timeMs: 30 })
    expect(await limitOf(pool.ask('loop', null, signal))).toBe('query-time-ms 30')
    expect(pool.threadsReplaced).toBe(0)
  })

  test('the length of the line, and the wait in it', async () => {
    await using pool = open({ concurrency: 1, queue: 1, timeMs: 300 }, { graceMs: 10_000 })
    const busy = pool.ask('hang', 1_000, signal)
    const waiting = limitOf(pool.ask('echo', 'second', signal))
    await until(() => pool.waiting === 1)
    expect(await limitOf(pool.ask('echo', 'third', signal))).toBe('query-queue 1')
    expect(await waiting).toBe('query-concurrency 1')
    expect(await busy).toStartWith('spun')
    expect(await pool.ask('echo', 'fourth', signal)).toMatchObject({ word: 'fourth' })
  })

  test('who waits in line may go away', async () => {
    await using pool = open({ concurrency: 1 })
    const first = new AbortController()
    const busy = pool.ask('loop', null, first.signal)
    const second = new AbortController()
    const waiting = pool.ask('echo', 'second', second.signal)
    await until(() => pool.waiting === 1)
    second.abort()
    await expect(waiting).rejects.toThrow(Cancelled)
    expect(pool.waiting).toBe(0)
    first.abort()
    await expect(busy).rejects.toThrow(Cancelled)
  })
})

describe('a thread', () => {
  test('that dies is replaced, and what it had under way fails', async () => {
    const deaths: string[] = []
    await using pool = open({}, { onDeath: (error) => deaths.push(error.message) })
    const other = pool.ask('loop', null, signal)
    other.catch(() => {})
    await expect(pool.ask('die', null, signal)).rejects.toThrow(ThreadDied)
    await expect(other).rejects.toThrow('as if by a bug')
    expect(await pool.ask('scan', null, signal)).toMatchObject(everything)
    expect(pool.threadsReplaced).toBe(1)
    expect(deaths).toHaveLength(1)
  })

  test('that hangs after a cancel is ended and replaced', async () => {
    await using pool = open({}, { graceMs: 50 })
    const gone = new AbortController()
    const hanging = pool.ask('hang', 60_000, gone.signal)
    const beside = pool.ask('echo', 'beside', signal)
    beside.catch(() => {})
    gone.abort()
    await expect(hanging).rejects.toThrow(Cancelled)
    await expect(beside).rejects.toThrow('hang did not end')
    expect(await pool.ask('scan', null, signal)).toMatchObject(everything)
    expect(pool.threadsReplaced).toBe(1)
  })

  test('that hangs past the time limit is ended and replaced', async () => {
    await using pool = open({ timeMs: 50 }, { graceMs: 50 })
    await expect(pool.ask('hang', 60_000, signal)).rejects.toThrow('hang did not end')
    expect(pool.threadsReplaced).toBe(1)
  })

  test.skipIf(process.platform !== 'linux')('gives way to the others of the process', async () => {
    const own = getPriority()
    await using pool = open()
    // Whoever runs the tests may have given way already.
    expect(await pool.ask('nice', null, signal)).toBe(Math.max(own, queryNice))
    expect(getPriority()).toBe(own)
  })

  test('is started for each query at once, as many as there may be', async () => {
    await using pool = open({ threads: 2 })
    const hanging = pool.ask('hang', 400, signal)
    // A second thread answers although the first hangs.
    expect(await pool.ask('echo', 'second', signal)).toMatchObject({ word: 'second' })
    expect(await hanging).toStartWith('spun')
  })
})

test('a closed pool refuses', async () => {
  const pool = open()
  await pool.ask('echo', 'a', signal)
  await pool[Symbol.asyncDispose]()
  await pool[Symbol.asyncDispose]()
  await expect(pool.ask('echo', 'b', signal)).rejects.toThrow('closed')
})
