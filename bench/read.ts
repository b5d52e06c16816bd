import { encodeBlock } from '../src/page/block-encoder.ts'
import { openBlock } from '../src/page/block-reader.ts'
import type { OpenBlock } from '../src/page/contract.ts'
import type { AnswerFormat } from '../src/query/contract.ts'
import { chunkBytes } from '../src/query/messages.ts'
import { Output } from '../src/query/render/output.ts'
import { Renderer } from '../src/query/render/renderer.ts'
import { type BenchEvent, firstTimestampMs, makeGenerator } from './events.ts'
import { countOf, printResult, readOptions } from './result.ts'
import { blocksOf } from './sealed-events.ts'

/*
 * What does it cost to write an event out of a page, in each format? Opening and decompressing the block
 * included. JSON.stringify of the same events, ready as objects, stands beside it.
 *
 *   bun bench/read.ts [--events 20000] [--rounds 15] [--json] [--smoke]
 */

const options = readOptions(process.argv.slice(2), { events: '20000', rounds: '15' })
const eventCount = options.smoke ? 500 : countOf(options, 'events')
const rounds = options.smoke ? 2 : countOf(options, 'rounds')

const generator = makeGenerator()
const body = generator.ndjsonBatch(0, eventCount)
const blocks = blocksOf(body, firstTimestampMs + 60_000).map((block, part) => {
  const minute = Math.floor(firstTimestampMs / 60_000)
  return new Uint8Array(encodeBlock(minute, part, block.detach()).bytes)
})
const objects: readonly BenchEvent[] = Array.from({ length: eventCount }, (_, i) =>
  generator.event(i),
)

for (const format of ['ndjson', 'json', 'msgpack', 'csv'] as const) {
  let bytes = 0
  const nsPerEvent = fastest(() => {
    bytes = renderAll(format, blocks.map(openBlock))
  })
  const figures = { nsPerEvent, bytesPerEvent: bytes / eventCount }
  printResult({ bench: 'read', name: `page to ${format}`, figures }, options.json)
}

let characters = 0
const stringifyNs = fastest(() => {
  characters = 0
  for (const object of objects) characters += JSON.stringify(object).length
})
printResult(
  {
    bench: 'read',
    name: 'JSON.stringify of objects',
    figures: { nsPerEvent: stringifyNs, bytesPerEvent: characters / eventCount },
  },
  options.json,
)

/** The best round, per event: the machine is shared. */
function fastest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < rounds; i++) {
    const started = performance.now()
    work()
    best = Math.min(best, performance.now() - started)
  }
  return (best * 1e6) / eventCount
}

/** As a stream does it: chunks leave as they are full. */
function renderAll(format: AnswerFormat, opened: readonly OpenBlock[]): number {
  const renderer = new Renderer(format)
  const out = new Output()
  let bytes = 0
  renderer.begin(out, '')
  for (const block of opened) {
    const rows = renderer.block(out, block, block.rowCount)
    for (let row = 0; row < block.rowCount; row++) {
      renderer.event(out, rows, row)
      if (out.at >= chunkBytes) bytes += out.take().length
    }
  }
  renderer.end(out, '')
  return bytes + out.take().length
}
