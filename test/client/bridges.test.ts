import { configure, getLogger, reset } from '@logtape/logtape'
import { describe, expect, spyOn, test } from 'bun:test'
import { Elysia, t } from 'elysia'
import pino from 'pino'
import winston from 'winston'
import { patchConsole } from '../../src/client/bridges/console.ts'
import { logCrashes } from '../../src/client/bridges/crash.ts'
import { elysiaRequests } from '../../src/client/bridges/elysia.ts'
import { logRequests } from '../../src/client/bridges/fetch.ts'
import { logtapeSink } from '../../src/client/bridges/logtape.ts'
import { pinoStream } from '../../src/client/bridges/pino.ts'
import { winstonTransport } from '../../src/client/bridges/winston.ts'
import { until } from '../server/process.ts'
import { openSpooledLogger, type SpooledLogger } from './spooled-logger.ts'

/** By another name, as the patched one is what is tested. */
const terminal: Console = console

/* Each bridge with the real library: free text goes to additional.message, the event is a fixed text. */

describe('the bridge from pino', () => {
  test('takes every level, message, fields, bound fields and errors', async () => {
    await using book = openSpooledLogger()
    const log = pino({ level: 'trace', base: { app: 'shop' } }, pinoStream(book.log))
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
      log[level]({ n: 1 }, `order ${level}`)
    }
    log.child({ requestId: 'r-1' }).error(new RangeError('too far'))
    const events = book.events()
    expect(events.map(({ level }) => level)).toEqual([
      'debug',
      'debug',
      'info',
      'warn',
      'error',
      'crit',
      'error',
    ])
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['log message']))
    expect(events[2]?.additional).toEqual({ app: 'shop', n: 1, message: 'order info' })
    expect(events[6]?.additional).toMatchObject({
      requestId: 'r-1',
      message: 'too far',
      err: { type: 'RangeError', message: 'too far' },
    })
  })

  test('names events as it is told to, and takes levels by name', async () => {
    await using book = openSpooledLogger()
    const stream = pinoStream(book.log, { event: (record) => String(record['kind']) })
    const log = pino({ base: null, formatters: { level: (level) => ({ level }) } }, stream)
    log.warn({ kind: 'payment declined' }, 'order 4711')
    stream.write('this is not JSON\n')
    expect(book.events()).toEqual([
      {
        level: 'warn',
        event: 'payment declined',
        additional: { kind: 'payment declined', message: 'order 4711' },
      },
      { level: 'info', event: 'undefined', additional: { message: 'this is not JSON' } },
    ])
  })
})

describe('the bridge from winston', () => {
  test('takes npm levels, fields and errors, whatever the format does to the level', async () => {
    await using book = openSpooledLogger()
    const log = winston.createLogger({
      level: 'silly',
      format: winston.format.combine(
        winston.format.errors({ stack: true }),
        winston.format.colorize(),
      ),
      defaultMeta: { app: 'shop' },
      transports: [winstonTransport(book.log)],
    })
    for (const level of ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly']) {
      log.log(level, `order ${level}`, { n: 1 })
    }
    log.error(new RangeError('too far'))
    await until('winston writes', 5_000, async () => log.writableLength === 0)
    const events = book.events()
    expect(events.map(({ level }) => level)).toEqual([
      'error',
      'warn',
      'info',
      'info',
      'debug',
      'debug',
      'debug',
      'error',
    ])
    expect(events[1]).toEqual({
      level: 'warn',
      event: 'log message',
      additional: { app: 'shop', n: 1, message: 'order warn' },
    })
    expect(events[7]?.additional).toMatchObject({ message: 'too far' })
    expect(String(events[7]?.additional['stack'])).toContain('bridges.test.ts')
  })

  test('keeps a level of one’s own readable', async () => {
    await using book = openSpooledLogger()
    const log = winston.createLogger({
      levels: { alert: 0, audit: 1 },
      level: 'audit',
      transports: [winstonTransport(book.log)],
    })
    log.log('alert', 'a')
    log.log('audit', 'b')
    await until('winston writes', 5_000, async () => log.writableLength === 0)
    expect(book.events()).toEqual([
      { level: 'alert', event: 'log message', additional: { message: 'a' } },
      { level: 'info', event: 'log message', additional: { message: 'b', level: 'audit' } },
    ])
  })
})

