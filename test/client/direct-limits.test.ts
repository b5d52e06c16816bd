import { describe, expect, test } from 'bun:test'
import { readdirSync, symlinkSync } from 'node:fs'
import type { Logger } from '../../src/client/logger.ts'
import type { DirectLoggerOptions } from '../../src/client/options.ts'
import type { JsonObject } from '../http/json-object.ts'
import { numberOf } from '../server/ask.ts'
import { until } from '../server/process.ts'
import { DirectLogging, dropsOf, placed, upTo } from './direct-logging.ts'
import { openUnsteadyServer } from './unsteady-server.ts'

/* Direct mode where there is no room, no directory of its own, or no sense in its options. */

const direct = new DirectLogging()

describe('a full memory', () => {
  const text = 'x'.repeat(400)
  const options = { memoryBytesMax: 100_000, batchEventsMax: 20 } as const

  /** Logs while nothing gets through, lets everything through, and gives the book's events. */
  async function overflow(log: Logger, levels: readonly ('debug' | 'info' | 'error')[]) {
    direct.between.plan.push(...Array.from({ length: 3 }, () => 503))
    for (const n of upTo(1_000))
      log[levels[n % levels.length] ?? 'info']('order placed', { n, text })
    expect(await log.flush(10_000)).toBe(true)
    return direct.book.events()
  }

  test('drops the oldest, says how many, and keeps the newest in order', async () => {
    const events = await overflow(direct.logger({ ...options, overflow: 'drop-oldest' }), ['info'])
    const numbers = placed(events)
    const [drops] = dropsOf(events)
    const dropped = 1_000 - numbers.length
    expect(drops).toEqual({ count: dropped, info: dropped })
    expect(dropped).toBeGreaterThan(500)
    expect(numbers).toEqual(upTo(1_000 - dropped, dropped + 1))
    expect(direct.codes()).toContain('dropped')
  })

  test('drops the least severe first', async () => {
    const log = direct.logger({ ...options, overflow: 'drop-lowest-level' })
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
    const fallback = `${direct.book.scratch}/fallback`
    const log = direct.logger({ ...options, overflow: 'block', fallback })
    direct.between.plan.push(...Array.from({ length: 3 }, () => 503))
    for (const n of upTo(1_000)) log.info('order placed', { n, text })
    await log.flush(10_000)
    let events: JsonObject[] = []
    await until('everything', 10_000, async () => {
      events = await direct.book.events()
      return placed(events).length >= 1_000
    })
    expect(placed(events).toSorted((a, b) => a - b)).toEqual(upTo(1_000))
    expect(dropsOf(events)).toEqual([])
  })
})

describe('a fallback that is not a directory of our own', () => {
  test('is neither read nor written', async () => {
    const others = `${direct.book.scratch}/others`
    const absent = openUnsteadyServer(null)
    const left = direct.logger({ url: absent.url, fallback: others })
    absent[Symbol.dispose]()
    left.info('order placed', { n: 1 })
    await left.close(1)
    expect(readdirSync(others)).toHaveLength(1)
    const link = `${direct.book.scratch}/link`
    symlinkSync(others, link)
    const log = direct.logger({ fallback: link })
    await until('a word about it', 5_000, async () => direct.codes().includes('disk'))
    expect(direct.problems.at(-1)?.detail).toContain('not a directory of our own')
    log.info('order placed', { n: 2 })
    expect(await log.flush(5_000)).toBe(true)
    expect(placed(await direct.book.events())).toEqual([2])
    expect(readdirSync(others)).toHaveLength(1)
  })
})

describe('a closed logger', () => {
  test('drops what comes later, without a word to the caller', async () => {
    const log = direct.logger()
    log.info('order placed', { n: 1 })
    await log.close()
    log.info('order placed', { n: 2 })
    await log.close()
    expect(await log.flush()).toBe(true)
    expect(placed(await direct.book.events())).toEqual([1])
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
      expect(() => direct.logger(options as Partial<DirectLoggerOptions>)).toThrow(TypeError)
    }
  })
})
