import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { metric } from './metric.ts'
import { RawConnection } from './raw-connection.ts'

const search = '/api/v1/eventqry/search'
const queryScript = new URL('./mischief-worker.ts', import.meta.url)
const event = { facility: 'shop', level: 'info', event: 'order placed' }

let server: ClockedServer

beforeAll(async () => {
  const limits = ['--query-time-ms', '1500', '--query-concurrency', '2', '--query-queue', '1']
  server = await ClockedServer.start(limits, { queryScript })
  await server.log(event)
  await server.closeMinute()
})
afterAll(() => server[Symbol.asyncDispose]())

async function works(): Promise<void> {
  expect(await server.json(`${search}?q=placed`)).toMatchObject({ events: [event] })
}

const ended = (outcome: string) =>
  metric(server, `minutebook_queries_total{kind="search",outcome="${outcome}"}`)

async function untilMetric(series: string, isSo: (value: number) => boolean): Promise<void> {
  const end = performance.now() + 10_000
  for (;;) {
    const value = (await metric(server, series)) ?? 0
    if (isSo(value)) return
    if (performance.now() > end) throw new Error(`${series} is ${value}`)
  }
}

const replaced = 'minutebook_query_threads_replaced_total'

describe('a query', () => {
  test('that fails answers 500, and the next one is answered', async () => {
    const response = await server.ask(`${search}?q=fail`)
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ code: 'query-failed' })
    await works()
    expect(await metric(server, replaced)).toBe(0)
    expect(await ended('failed')).toBe(1)
  })

  test('that takes too long answers 422 and names the limit', async () => {
    const response = await server.ask(`${search}?q=loop`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      code: 'query-limit',
      limit: 'query-time-ms',
      value: 1500,
    })
    await works()
  })

  test('that breaks after its first byte is cut', async () => {
    await using raw = await RawConnection.open(server.url)
    raw.write(`GET ${search}.ndjson?q=break HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    const answer = await raw.rest()
    expect(answer).toStartWith('HTTP/1.1 200')
    expect(answer).toContain('aaaa')
    expect(answer).not.toEndWith('0\r\n\r\n')
    await works()
  })

  test.each(['loop', 'flow'])('whose client goes away ends (%s)', async (q) => {
    const before = (await ended('cancelled')) ?? 0
    const raw = await RawConnection.open(server.url)
    raw.write(`GET ${search}.ndjson?q=${q} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await untilMetric('minutebook_queries_under_way', (count) => count === 1)
    await raw[Symbol.asyncDispose]()
    await untilMetric('minutebook_queries_under_way', (count) => count === 0)
    expect(await ended('cancelled')).toBe(before + 1)
    await works()
  })

  test('beyond those under way and waiting answers 503 and says when to ask again', async () => {
    const gone = new AbortController()
    const asks = Array.from({ length: 3 }, () =>
      fetch(`${server.url}${search}?q=loop`, { signal: gone.signal }).catch(() => null),
    )
    await untilMetric('minutebook_queries_waiting', (count) => count === 1)
    const response = await server.ask(`${search}?q=placed`)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.json()).toMatchObject({
      code: 'query-busy',
      limit: 'query-queue',
      value: 1,
    })
    gone.abort()
    await Promise.all(asks)
    await untilMetric('minutebook_queries_under_way', (count) => count === 0)
    await works()
  })
})

describe('a query thread', () => {
  test('that dies answers 500, is replaced, and harms no batch', async () => {
    const dying = server.ask(`${search}?q=die`)
    await server.log(event)
    const response = await dying
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ code: 'query-failed' })
    expect(await metric(server, replaced)).toBe(1)
    await works()
    await server.log(event)
  })

  test('that hangs is ended and replaced; batches and pages go on meanwhile', async () => {
    const hanging = server.ask(`${search}?q=hang`)
    const state = { isOver: false }
    void hanging.then(() => {
      state.isOver = true
    })
    while (!state.isOver) {
      await server.log(event)
      expect((await server.ask('/api/v1/eventqry')).status).toBe(200)
    }
    expect((await hanging).status).toBe(500)
    expect(await metric(server, replaced)).toBe(2)
    await works()
  }, 20_000)
})