describe('the bridge from LogTape', () => {
  test('takes every level, message, category and properties', async () => {
    await using book = openSpooledLogger()
    await configure({
      reset: true,
      sinks: { book: logtapeSink(book.log) },
      loggers: [
        { category: 'shop', sinks: ['book'], lowestLevel: 'trace' },
        { category: ['logtape', 'meta'], sinks: [] },
      ],
    })
    const log = getLogger(['shop', 'orders'])
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
      log[level]('order {id} of {who}', { id: 4711, who: { name: 'Ada' } })
    }
    void log.info`items: ${[1, 2]}`
    await reset()
    const events = book.events()
    expect(events.map(({ level }) => level)).toEqual([
      'debug',
      'debug',
      'info',
      'warn',
      'error',
      'crit',
      'info',
    ])
    expect(events[2]).toEqual({
      level: 'info',
      event: 'log message',
      additional: {
        category: 'shop.orders',
        id: 4711,
        who: { name: 'Ada' },
        message: 'order 4711 of {"name":"Ada"}',
      },
    })
    expect(events[6]?.additional['message']).toBe('items: [1,2]')
  })
})

describe('a patched console', () => {
  test('logs what it prints, and no longer when it is undone', async () => {
    await using book = openSpooledLogger()
    const printed = spyOn(console, 'warn').mockImplementation(() => {})
    const undo = patchConsole(book.log)
    terminal.warn('order %d declined', 4711, { a: 1 })
    undo()
    terminal.warn('no more')
    expect(printed.mock.calls).toEqual([['order %d declined', 4711, { a: 1 }], ['no more']])
    printed.mockRestore()
    expect(book.events()).toEqual([
      {
        level: 'warn',
        event: 'log message',
        additional: { message: 'order 4711 declined { a: 1 }' },
      },
    ])
  })

  test('maps its methods to levels, keeps errors whole, prints nothing if told so', async () => {
    await using book = openSpooledLogger()
    const printed = spyOn(console, 'error').mockImplementation(() => {})
    {
      using _ = patchConsole(book.log, { print: false, event: 'printed' })
      terminal.error('failed:', new RangeError('too far'))
      terminal.log('a')
      terminal.info('b')
      terminal.debug('c')
    }
    expect(printed).not.toHaveBeenCalled()
    printed.mockRestore()
    const events = book.events()
    expect(events.map(({ level }) => level)).toEqual(['error', 'info', 'info', 'debug'])
    expect(events[0]).toMatchObject({
      event: 'printed',
      additional: { err: { name: 'RangeError', message: 'too far' } },
    })
  })

  test('does not log what is printed while it logs', async () => {
    await using book = openSpooledLogger()
    using _ = patchConsole(book.log, { print: false })
    const err = Object.defineProperty(new Error('x'), 'noisy', {
      enumerable: true,
      get: () => terminal.log('from a getter'),
    })
    terminal.log(err)
    expect(book.events()).toHaveLength(1)
  })
})

/** What was logged of requests, once the hooks after the answers have run. */
async function requestEvents(book: SpooledLogger, count: number) {
  const events: ReturnType<SpooledLogger['events']> = []
  await until(`${count} events`, 5_000, async () => {
    events.push(...book.events())
    return events.length >= count
  })
  return events.map((event) => ({
    ...event,
    additional: { ...event.additional, duration_ms: typeof event.additional['duration_ms'] },
  }))
}

