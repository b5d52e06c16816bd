import { encodeBlock } from '../src/page/block-encoder.ts'
import { readBlockHead } from '../src/page/block-head.ts'
import { openBlock } from '../src/page/block-reader.ts'
import type { BlockEntry, OpenBlock } from '../src/page/contract.ts'
import { parseQuery } from '../src/query/language/parse.ts'
import { makeMatcher } from '../src/query/match/matcher.ts'
import { ByteLru } from '../src/query/work/byte-lru.ts'
import { CachedBlock } from '../src/query/work/cached-block.ts'
import { eventsPerSecond, firstTimestampMs, makeGenerator } from './events.ts'
import { describeMachine } from './machine.ts'
import { countOf, printResult, readOptions } from './result.ts'
import { blocksOf } from './sealed-events.ts'

/*
 * What does it cost to find the rows of a query in blocks of one minute each: with what the query threads keep
 * of them at hand, and from their bytes? The yardstick decompresses the same events as NDJSON and searches
 * them for a request_id. Medians, of one thread.
 *
 *   bun bench/match.ts [--blocks 24] [--json] [--smoke]
 */

const options = readOptions(process.argv.slice(2), { blocks: '24' })
const blockCount = options.smoke ? 2 : countOf(options, 'blocks')
const warmRounds = options.smoke ? 1 : 20
const coldRounds = options.smoke ? 1 : 5
const blockEvents = eventsPerSecond * 60
const cacheBytesMax = 2 ** 30

interface Subject {
  readonly bytes: Uint8Array
  readonly entry: BlockEntry
  readonly cached: OpenBlock
  readonly packedText: Uint8Array
}

const generator = makeGenerator()
const lru = new ByteLru(cacheBytesMax)
const subjects = Array.from({ length: blockCount }, (_, i) => subjectOf(i))
const events = blockCount * blockEvents
const someId = generator.event(Math.floor(events / 2)).additional.request_id

const queries: readonly (readonly [name: string, query: string])[] = [
  ['exact request_id', `request_id:${someId}`],
  ['substring of a request_id, over groups', `request_id:*${someId.slice(6, 16)}*`],
  ['substring of a request_id, inside one', `request_id:*${someId.slice(25, 35)}*`],
  ['three digits of a request_id', `request_id:*${someId.slice(25, 28)}*`],
  ['phrase in any text, of a request_id', `"${someId.slice(25, 35)}"`],
  ['phrase in any text', '"aborted due to"'],
  ['word in any text', 'timeout'],
  ['word with a star in any text', 'time*'],
  ['regular expression in any text', String.raw`/pool\.run[0-9]/`],
  ['not a word in any text', '-timeout'],
  ['one user_id', 'user_id:11234'],
  ['the most frequent status', 'status:200'],
  ['status by its first digit', 'status:5*'],
  ['a range of a double', 'duration_ms>250'],
  ['levels', 'level>=error'],
  ['facility and levels', 'facility:checkout level>=error'],
  ['path by its beginning', 'path:/api/v1/*'],
  ['regular expression on a text', 'exception:/Timeout.*pool/'],
  ['network', 'ip:10.1.0.0/16'],
  ['that a field exists', 'exception:*'],
  ['one of two', 'status:503 OR user_id:11234'],
]

const yardstickNs = median(
  Array.from({ length: coldRounds }, () => perEvent(() => subjects.filter(searchText))),
)
for (const [name, query] of queries) measure(name, query)

function subjectOf(index: number): Subject {
  const body = generator.ndjsonBatch(index * blockEvents, blockEvents)
  const [builder] = blocksOf(body, firstTimestampMs + index * 60_000)
  if (builder === undefined) throw new Error('no block')
  const minute = Math.floor(firstTimestampMs / 60_000) + index
  const { bytes, entry } = encodeBlock(minute, 0, builder.detach())
  const load = (at: number, count: number): Uint8Array => bytes.subarray(at, at + count)
  const cached = new CachedBlock(readBlockHead(bytes), load, lru)
  return { bytes, entry, cached, packedText: Bun.zstdCompressSync(body, { level: 3 }) }
}

function searchText({ packedText }: Subject): boolean {
  return Bun.zstdDecompressSync(packedText).includes(someId)
}

function measure(name: string, query: string): void {
  const filter = { facility: null, level: null, event: null }
  const parsed = parseQuery(query, firstTimestampMs)
  const matcher = makeMatcher({ clock: 'timestamp', from: null, to: null, filter, query: parsed })
  let rows = 0
  const all = (blockOf: (subject: Subject) => OpenBlock): void => {
    rows = 0
    for (const subject of subjects) {
      const found = matcher.rowsOf(blockOf(subject), subject.entry)
      rows += found?.length ?? blockEvents
    }
  }
  all(({ cached }) => cached)
  const round = (blockOf: (subject: Subject) => OpenBlock) => perEvent(() => all(blockOf))
  const warm = Array.from({ length: warmRounds }, () => round(({ cached }) => cached))
  const cold = Array.from({ length: coldRounds }, () => round(({ bytes }) => openBlock(bytes)))
  const figures = {
    nsPerEvent: median(warm),
    fourMillionEventsMs: median(warm) * 4,
    coldNsPerEvent: median(cold),
    yardstickNsPerEvent: yardstickNs,
    rows,
    cpu: describeMachine().cpu,
    bun: Bun.version,
  }
  printResult({ bench: 'match', name, figures }, options.json)
}

function perEvent(run: () => unknown): number {
  const started = performance.now()
  run()
  return ((performance.now() - started) * 1e6) / events
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}
