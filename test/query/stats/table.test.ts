import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { StatsAnswer, StatsRequest } from '../../../src/query/stats/contract.ts'
import {
  columnsOf,
  parseAggregates,
  parseBy,
  parseEvery,
  parseOrder,
} from '../../../src/query/stats/request.ts'
import { stats } from '../../../src/query/stats/stats.ts'
import { QueryLimit, type WorkContext } from '../../../src/query/work/contract.ts'
import { JobMeter, type WorkLimits } from '../../../src/query/work/meter.ts'
import { type FixtureBook, makeBook, openSource } from '../book-fixture.ts'
import { contextOf, wholeBook } from '../search/work-fixture.ts'
import type { TypedEvent, TypedMember } from '../typed-event.ts'

const minute = 29_400_000
const startMs = minute * 60_000
const at = (minutes: number): number => startMs + minutes * 60_000

function event(offsetMs: number, facility: string, level: number, n?: number): TypedEvent {
  const members: TypedMember[] =
    n === undefined ? [] : [{ path: ['n'], value: { kind: 2, value: n } }]
  const timestampMs = startMs + offsetMs
  return {
    receivedMs: timestampMs,
    timestampMs,
    timestampNanos: 0,
    facility,
    level,
    event: 'e',
    members,
  }
}

/** Minute 0: a, a, b; minute 1: nothing; minute 2: b, c. */
const pages = [
  { minute, blocks: [[event(0, 'a', 3, 10), event(20_000, 'a', 6, 20), event(40_000, 'b', 6)]] },
  { minute: minute + 2, blocks: [[event(120_000, 'b', 0, 5), event(121_000, 'c', 7, 7)]] },
]

describe('the rows of an answer', () => {
  let book: FixtureBook
  let context: WorkContext
  beforeAll(() => {
    book = makeBook(pages, minute + 3)
    context = contextOf({ source: openSource(book) })
  })
  afterAll(() => {
    context.source.reader[Symbol.dispose]()
    book[Symbol.dispose]()
  })

  interface Ask {
    readonly by?: string
    readonly agg?: string
    readonly every?: string
    readonly fill?: boolean
    readonly top?: number
    readonly order?: string
  }

  function requestOf({ by, agg, every, fill = false, top, order }: Ask): StatsRequest {
    const fields = parseBy(by === undefined ? [] : [by])
    const aggregates = parseAggregates(agg === undefined ? [] : [agg])
    const length = every === undefined ? null : parseEvery(every)
    const columns = columnsOf({ by: fields, every: length, aggregates })
    const range = { from: { ms: startMs, nanos: 0 }, to: { ms: startMs + 240_000, nanos: 0 } }
    return {
      selection: { ...wholeBook, ...range },
      by: fields,
      every: length,
      fill,
      aggregates,
      top: top ?? null,
      order: order === undefined ? null : parseOrder(order, columns),
    }
  }

  const ask = (what: Ask): Promise<StatsAnswer> => stats(context, requestOf(what))
  const rowsOf = async (what: Ask): Promise<StatsAnswer['rows']> => (await ask(what)).rows

  test('are one, with a count, when nothing is asked', async () => {
    const answer = await ask({})
    expect(answer).toMatchObject({ columns: ['count'], rows: [[5]], source: 'rollup' })
    expect([answer.fromMs, answer.toMs]).toEqual([startMs, at(4)])
  })

  test('come most events first, and those of equal count by value', async () => {
    expect(await rowsOf({ by: 'facility' })).toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 1],
    ])
  })

  test('come by time first when there are buckets', async () => {
    expect(await rowsOf({ by: 'facility', every: '1m' })).toEqual([
      [at(0), 'a', 2],
      [at(0), 'b', 1],
      [at(2), 'b', 1],
      [at(2), 'c', 1],
    ])
  })

  test('are filled up for every group and for the whole range', async () => {
    expect(await rowsOf({ every: '1m', fill: true, agg: 'count,rate,sum(n),avg(n)' })).toEqual([
      [at(0), 3, 0.05, 30, 15],
      [at(1), 0, 0, 0, null],
      [at(2), 2, 2 / 60, 12, 6],
      [at(3), 0, 0, 0, null],
    ])
    const rows = await rowsOf({ by: 'facility', every: '2m', fill: true })
    expect(rows).toHaveLength(6)
    expect(rows).toContainEqual([at(0), 'c', 0])
    expect(rows).toContainEqual([at(2), 'a', 0])
  })

  test('are cut to the top in their order', async () => {
    expect(await rowsOf({ by: 'facility', top: 1 })).toEqual([['a', 2]])
    expect(await rowsOf({ by: 'facility', top: 2, order: 'count' })).toEqual([
      ['c', 1],
      ['a', 2],
    ])
    expect(await rowsOf({ by: 'facility', agg: 'max(n)', top: 1 })).toEqual([['a', 20]])
  })

  test('with buckets are those of the groups with the most events', async () => {
    expect(await rowsOf({ by: 'facility', every: '1m', top: 2, order: '-count' })).toEqual([
      [at(0), 'a', 2],
      [at(0), 'b', 1],
      [at(2), 'b', 1],
    ])
  })

  test('are ordered by any column; levels by severity, null last', async () => {
    expect(await rowsOf({ by: 'level', order: 'level' })).toEqual([
      ['emerg', 1],
      ['error', 1],
      ['info', 2],
      ['debug', 1],
    ])
    expect((await rowsOf({ by: 'n', order: '-n' })).map(([n]) => n)).toEqual([20, 10, 7, 5, null])
    expect((await rowsOf({ by: 'n', order: 'n' })).map(([n]) => n)).toEqual([5, 7, 10, 20, null])
  })

  test('tell the first and the last time', async () => {
    expect(await rowsOf({ agg: 'min(timestamp),max(timestamp)' })).toEqual([
      [new Date(startMs).toISOString(), new Date(startMs + 121_000).toISOString()],
    ])
  })

  test('weeks begin on Mondays', async () => {
    const [row] = await rowsOf({ every: '1w' })
    expect(new Date(Number(row?.[0])).getUTCDay()).toBe(1)
  })

  test('end with the limit of groups or of memory when there are too many', async () => {
    const roomy: WorkLimits = { timeMs: 60_000, bytes: 1e9, groups: 1000, memoryBytes: 1e8 }
    const under = (limits: Partial<WorkLimits>, what: Ask): Promise<unknown> => {
      const meter = new JobMeter({ ...roomy, ...limits }, () => undefined)
      return stats({ ...context, meter }, requestOf(what)).catch((error: unknown) => error)
    }
    expect(await under({}, { by: 'n' })).not.toBeInstanceOf(Error)
    expect(await under({ groups: 3 }, { by: 'n' })).toEqual(new QueryLimit('query-groups', 3))
    const filled = { every: '1s', fill: true }
    expect(await under({ groups: 100 }, filled)).toEqual(new QueryLimit('query-groups', 100))
    const memory = { memoryBytes: 300 }
    expect(await under(memory, { agg: 'p99(n)' })).toEqual(
      new QueryLimit('query-memory-bytes', 300),
    )
  })
})
