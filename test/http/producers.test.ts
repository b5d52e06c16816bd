import { describe, expect, test } from 'bun:test'
import { startServer } from '../server/process.ts'
import { asObject, type JsonObject } from './json-object.ts'
import { ClockedServer } from './clocked-server.ts'

const eventsOf = (count: number): string =>
  Array.from({ length: count }, (_, n) => `{"facility":"f","level":"info","event":"e ${n}"}`).join(
    '\n',
  )

interface Sent {
  readonly status: number
  readonly body: JsonObject
}

async function send(
  url: string,
  sequence: string,
  options: { readonly producer?: string; readonly events?: string } = {},
): Promise<Sent> {
  const [first = 0, last = 0] = sequence.split('-').map(Number)
  const response = await fetch(`${url}/api/v1/eventlog`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-ndjson',
      'minutebook-producer': options.producer ?? 'p-1',
      'minutebook-sequence': sequence,
    },
    body: options.events ?? eventsOf(last - first + 1),
  })
  return { status: response.status, body: asObject(await response.json()) }
}

async function producers(url: string, query = ''): Promise<JsonObject[]> {
  const response = await fetch(`${url}/api/v1/eventqry/producers${query}`)
  const { producers: list } = asObject(await response.json())
  return Array.isArray(list) ? list.map(asObject) : []
}

describe('batches with a producer and a sequence', () => {
  test('count once, in any order and at the same time; gaps show and close', async () => {
    await using server = await startServer()
    const { url } = server
    const twice = await Promise.all([send(url, '1-10'), send(url, '1-10'), send(url, '21-30')])
    expect(twice.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(twice.filter(({ body }) => body['duplicate'] === true)).toHaveLength(1)
    expect(await send(url, '3-7')).toMatchObject({
      status: 202,
      body: { accepted: 5, duplicate: true, minute: null, page: null, batch: null },
    })
    expect(await producers(url)).toMatchObject([
      {
        producer: 'p-1',
        watermark: 10,
        highest: 30,
        missing: 10,
        gaps: [[11, 20]],
        accepted: 20,
        duplicates: 5,
      },
    ])
    const overlap = await send(url, '5-35')
    expect(overlap).toMatchObject({ status: 409, body: { code: 'sequence-overlap' } })
    expect(overlap.body['wanted']).toEqual([
      [11, 20],
      [31, 35],
    ])
    expect(await producers(url, '?missing=true')).toHaveLength(1)
    expect((await send(url, '11-20')).body['duplicate']).toBe(false)
    expect(await producers(url, '?missing=true')).toEqual([])
    expect(await producers(url, '?producer=p-1&producer=p-2')).toMatchObject([
      { watermark: 30, missing: 0, gaps: [] },
    ])
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('minutebook_producer_missing_events 0\n')
    expect(metrics).toContain('minutebook_producer_duplicates_total 5\n')
  })

  test('are known after the server is killed', async () => {
    await using first = await startServer()
    await send(first.url, '1-10')
    await send(first.url, '21-30', { events: eventsOf(8) })
    const before = await producers(first.url)
    await first.kill9()
    await using second = await startServer({ data: first.data })
    expect(await producers(second.url)).toEqual(before)
    expect((await send(second.url, '21-30')).body['duplicate']).toBe(true)
    expect((await send(second.url, '11-20')).body['duplicate']).toBe(false)
    await second.kill9()
    await using third = await startServer({ data: first.data })
    expect(await producers(third.url)).toMatchObject([
      { watermark: 30, accepted: 28, rejected: 2, batches: 3, missing: 0 },
    ])
  })

  test('are known from the book when their minute is a page, however long ago', async () => {
    await using server = await ClockedServer.start()
    await send(server.url, '1-10')
    await send(server.url, '1-10')
    await server.closeMinute()
    await send(server.url, '1-10')
    await send(server.url, '11-12', { producer: 'p-2' })
    for (let i = 0; i < 60; i++) await server.closeMinute()
    await send(server.url, '1-10')
    const list = await producers(server.url)
    expect(list).toMatchObject([
      { producer: 'p-1', duplicates: 30, accepted: 10 },
      { producer: 'p-2', missing: 10, accepted: 2 },
    ])
    const [long, short] = await Promise.all(
      ['eventqry/', ''].map(async (part) =>
        (await fetch(`${server.url}/api/v1/${part}producers`)).json(),
      ),
    )
    expect(short).toEqual(long)
    const response = await fetch(`${server.url}/api/v1/eventqry/producers.csv?missing=true`)
    expect(await response.text()).toStartWith('producer,watermark,highest,missing,gaps,')
  })

  test('whose events are all refused leave nothing behind', async () => {
    await using server = await startServer()
    const bad = '{"facility":"f","level":"none","event":"e"}'
    expect((await send(server.url, '1-1', { events: bad })).status).toBe(422)
    expect(await producers(server.url)).toEqual([])
    const good = eventsOf(1)
    expect((await send(server.url, '1-2', { events: `${bad}\n${good}` })).status).toBe(202)
    expect(await producers(server.url)).toMatchObject([{ accepted: 1, rejected: 1, missing: 0 }])
  })

  test('are refused when the headers or the counts are wrong', async () => {
    await using server = await startServer()
    const cases: readonly (readonly [string, { producer?: string; events?: string }])[] = [
      ['0-4', {}],
      ['5-4', { events: eventsOf(1) }],
      ['1', { events: eventsOf(1) }],
      ['1-1000001', { events: eventsOf(1) }],
      ['1-3', { events: eventsOf(4) }],
      ['1-3', { producer: 'a b' }],
      ['1-3', { producer: 'x'.repeat(65) }],
    ]
    for (const [sequence, options] of cases) {
      expect(await send(server.url, sequence, options)).toMatchObject({
        status: 400,
        body: { code: 'producer-invalid' },
      })
    }
    expect(await producers(server.url)).toEqual([])
  })
})
