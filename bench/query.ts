import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeGenerator } from './events.ts'
import { printMachine } from './machine.ts'
import { type Layout, writeBook } from './query-book.ts'
import { type QueryQuestion, questionsFor } from './query-questions.ts'
import { type BenchOptions, countOf, printResult, readOptions } from './result.ts'
import { makeDataDir, type ServerUnderTest, startServer } from './server-under-test.ts'

/*
 * How long do answers take? A real server on a book of 4,000,000 events over three hours of event time:
 * the first answer after a start with the book's files out of the page cache (cold), then the median of
 * five (warm: after `--warm` others), over HTTP, the body read to its end. The yardstick beside it decompresses the same
 * events as zstd -3 NDJSON and searches the bytes for one text, with the runtime's own zstd and indexOf.
 *
 *   bun bench/query.ts [--events 4000000] [--layout live|bulk] [--rounds 5] [--warm 20] [--json] [--smoke]
 */

const defaults = { events: '4000000', layout: 'live', rounds: '5', warm: '20' }
const serveFlags = ['--retain-days', '0', '--accept-clock', '--log-level', 'warn']
const chunkEvents = 20_000

async function measure(options: BenchOptions): Promise<void> {
  const events = options.smoke ? 30_000 : countOf(options, 'events')
  const rounds = options.smoke ? 2 : countOf(options, 'rounds')
  const warm = options.smoke ? 1 : countOf(options, 'warm')
  const layout: Layout = options.flags['layout'] === 'bulk' ? 'bulk' : 'live'
  const dataDir = await makeDataDir()
  try {
    await writeBook(dataDir, events, layout)
    const questions = questionsFor(events)
    const cold = await coldAnswers(dataDir, options.smoke ? questions.slice(0, 1) : questions)
    await using server = await startServer({ dataDir, flags: serveFlags })
    const figures: Record<string, number> = { events, readyMs: server.readyMs }
    for (const [i, question] of questions.entries()) {
      // A server that has been asked for a while has its code compiled: the first answers are not counted.
      for (let round = 0; round < warm; round++) await ask(server, question)
      const times: number[] = []
      for (let round = 0; round < rounds; round++) times.push(await ask(server, question))
      figures[`${question.name}, ms`] = median(times)
      figures[`${question.name}, cold ms`] = cold[i] ?? Number.NaN
    }
    figures['serverRssMB'] = (await server.rssBytes()) / 1e6
    const name = `${events.toLocaleString('en-US')} events, ${layout}`
    printResult({ bench: 'query', name, figures }, options.json)
    printResult(yardstick(events), options.json)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Each question asked of a server just started, whose files the kernel has forgotten. */
async function coldAnswers(
  dataDir: string,
  questions: readonly QueryQuestion[],
): Promise<readonly number[]> {
  const times: number[] = []
  for (const question of questions) {
    await forgetFiles(dataDir)
    await using server = await startServer({ dataDir, flags: serveFlags })
    // A server that has just started loads its code with the first question: an empty one.
    await (await fetch(`${server.url}/api/v1/eventqry`)).arrayBuffer()
    times.push(await ask(server, question))
  }
  return times
}

/** Asks the kernel to drop what it caches of the files: what is mapped by nobody goes. */
async function forgetFiles(dataDir: string): Promise<void> {
  const glob = new Bun.Glob('**/*')
  for await (const path of glob.scan({ cwd: dataDir })) {
    const file = join(dataDir, path)
    await Bun.spawn(['dd', `if=${file}`, 'iflag=nocache', 'count=0', 'status=none']).exited
  }
}

async function ask(server: ServerUnderTest, question: QueryQuestion): Promise<number> {
  const started = performance.now()
  const answer = await fetch(`${server.url}${question.path}`, {
    // As curl asks by default; on loopback compressing costs more than it saves.
    headers: { accept: question.accept, 'accept-encoding': 'identity' },
  })
  const body = Buffer.from(await answer.arrayBuffer())
  const tookMs = performance.now() - started
  if (answer.status !== 200)
    throw new Error(`${question.path}: ${answer.status} ${body.toString()}`)
  check(question, body)
  return tookMs
}

function check(question: QueryQuestion, body: Buffer): void {
  if (question.expected === null) return
  const count = question.accept === 'application/x-ndjson' ? linesOf(body) : rowsOf(body.toString())
  if (count !== question.expected) {
    throw new Error(`${question.name}: ${count} instead of ${question.expected}`)
  }
}

function linesOf(body: Buffer): number {
  let lines = 0
  for (let at = body.indexOf(10); at !== -1; at = body.indexOf(10, at + 1)) lines++
  return lines
}

function rowsOf(text: string): number {
  const answer: unknown = JSON.parse(text)
  if (typeof answer !== 'object' || answer === null) return Number.NaN
  if ('events' in answer && Array.isArray(answer.events)) return answer.events.length
  if ('rows' in answer && Array.isArray(answer.rows)) return answer.rows.length
  return Number.NaN
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** What a search costs without an index: all bytes decompressed and looked through, one core. */
function yardstick(events: number) {
  const generator = makeGenerator()
  const wanted = generator.event(Math.floor(events / 2)).additional.request_id.slice(25, 35)
  let ms = 0
  let bytes = 0
  let compressedBytes = 0
  let found = 0
  for (let from = 0; from < events; from += chunkEvents) {
    const text = generator.ndjsonBatch(from, Math.min(chunkEvents, events - from))
    const compressed = Bun.zstdCompressSync(text, { level: 3 })
    const started = performance.now()
    const plain = Bun.zstdDecompressSync(compressed)
    for (let at = plain.indexOf(wanted); at !== -1; at = plain.indexOf(wanted, at + 1)) found++
    ms += performance.now() - started
    bytes += text.length
    compressedBytes += compressed.length
  }
  return {
    bench: 'query',
    name: 'yardstick: zstd -3 NDJSON decompressed and searched',
    figures: {
      milliseconds: ms,
      megabytes: bytes / 1e6,
      compressedMB: compressedBytes / 1e6,
      found,
    },
  }
}

const options = readOptions(process.argv.slice(2), defaults)
await printMachine(options.json, options.smoke)
await measure(options)
