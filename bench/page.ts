import { cpus } from 'node:os'
import { encodeBlock } from '../src/page/block-encoder.ts'
import { type BlockReader, openBlock } from '../src/page/block-reader.ts'
import type { SectionPlace } from '../src/page/section-reader.ts'
import { encodeSummary, linkOf, sha256 } from '../src/page/summary.ts'
import { encodeDirectory } from '../src/page/directory.ts'
import { encodeTally } from '../src/page/tally-encoder.ts'
import { firstTimestampMs, makeGenerator } from './events.ts'
import { printResult, readOptions } from './result.ts'
import { blocksOf } from './sealed-events.ts'

/*
 * What does it cost to encode a page's blocks and to read them again, and what do they weigh, beside
 * zstd -3 of the same events as NDJSON? In turns, so that a noisy machine is noisy for all; the median.
 *
 *   bun bench/page.ts [--json] [--smoke]
 */

const options = readOptions(process.argv.slice(2), {})
const blockEvents = 32_768
/** Rounds that are not counted: the compiler needs some 400,000 events. */
const warmRounds = options.smoke ? 0 : 16
const rounds = options.smoke ? 2 : 40
const minute = Math.floor(firstTimestampMs / 60_000)
const print = (name: string, figures: Record<string, number | string>): void =>
  printResult({ bench: 'page', name, figures }, options.json)

const body = makeGenerator().ndjsonBatch(0, blockEvents)
const block = sealedOf(body)
const encoded = encodeBlock(minute, 0, block)

const encodeNs: number[] = []
const decodeNs: number[] = []
const zstdNs: number[] = []
let zstdBytes = 0
for (let round = -warmRounds; round < rounds; round++) {
  const encodeOnce = perEvent(() => encodeBlock(minute, 0, block))
  const decodeOnce = perEvent(() => readAll(openBlock(encoded.bytes)))
  if (round < 0) continue
  encodeNs.push(encodeOnce)
  decodeNs.push(decodeOnce)
  zstdNs.push(perEvent(() => (zstdBytes = Bun.zstdCompressSync(body, { level: 3 }).length)))
}
const tallyBytes = encodeTally(encoded.tally).length
print('blocks of 32,768 events', {
  encodeNsPerEvent: median(encodeNs),
  decodeNsPerEvent: median(decodeNs),
  bytesPerEvent: encoded.bytes.length / blockEvents,
  encodeBestNsPerEvent: Math.min(...encodeNs),
  zstd3NsPerEvent: median(zstdNs),
  zstd3BestNsPerEvent: Math.min(...zstdNs),
  zstd3BytesPerEvent: zstdBytes / blockEvents,
  jsonBytesPerEvent: body.length / blockEvents,
  tallyBytes,
  cpu: cpus()[0]?.model ?? '',
})
print('bytes an event by column', bytesByColumn(openBlock(encoded.bytes)))
print('a page of one event', singlePage())

function sealedOf(text: Uint8Array) {
  const [builder] = blocksOf(text, firstTimestampMs + 60_000)
  if (builder === undefined) throw new Error('no block')
  return builder.detach()
}

function perEvent(run: () => unknown): number {
  const started = performance.now()
  run()
  return ((performance.now() - started) * 1e6) / blockEvents
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

/** Decodes every column, as a page in full needs. */
function readAll(open: BlockReader): number {
  open.timestampMs()
  open.timestampNanos()
  open.receivedMs()
  open.level()
  open.facility()
  open.event()
  for (let index = 0; index < open.columns.length; index++) open.column(index)
  return open.rest().length
}

function storedBytes(place: SectionPlace | null): number {
  if (place === null) return 0
  if (place.pieces === null) return place.bytes
  return place.pieces.reduce((sum, bytes, i) => sum + (i % 2 === 1 ? bytes : 0), 0)
}

function bytesByColumn(open: BlockReader): Record<string, number> {
  const figures: Record<string, number> = {}
  const names = ['timestamp', 'nanoseconds', 'received', 'level', 'facility', 'event']
  for (const [i, name] of names.entries()) {
    figures[name] = storedBytes(open.fixed[i] ?? null) / blockEvents
  }
  for (const column of open.columns) {
    const name = column.segments.join('.')
    figures[name] = (figures[name] ?? 0) + storedBytes(column.place) / blockEvents
    const filter = storedBytes(column.filter) / blockEvents
    if (filter > 0) figures[`${name} filter`] = filter
  }
  return figures
}

function singlePage(): Record<string, number> {
  const one = sealedOf(makeGenerator().ndjsonBatch(0, 1))
  const single = encodeBlock(minute, 0, one)
  const directory = encodeDirectory(minute, [single.entry])
  const digest = sha256(directory)
  const summary = encodeSummary({
    ...single.tally,
    minute,
    bytes: directory.length + single.bytes.length,
    digest,
    previous: digest,
    link: linkOf(digest, minute, digest),
    closedAtMs: firstTimestampMs,
  })
  const turns = options.smoke ? 10 : 20_000
  const each = (run: () => unknown): number => {
    const started = performance.now()
    for (let i = 0; i < turns; i++) run()
    return ((performance.now() - started) * 1000) / turns
  }
  const tally = encodeTally(single.tally)
  return {
    blockBytes: single.bytes.length,
    directoryBytes: directory.length,
    summaryBytes: summary.length,
    tallyBytes: tally.length,
    totalBytes: single.bytes.length + directory.length + summary.length + tally.length,
    encodeUs: each(() => encodeBlock(minute, 0, one)),
    decodeUs: each(() => readAll(openBlock(single.bytes))),
  }
}
