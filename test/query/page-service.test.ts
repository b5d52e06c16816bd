import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import type { EventFilter, EventsRequest } from '../../src/query/contract.ts'
import { makePageService } from '../../src/query/page-service.ts'
import { type FixtureBook, makeBook, plainEvents } from './book-fixture.ts'
import { expectedEvent, inJson } from './expected-event.ts'
import { type Leaf, readJson, show } from './leaf.ts'
import { unpackLeaves } from './leaf-msgpack.ts'
import { readCsv } from './read-csv.ts'

const first = 29_400_000
const everything: EventFilter = { facility: null, level: null, event: null }
const pages = [
  { minute: first, blocks: [plainEvents(first, 1)] },
  { minute: first + 2, blocks: [plainEvents(first + 2, 300), plainEvents(first + 2, 200, 300)] },
  { minute: first + 1500, blocks: [plainEvents(first + 1500, 40)] },
]
const closedThrough = first + 1510
const expected = pages.flatMap(({ minute, blocks }) =>
  blocks.flatMap((events, part) =>
    events.map((event, row) => expectedEvent(event, { minute, part, row })),
  ),
)

let book: FixtureBook
let service: ReturnType<typeof makePageService>

beforeAll(() => {
  book = makeBook(pages, closedThrough)
  service = makePageService({ dataDirectory: book.dataDirectory })
})

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  book[Symbol.dispose]()
})

function request(more: Partial<EventsRequest> = {}): EventsRequest {
  return {
    from: first,
    through: closedThrough,
    filter: everything,
    format: 'ndjson',
    encoding: 'identity',
    before: '',
    after: '',
    ...more,
  }
}

function count(name: string, value: string): number {
  return expected.filter((event) => event.get(name) === value).length
}

function idOf(minute: number, partAndRow: string): string {
  return minute.toString(16).padStart(8, '0') + partAndRow
}

async function found(id: string): Promise<string> {
  return (await service.event(id, 'json')).found
}

async function bytesOf(more: Partial<EventsRequest> = {}): Promise<Buffer> {
  const stream = await service.events(request(more))
  return Buffer.from(await new Response(stream).arrayBuffer())
}

async function linesOf(more: Partial<EventsRequest> = {}): Promise<string[]> {
  const lines = (await bytesOf(more)).toString().split('\n')
  expect(lines.pop()).toBe('')
  return lines
}

describe('events of a range', () => {
  test('come as NDJSON in page order', async () => {
    const found = (await linesOf()).map((line) => show(readJson(line)))
    expect(found).toEqual(expected.map((event) => show(inJson(event))))
  })

  test('come as JSON between the given texts', async () => {
    const text = await bytesOf({ format: 'json', before: '{"minute":"é","events":', after: '}' })
    const whole = new Map<string, Leaf>([
      ['minute', 'é'],
      ['events', expected.map(inJson)],
    ])
    expect(show(readJson(text.toString()))).toBe(show(whole))
  })

  test('come as a sequence of msgpack maps', async () => {
    const found = unpackLeaves(await bytesOf({ format: 'msgpack' }))
    expect(found.map(show)).toEqual(expected.map(show))
  })

  test('come as CSV', async () => {
    const rows = readCsv((await bytesOf({ format: 'csv' })).toString())
    expect(rows.slice(1).map(([id]) => id ?? null)).toEqual(
      expected.map((event) => String(event.get('id'))),
    )
  })

  test('are an empty list where there are none', async () => {
    const empty = { from: first + 10, through: first + 20 }
    expect(
      (await bytesOf({ ...empty, format: 'json', before: '{"e":', after: '}' })).toString(),
    ).toBe('{"e":[]}')
    expect((await bytesOf(empty)).length).toBe(0)
    expect((await bytesOf({ ...empty, encoding: 'gzip' })).length).toBeGreaterThan(0)
  })

  test('end at the range', async () => {
    expect(await linesOf({ through: first })).toHaveLength(1)
    expect(await linesOf({ from: first + 1, through: first + 1499 })).toHaveLength(500)
  })
})

