import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyStoreDefaults } from '../src/book/key-store.ts'
import { LmdbWriter, reserveBytesDefault } from '../src/book/lmdb-writer.ts'
import { encodeBlock } from '../src/page/block-encoder.ts'
import { makePageService } from '../src/query/page-service.ts'
import { firstTimestampMs, makeGenerator } from './events.ts'
import { countOf, printResult, readOptions } from './result.ts'
import { blocksOf } from './sealed-events.ts'

/*
 * What does a quiet month cost? A book of one event a minute for 30 days, written by the book's own writer
 * with every sync: bytes a page on disk, and the time to read it all as NDJSON through the reading thread.
 *
 *   bun bench/sparse.ts [--days 30] [--json] [--smoke]
 */

const minutesPerDay = 1440

const options = readOptions(process.argv.slice(2), { days: '30' })
const pages = options.smoke ? 90 : countOf(options, 'days') * minutesPerDay
const firstMinute = Math.floor(firstTimestampMs / 86_400_000) * minutesPerDay
const dataDirectory = mkdtempSync(join(tmpdir(), 'minutebook-sparse-'))

try {
  const writeStarted = performance.now()
  writeBook(join(dataDirectory, 'book'))
  const writeMsPerPage = (performance.now() - writeStarted) / pages
  const bytes = await bytesOnDisk(dataDirectory)
  const cold = await readAll()
  printResult(
    {
      bench: 'sparse',
      name: 'one event a minute for 30 days',
      figures: {
        pages,
        bytesPerPage: bytes / pages,
        writeMsPerPage,
        firstIndexMs: cold.indexMs,
        readAllS: cold.firstS,
        readAgainS: cold.againS,
        readBytesPerEvent: cold.bytes / pages,
      },
    },
    options.json,
  )
} finally {
  rmSync(dataDirectory, { recursive: true, force: true })
}

function writeBook(directory: string): void {
  const generator = makeGenerator()
  let nowMs = firstMinute * 60_000
  using writer = new LmdbWriter({
    directory,
    keys: keyStoreDefaults,
    reserveBytes: reserveBytesDefault,
    now: () => nowMs,
  })
  for (let i = 0; i < pages; i++) {
    const minute = firstMinute + i
    const receivedMs = minute * 60_000 + ((i * 7919) % 60_000)
    nowMs = (minute + 1) * 60_000
    const event = { ...generator.event(i), timestamp: new Date(receivedMs - 40).toISOString() }
    const [block] = blocksOf(Buffer.from(JSON.stringify(event)), receivedMs)
    if (block === undefined) throw new Error('no block')
    writer.putBlock(minute, encodeBlock(minute, 0, block.detach()))
    const request = { minute, partCount: 1, answers: [], lastSequence: i + 1, closedAtMs: nowMs }
    writer.close(request)
  }
}

/** What the files take, as `du` counts it: blocks, not lengths. */
async function bytesOnDisk(directory: string): Promise<number> {
  const child = Bun.spawn(['du', '-s', '--block-size=1', directory], { stdout: 'pipe' })
  return Number.parseInt(await new Response(child.stdout).text(), 10)
}

interface Reading {
  readonly indexMs: number
  readonly firstS: number
  readonly againS: number
  readonly bytes: number
}

async function readAll(): Promise<Reading> {
  await using service = makePageService({ dataDirectory })
  const started = performance.now()
  const bytes = await readOnce(service)
  const firstS = (performance.now() - started) / 1000
  const again = performance.now()
  await readOnce(service)
  const againS = (performance.now() - again) / 1000
  const indexStarted = performance.now()
  const index = await service.index()
  if (index.totals.pages !== pages) throw new Error(`the index counts ${index.totals.pages} pages`)
  return { indexMs: performance.now() - indexStarted, firstS, againS, bytes }
}

async function readOnce(service: ReturnType<typeof makePageService>): Promise<number> {
  const stream = await service.events({
    from: firstMinute,
    through: firstMinute + pages - 1,
    filter: { facility: null, level: null, event: null },
    format: 'ndjson',
    encoding: 'identity',
    before: '',
    after: '',
  })
  let bytes = 0
  let lines = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) lines++
  }
  if (lines !== pages) throw new Error(`${lines} events came back from ${pages} pages`)
  return bytes
}
