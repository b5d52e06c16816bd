import { describe, expect, test } from 'bun:test'
import { until } from '../server/process.ts'
import { DirectLogging, placed, upTo } from './direct-logging.ts'

/* What direct mode sends to say who it is, by what it is given. */

const direct = new DirectLogging()

describe('a client proves who it is', () => {
  test('by user and password, or by what a function signs', async () => {
    const basic = direct.logger({ auth: { user: 'ada', password: 'pässword' } })
    basic.info('order placed', { n: 1 })
    await basic.flush(5_000)
    const signed = direct.logger({
      auth: {
        sign: ({ method, path, headers, body }) => ({
          authorization: `Test ${method} ${path} ${headers['content-type']} ${body.length}`,
        }),
      },
    })
    signed.info('order placed', { n: 2 })
    await signed.flush(5_000)
    const [first, second] = direct.between.requests
    expect(first?.authorization).toBe(`Basic ${Buffer.from('ada:pässword').toString('base64')}`)
    expect(second?.authorization).toBe(
      `Test POST /api/v1/eventlog application/msgpack ${second?.bytes}`,
    )
  })

  test('by a token that is made anew, also when that takes a moment, fails or never ends', async () => {
    const ways = [
      () => 'first',
      async () => 'second',
      () => {
        throw new Error('no token')
      },
      () => new Promise<string>(() => {}),
    ]
    const log = direct.logger({
      auth: { token: () => (ways.shift() ?? (() => 'last'))() },
      timeoutMs: 300,
    })
    for (const n of upTo(3)) {
      log.info('order placed', { n })
      await log.flush(10_000)
    }
    expect(direct.between.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer first',
      'Bearer second',
      'Bearer last',
    ])
    expect(placed(await direct.book.events())).toEqual(upTo(3))
  })

  test('and a signature that cannot be made loses nothing', async () => {
    let isBroken = true
    const sign = () => {
      if (isBroken) throw new Error('no key')
      return {}
    }
    const log = direct.logger({ auth: { sign } })
    log.info('order placed', { n: 1 })
    await until('the second failure', 5_000, async () => direct.problems.length > 0)
    isBroken = false
    expect(await log.flush(5_000)).toBe(true)
    expect(placed(await direct.book.events())).toEqual([1])
  })
})
