import { afterAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { QuerySyntaxError } from '../../../src/query/language/query-syntax-error.ts'
import { search } from '../../../src/query/search/search.ts'
import type { Selection } from '../../../src/query/selection.ts'
import type { StatsRequest } from '../../../src/query/stats/contract.ts'
import { parseAggregates, parseBy } from '../../../src/query/stats/request.ts'
import { stats } from '../../../src/query/stats/stats.ts'
import { BlockCache } from '../../../src/query/work/block-cache.ts'
import { QueryLimit } from '../../../src/query/work/contract.ts'
import { JobMeter } from '../../../src/query/work/meter.ts'
import { makeBook, openSource } from '../book-fixture.ts'
import { arbitraryTypedEvent } from '../naive/arbitrary-event.ts'
import { baseMs } from '../naive/vocabulary.ts'
import { everything, KeepingSink, requestOf } from '../search/work-fixture.ts'
import { seedNote } from '../seed.ts'
import { RandomQueryTexts } from './random-query-text.ts'

const queries = 50_000
/** They take 9 s on an idle core. */
const limitMs = 240_000
/** CPU time of the slowest query, the collection of garbage included; the usual one takes a fifth of a millisecond. */
const queryCpuMsMax = 1_000

const { seed } = seedNote('queries')
const minute = Math.floor(baseMs / 60_000)
const events = fc.sample(arbitraryTypedEvent, { numRuns: 24, seed })
const book = makeBook([
  { minute, blocks: [events.slice(0, 12)] },
  { minute: minute + 1, blocks: [events.slice(12)] },
])
const source = openSource(book)
const blocks = new BlockCache({ source, bytesMax: 1 << 22 })
afterAll(() => book[Symbol.dispose]())

/** The time that a query hangs for, whatever else the machine does meanwhile. */
const limits = { timeMs: limitMs / 2, bytes: 1_000_000, groups: 5_000, memoryBytes: 16_000_000 }

type Ending = 'found' | 'nothing' | 'syntax' | 'limit'

const byNames = ['facility', 'level', 'event', 'timestamp', 'id', 'a', 'a.b', 'odd name']
const aggregates = ['count', 'rate', 'distinct(a)', 'avg(a.b)', 'p99(a)', 'max(timestamp)']

/** Every seventh question counts instead. */
function statsOf(i: number, selection: Selection): StatsRequest {
  const at = Math.floor(i / 7)
  const by = [0, 1, 2].slice(0, at % 4).map((step) => byNames[(at * 3 + step) % byNames.length])
  return {
    selection,
    by: parseBy(by.map((name) => `"${name}"`)),
    every: at % 5 === 0 ? 60_000 : null,
    fill: false,
    aggregates: parseAggregates([aggregates[at % aggregates.length] ?? 'count']),
    top: at % 3 === 0 ? 3 : null,
    order: null,
  }
}

/** How one query ends; throws what no query may end with. */
async function endingOf(i: number, text: string): Promise<Ending> {
  const sink = new KeepingSink()
  const meter = new JobMeter(limits, () => {})
  const context = { source, blocks, meter, closedThrough: minute + 1 }
  try {
    const query = parseQuery(text, baseMs)
    const clock = i % 5 === 0 ? 'received' : 'timestamp'
    const selection: Selection = { clock, from: null, to: null, filter: everything, query }
    if (i % 7 === 0) {
      const { rows } = await stats(context, statsOf(i, selection))
      return rows.length > 0 ? 'found' : 'nothing'
    }
    const order = i % 2 === 0 ? 'desc' : 'asc'
    const limit = i % 6 === 0 ? null : 5
    await search(context, requestOf({ selection, order, limit }), sink)
    return sink.bytes().length > 0 ? 'found' : 'nothing'
  } catch (error) {
    if (error instanceof QuerySyntaxError) {
      expect(error.column).toBeWithin(1, text.length + 2)
      return 'syntax'
    }
    if (error instanceof QueryLimit) return 'limit'
    throw error
  }
}

test(
  `${queries} random queries never crash, hang or exceed their limits`,
  async () => {
    const texts = new RandomQueryTexts(seed)
    const endings: Record<Ending, number> = { found: 0, nothing: 0, syntax: 0, limit: 0 }
    let slowest = { ms: 0, text: '' }
    for (let i = 0; i < queries; i++) {
      const text = texts.next()
      const begun = process.cpuUsage()
      const ending = await endingOf(i, text).catch((error: unknown) => {
        throw new Error(`query ${i}, ${JSON.stringify(text)}: ${error}`, { cause: error })
      })
      endings[ending]++
      const { user, system } = process.cpuUsage(begun)
      const ms = (user + system) / 1_000
      if (ms > slowest.ms) slowest = { ms, text }
    }
    // All kinds of endings but that of a limit: the book is too small for one.
    expect(endings.found).toBeGreaterThan(queries / 20)
    expect(endings.nothing).toBeGreaterThan(queries / 20)
    expect(endings.syntax).toBeGreaterThan(queries / 20)
    expect(endings.limit).toBe(0)
    expect(`${Math.round(slowest.ms)} ms: ${slowest.text}`).toSatisfy(
      () => slowest.ms < queryCpuMsMax,
    )
  },
  limitMs,
)