describe('the Elysia plugin', () => {
  test('logs requests with route and status, and failures with their error', async () => {
    await using book = openSpooledLogger()
    const app = new Elysia()
      .use(
        elysiaRequests(book.log, {
          ignore: (request) => request.url.endsWith('/health'),
          fields: (request) => ({ user: request.headers.get('x-user') }),
        }),
      )
      .get('/health', () => 'ok')
      .get('/orders/:id', ({ params }) => params.id)
      .get('/teapot', ({ status }) => status("I'm a teapot"))
      .get('/response', () => new Response('no', { status: 409 }))
      .get('/fails', (): string => {
        throw new RangeError('too far')
      })
      .post('/checked', () => 'ok', { body: t.Object({ n: t.Number() }) })
      .listen({ port: 0, hostname: '127.0.0.1' })
    const url = `http://127.0.0.1:${app.server?.port}`
    const headers = { 'x-user': 'ada' }
    for (const path of [
      '/health',
      '/orders/7?secret=1',
      '/teapot',
      '/response',
      '/fails',
      '/none',
    ]) {
      await (await fetch(url + path, { headers })).text()
    }
    await fetch(`${url}/checked`, { method: 'POST', headers, body: '{}' })
    const events = await requestEvents(book, 7)
    await app.stop(true)
    const handled = events.filter(({ event }) => event === 'request handled')
    const facts = handled.map(({ level, additional }) => {
      const { method, path, route, status, user, duration_ms } = additional as Record<
        string,
        unknown
      >
      expect({ user, duration_ms }).toEqual({ user: 'ada', duration_ms: 'number' })
      return [level, method, path, route, status]
    })
    expect(facts).toEqual([
      ['info', 'GET', '/orders/7', '/orders/:id', 200],
      ['warn', 'GET', '/teapot', '/teapot', 418],
      ['warn', 'GET', '/response', '/response', 409],
      ['error', 'GET', '/fails', '/fails', 500],
      ['warn', 'GET', '/none', undefined, 404],
      ['warn', 'POST', '/checked', '/checked', 422],
    ])
    const failed = events.filter(({ event }) => event === 'request failed')
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({
      level: 'error',
      additional: { path: '/fails', err: { name: 'RangeError', message: 'too far' } },
    })
  })
})

/** Answers with what the runtime gives it beside the request. */
const handler = (request: Request, server: { name: string }) => {
  if (request.url.includes('fails')) throw new RangeError('too far')
  return new Response(server.name, { status: request.url.includes('gone') ? 410 : 200 })
}

describe('a wrapped fetch handler', () => {
  test('answers as before, logs each request, and throws on what the handler throws', async () => {
    await using book = openSpooledLogger()
    const wrapped = logRequests(book.log, handler, {
      fields: () => {
        throw new Error('fields may fail')
      },
    })
    const server = { name: 'bun' }
    const ask = (path: string) => wrapped(new Request(`http://localhost${path}`), server)
    expect(await (await ask('/a?secret=1')).text()).toBe('bun')
    expect((await ask('/gone')).status).toBe(410)
    expect(ask('/fails')).rejects.toThrow('too far')
    const events = await requestEvents(book, 3)
    expect(
      events.map(({ level, event, additional }) => [level, event, Reflect.get(additional, 'path')]),
    ).toEqual([
      ['info', 'request handled', '/a'],
      ['warn', 'request handled', '/gone'],
      ['error', 'request failed', '/fails'],
    ])
  })
})

describe('the crash hooks', () => {
  test('log warnings of the runtime until they are undone', async () => {
    await using book = openSpooledLogger()
    const undo = logCrashes(book.log)
    process.emitWarning('disk is slow')
    const events: ReturnType<SpooledLogger['events']> = []
    await until('the warning', 5_000, async () => {
      events.push(...book.events())
      return events.length > 0
    })
    expect(events).toMatchObject([
      {
        level: 'warn',
        event: 'process warning',
        additional: { err: { message: 'disk is slow' } },
      },
    ])
    undo()
    expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(1)
  })
})
