import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createLogger, type Logger } from '../../src/client/logger.ts'
import type { ClientProblem } from '../../src/client/sink.ts'
import { asObject, type JsonObject } from '../http/json-object.ts'
import type { LoggedBook } from './logged-book.ts'
import { LoggedValues } from './logged-values.ts'

/* What is logged comes back from a real server, whatever it is; and nothing of it makes a call throw. */

let values: LoggedValues
let book: LoggedBook
let log: Logger
let problems: readonly ClientProblem[]

beforeAll(async () => {
  values = await LoggedValues.open()
  ;({ book, log, problems } = values)
})
afterAll(() => values[Symbol.asyncDispose]())

const back = (fields: unknown, by?: Logger): Promise<JsonObject> => values.back(fields, by)

const throwing = () => ({
  before: 1,
  get bad(): never {
    throw new Error('no access')
  },
  after: 2,
})

describe('what an event carries', () => {
  test('the plain values', async () => {
    const fields = {
      text: 'grüße 🎉',
      empty: '',
      yes: true,
      no: false,
      nothing: null,
      zero: 0,
      small: 127,
      negative: -33,
      wide: 2 ** 40,
      narrow: -(2 ** 40),
      most: Number.MAX_SAFE_INTEGER,
      fraction: 0.1,
      nested: { a: { b: ['x', 1, { c: 2 }] } },
      list: [1, 2, 3],
      none: {},
    }
    expect(await back(fields)).toEqual(fields)
  })

  test('every whole number around the edges of its encodings', async () => {
    const edges = [0, 5, 7, 8, 15, 16, 31, 32, 33, 47, 48, 52].flatMap((bits) => {
      const edge = 2 ** bits
      return [edge - 1, edge, edge + 1, -edge - 1, -edge, -edge + 1]
    })
    expect(await back({ edges })).toEqual({ edges: edges.map((edge) => (edge === 0 ? 0 : edge)) })
  })

  test('what JSON has no words for', async () => {
    const when = new Date('2026-11-22T12:34:56.789Z')
    const fields = {
      big: 12_345_678_901_234_567_890n,
      negativeBig: -5n,
      hugeBig: 2n ** 70n,
      when,
      never: new Date(Number.NaN),
      nan: Number.NaN,
      infinite: Number.NEGATIVE_INFINITY,
      map: new Map<unknown, unknown>([
        ['a', 1],
        [2, 'two'],
      ]),
      set: new Set(['x', 'y']),
      bytes: Buffer.from('hello'),
      buffer: new Uint8Array([1, 2]).buffer,
      floats: new Float64Array([1.5, 2.5]),
      missing: undefined,
      holes: [undefined, 1],
      call() {},
      symbol: Symbol('tag'),
      pattern: /a+/g,
      url: new URL('http://example.org/x'),
      headers: new Headers({ accept: 'text/plain' }),
      json: { toJSON: () => ({ given: true }) },
      lone: 'a\ud800b',
    }
    expect(await back(fields)).toEqual({
      // Read by JSON.parse, which has no more digits than a double.
      big: Number(12_345_678_901_234_567_890n),
      negativeBig: -5,
      hugeBig: (2n ** 70n).toString(),
      when: { $time: '2026-11-22T12:34:56.789000000Z' },
      never: 'Invalid Date',
      nan: 'NaN',
      infinite: '-Infinity',
      map: { a: 1, '2': 'two' },
      set: ['x', 'y'],
      bytes: { $bytes: 'aGVsbG8=' },
      buffer: { $bytes: 'AQI=' },
      floats: [1.5, 2.5],
      holes: [null, 1],
      call: '[Function: call]',
      symbol: 'Symbol(tag)',
      pattern: '/a+/g',
      url: 'http://example.org/x',
      headers: { accept: 'text/plain' },
      json: { given: true },
      lone: 'a\ufffdb',
    })
  })

  test('errors with their cause, their own fields and those of a class', async () => {
    class PaymentError extends Error {
      override readonly name = 'PaymentError'
      readonly code = 'E42'
      readonly amount = { value: 12.5 }
    }
    const cause = new TypeError('no such card')
    const err = new PaymentError('declined', { cause })
    const many = new AggregateError([new Error('one'), 'two'], 'all failed')
    const found = await back({ err, many })
    expect(found).toMatchObject({
      err: {
        name: 'PaymentError',
        message: 'declined',
        code: 'E42',
        amount: { value: 12.5 },
        cause: { name: 'TypeError', message: 'no such card' },
      },
      many: { name: 'AggregateError', message: 'all failed' },
    })
    expect(asObject(found['err'])['stack']).toContain('values.test.ts')
    expect(asObject(found['many'])['errors']).toMatchObject([{ message: 'one' }, 'two'])
  })

  test('an error in the place of the fields', async () => {
    expect(await back(new RangeError('too far'))).toMatchObject({ err: { message: 'too far' } })
  })

  test('what is no object in the place of the fields', async () => {
    expect(await back('text')).toEqual({ value: 'text' })
    expect(await back([1, 2])).toEqual({ value: [1, 2] })
    expect(await back(null)).toEqual({})
    expect(await back(new Map([['a', 1]]))).toEqual({ value: { a: 1 } })
    expect(await back(new Date(0))).toEqual({ value: { $time: '1970-01-01T00:00:00.000000000Z' } })
    expect(await back(new URL('http://example.org/'))).toEqual({ value: 'http://example.org/' })
  })

  test('circles', async () => {
    const a: Record<string, unknown> = { name: 'a' }
    a['self'] = a
    a['list'] = [a, { a }]
    expect(await back(a)).toEqual({
      name: 'a',
      self: '[Circular]',
      list: ['[Circular]', { a: '[Circular]' }],
    })
  })

  test('the same object twice is no circle', async () => {
    const shared = { x: 1 }
    expect(await back({ a: shared, b: shared, c: [shared, shared] })).toEqual({
      a: { x: 1 },
      b: { x: 1 },
      c: [{ x: 1 }, { x: 1 }],
    })
  })

  test('what throws when it is read', async () => {
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const found = await back({
      inside: throwing(),
      toJSON: 1,
      json: {
        __proto__: {
          toJSON() {
            throw new Error('not today')
          },
        },
      },
      revoked: revoked.proxy,
      throwsText: {
        get x(): never {
          throw { toString: () => 1n }
        },
      },
      last: 'kept',
    })
    expect(found).toMatchObject({
      inside: { before: 1, bad: '[unreadable: no access]', after: 2 },
      json: '[unreadable: not today]',
      last: 'kept',
    })
    expect(String(found['revoked'])).toStartWith('[unreadable')
    expect(await back(throwing())).toEqual({
      before: 1,
      bad: '[unreadable: no access]',
      after: 2,
    })
    expect(await back(revoked.proxy)).toEqual({ value: expect.stringContaining('unreadable') })
  })

  test('a getter that logs in turn loses neither event', async () => {
    const fields = {
      get noisy() {
        log.info('logged by a getter', { n: 1 })
        return 'value'
      },
    }
    expect(await back(fields)).toEqual({ noisy: 'value' })
    const inner = (await book.events()).filter(({ event }) => event === 'logged by a getter')
    expect(inner).toHaveLength(1)
  })
})