describe('small questions', () => {
  test('the index counts everything', async () => {
    const index = await service.index()
    expect(index.state).toMatchObject({ closedThrough })
    expect(index.totals).toMatchObject({ events: 541, pages: 3 })
    expect(index.oldest).toMatchObject({ minute: first, eventCount: 1 })
    expect(index.newest).toMatchObject({ minute: first + 1500, eventCount: 40 })
    expect(index.facilities.toSorted((a, b) => (a.facility < b.facility ? -1 : 1))).toEqual(
      ['billing', 'checkout', 'search'].map((facility) => ({
        facility,
        events: count('facility', facility),
      })),
    )
    expect(index.levels[3]).toBe(count('level', 'error'))
    expect(index.levels.reduce((sum, rows) => sum + rows)).toBe(541)
    expect(await service.index()).toEqual(index)
  })

  test('heads come in either order and keep their limit', async () => {
    const heads = await service.heads({ from: 0, through: closedThrough, limit: 10, order: 'asc' })
    expect(heads.map(({ minute }) => minute)).toEqual(pages.map(({ minute }) => minute))
    expect(heads[0]?.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(heads[1]?.previous).toBe(heads[0]?.link ?? '')
    const newest = await service.heads({ from: 0, through: closedThrough, limit: 1, order: 'desc' })
    expect(newest.map(({ minute }) => minute)).toEqual([first + 1500])
  })

  test('neighbours are the closest minutes with events', async () => {
    expect(await service.neighbours(first + 2)).toEqual({ prev: first, next: first + 1500 })
    expect(await service.neighbours(first)).toEqual({ prev: null, next: first + 2 })
    expect(await service.neighbours(first + 700)).toEqual({ prev: first + 2, next: first + 1500 })
  })

  test('one event is found by its id, in each format', async () => {
    const wanted = expected[400]
    if (wanted === undefined) throw new Error('the fixture is too small')
    const id = String(wanted.get('id'))
    const bodies = await Promise.all(
      (['json', 'ndjson', 'msgpack', 'csv'] as const).map(async (format) => {
        const one = await service.event(id, format)
        return one.found === 'event' ? Buffer.from(one.body) : Buffer.alloc(0)
      }),
    )
    const [json, ndjson, msgpack, csv] = bodies.map((body) => Buffer.from(body))
    expect(show(readJson(json?.toString() ?? ''))).toBe(show(inJson(wanted)))
    expect(ndjson?.toString()).toBe(`${json}\n`)
    expect(unpackLeaves(msgpack ?? Buffer.alloc(0)).map(show)).toEqual([show(wanted)])
    expect(readCsv(csv?.toString() ?? '')[1]?.[0]).toBe(id)
  })

  test('an event that is not there says why', async () => {
    expect(await found('no id')).toBe('none')
    expect(await found(idOf(first, '00000001'))).toBe('none')
    expect(await found(idOf(first, '00010000'))).toBe('none')
    expect(await found(idOf(first + 1, '00000000'))).toBe('none')
    expect(await found(idOf(closedThrough + 1, '00000000'))).toBe('open')
  })

  test('a page is given as the bytes that its digest names', async () => {
    const [head] = await service.heads({
      from: first + 2,
      through: first + 2,
      limit: 1,
      order: 'asc',
    })
    const page = await service.pageBytes(head?.digest ?? '')
    if (page === null) throw new Error('no page of that digest')
    const bytes = Buffer.from(await new Response(page.stream).arrayBuffer())
    expect(bytes.length).toBe(page.bytes)
    const blocks = Buffer.concat([...(book.blocks.get(first + 2) ?? [])])
    const directory = bytes.subarray(0, bytes.length - blocks.length)
    expect(bytes.subarray(directory.length).equals(blocks)).toBe(true)
    expect(createHash('sha256').update(directory).digest('hex')).toBe(head?.digest ?? '')
    expect(await service.pageBytes('ab'.repeat(32))).toBeNull()
  })
})

test('a closed service refuses', async () => {
  const other = makePageService({ dataDirectory: book.dataDirectory })
  expect((await other.index()).totals.events).toBe(541)
  await other[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
  await expect(other.index()).rejects.toThrow('closed')
})
