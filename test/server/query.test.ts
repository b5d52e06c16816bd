import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventqry, getJson, numbered, numberOf, post } from './ask.ts'
import { asList, asObject } from '../http/json-object.ts'
import { RawConnection } from '../http/raw-connection.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from './in-process.ts'
import { type ServerProcess, startServer, until } from './process.ts'

/* Questions to a real process, over a book that was made before. */

const minutes = 3
/** Enough that an export does not fit into the buffers of a connection. */
const perMinute = 60_000
const data = tempDirectory()

beforeAll(async () => {
  const clock = clockAt('2026-11-22T12:34:30Z')
  const maker = await startInProcess(data.path, clock)
  for (let minute = 0; minute < minutes; minute++) {
    const events = Array.from({ length: perMinute }, (_, i) => numbered(minute * perMinute + i))
    expect((await post(maker.url, JSON.stringify(events))).status).toBe(202)
    pass(clock, minuteMs)
    await maker.closeDue()
  }
  await maker.stop()
}, 30_000)
afterAll(() => data[Symbol.dispose]())

/** The value of a metric without labels. */
async function metric(server: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

const underWay = (server: ServerProcess) => metric(server, 'minutebook_queries_under_way')

/** A connection that has asked for an export and takes nothing of it. */
async function stalled(server: ServerProcess): Promise<RawConnection> {
  const raw = await RawConnection.open(server.url)
  raw.pause()
  raw.write(`GET ${eventqry}/search.ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  await until('a query', 5_000, async () => (await underWay(server)) === 1)
  return raw
}

describe('a server process', () => {
  test('answers each kind of question', async () => {
    await using server = await startServer({ data: data.path })
    const newest = await getJson(server.url, `${eventqry}/search?limit=2`)
    const total = minutes * perMinute
    const events = asList(newest['events']).map(asObject)
    // All of a batch have one time: the later of them are the newer.
    expect(events.map(numberOf)).toEqual([total - 1, total - 2])
    const stats = await getJson(server.url, `${eventqry}/stats?by=facility&agg=count,max(n)`)
    expect(stats['rows']).toEqual([{ facility: 'shop', count: total, 'max(n)': total - 1 }])
    const id = String(events[1]?.['id'])
    const around = await getJson(server.url, `${eventqry}/events/${id}/context?before=1`)
    expect(asList(around['events'])).toHaveLength(3)
    const found = await getJson(server.url, `${eventqry}/search?q=n:12345`)
    expect(asList(found['events']).map((event) => numberOf(asObject(event)))).toEqual([12_345])
  })

  test('streams an export whole, and lets go of one whose reader has gone', async () => {
    await using server = await startServer({ data: data.path })
    const path = `${server.url}${eventqry}/search.ndjson`
    const whole = await (await fetch(path)).text()
    expect(whole.split('\n')).toHaveLength(minutes * perMinute + 1)
    const left = await stalled(server)
    await left[Symbol.asyncDispose]()
    await until('the query to end', 5_000, async () => (await underWay(server)) === 0)
    expect(await metric(server, 'minutebook_query_threads_replaced_total')).toBe(0)
  })

  test('stops in time although a reader takes nothing', async () => {
    await using server = await startServer({
      data: data.path,
      flags: ['--stop-timeout-ms', '300'],
    })
    await using _left = await stalled(server)
    const begun = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - begun).toBeLessThan(15_000)
  })

  test('killed in the middle of questions answers them after its next start', async () => {
    await using killed = await startServer({ data: data.path })
    const asks = Array.from({ length: 4 }, () =>
      fetch(`${killed.url}${eventqry}/search.ndjson?q=n>1`)
        .then((response) => response.text())
        .catch(() => null),
    )
    await until('queries', 5_000, async () => (await underWay(killed)) > 0)
    await killed.kill9()
    await Promise.all(asks)
    await using server = await startServer({ data: data.path })
    const stats = await getJson(server.url, `${eventqry}/stats`)
    expect(stats['rows']).toEqual([{ count: minutes * perMinute }])
  })
})