describe('the other members', () => {
  test('an event without a text, or with a long one, is logged all the same', async () => {
    log.dynamicEvent('info', '')
    log.dynamicEvent('info', 'é'.repeat(5_000))
    await log.flush()
    const texts = (await book.events()).map(({ event }) => String(event))
    expect(texts).toContain('(no event text)')
    expect(texts.some((text) => text.startsWith('éééé') && text.length <= 512)).toBe(true)
    expect(problems).toEqual([])
  })

  test('bound fields come with every event, and a call’s own win over them', async () => {
    const request = log.with({ requestId: 'r-1', user: { id: 7 } }).with({ step: 2 })
    expect(await back({ extra: true, step: 3 }, request)).toEqual({
      requestId: 'r-1',
      user: { id: 7 },
      step: 3,
      extra: true,
    })
  })

  test('redacted paths, in bound fields too', async () => {
    const careful = createLogger({
      facility: 'values',
      url: book.url,
      fallback: false,
      redact: ['password', 'user.email', '*.token', 'items.*.card', 'err.config.key'],
    })
    const err = Object.assign(new Error('x'), { config: { key: 'secret', host: 'h' } })
    const bound = careful.with({ password: 'secret', user: { email: 'secret', token: 'secret' } })
    const found = await back(
      {
        items: [{ card: 'secret', n: 1 }],
        session: { token: 'secret' },
        // A server takes it for the member `token` of `request`.
        'request.token': 'secret',
        'request.id': 'r-1',
        token: 'shown',
        err,
      },
      bound,
    )
    await careful.close()
    expect(JSON.stringify(found)).not.toContain('secret')
    expect(found).toMatchObject({
      password: '[redacted]',
      user: { email: '[redacted]', token: '[redacted]' },
      items: [{ card: '[redacted]', n: 1 }],
      session: { token: '[redacted]' },
      'request.token': '[redacted]',
      'request.id': 'r-1',
      token: 'shown',
      err: { config: { key: '[redacted]', host: 'h' } },
    })
  })

  test('levels and times', async () => {
    const before = Date.now()
    log.error('levels are kept')
    log.level = 'warn'
    log.info('this is not logged')
    expect([log.level, log.isEnabled('info'), log.isEnabled('warn')]).toEqual(['warn', false, true])
    log.level = 'loud' as 'debug'
    expect(String(log.level)).toBe('warn')
    log.level = 'debug'
    log.dynamicEvent('loud' as 'debug', 'a level that is none')
    await log.flush()
    const events = await book.events()
    expect(events.find((one) => one['event'] === 'a level that is none')?.['level']).toBe('info')
    const event = events.find((candidate) => candidate['event'] === 'levels are kept')
    expect(event?.['level']).toBe('error')
    expect(Date.parse(String(event?.['timestamp']))).toBeWithin(before, Date.now() + 1)
    expect(events.map((candidate) => candidate['event'])).not.toContain('this is not logged')
  })
})
