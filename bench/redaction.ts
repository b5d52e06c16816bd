import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { firstTimestampMs } from './events.ts'
import { prepareLoad } from './load.ts'
import type { LoadPlan } from './load-plan.ts'
import { printMachine } from './machine.ts'
import { writeBook } from './query-book.ts'
import { type BenchOptions, countOf, printResult, readOptions } from './result.ts'
import { makeDataDir, type ServerUnderTest, startServer } from './server-under-test.ts'

/*
 * What does it take to remove one facility from a large book, and what does ingest notice of it? Every
 * event of a facility is removed from a book of 4,000,000 while 500 events a second come in, one a POST, at
 * intended times; the same load alone beside it. Exactly those events must be gone, and the book must verify.
 *
 *   bun bench/redaction.ts [--events 4000000] [--seconds 30] [--json] [--smoke]
 */

const facility = 'sessions'
const rate = 500
const bookDay = new Date(firstTimestampMs).toISOString().slice(0, 10)

async function measure(options: BenchOptions): Promise<void> {
  const events = options.smoke ? 30_000 : countOf(options, 'events')
  const seconds = options.smoke ? 3 : countOf(options, 'seconds')
  const dataDir = await makeDataDir()
  try {
    await writeBook(dataDir, events, 'live')
    const flags = ['--retain-days', '0', '--accept-clock', '--log-level', 'warn']
    const figures = await redact(dataDir, { flags, seconds, waitMs: options.smoke ? 0 : 150_000 })
    const verified = await verify(dataDir)
    const name = `facility ${facility} of ${events.toLocaleString('en-US')} events`
    printResult({ bench: 'redaction', name, figures: { ...figures, verified } }, options.json)
    if (figures['wrongEvents'] !== 0 || verified !== 'yes') process.exitCode = 1
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Redacting {
  readonly flags: readonly string[]
  readonly seconds: number
  /** How long readers of the replaced days may keep their files. */
  readonly waitMs: number
}

async function redact(
  dataDir: string,
  { flags, seconds, waitMs }: Redacting,
): Promise<Record<string, number>> {
  await using server = await startServer({ dataDir, flags })
  const before = await counts(server)
  const bytesBefore = await bookBytes(dataDir)
  using alone = await prepareLoad(planOf(server, seconds))
  const { ack: ackAlone } = await alone.run()
  // Only now: connections that wait for long are closed by the server.
  using beside = await prepareLoad(planOf(server, seconds))
  const load = beside.run()
  const started = performance.now()
  const before60 = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16)
  const path = `/api/v1/eventlog?facility=${facility}&before=${before60}Z`
  const answer = await fetch(`${server.url}${path}`, { method: 'DELETE' })
  const text = await answer.text()
  const tookMs = performance.now() - started
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`)
  const { ack, failed } = await load
  const after = await counts(server)
  const removed = before.get(facility) ?? 0
  return {
    removed,
    wrongEvents: wrongEvents(before, after),
    redactionS: tookMs / 1_000,
    bytesBefore,
    bytesAfter: await bytesLeft(dataDir, bytesBefore, waitMs),
    ackP50Ms: ack.p50,
    ackP99Ms: ack.p99,
    ackP999Ms: ack.p999,
    aloneAckP50Ms: ackAlone.p50,
    aloneAckP99Ms: ackAlone.p99,
    aloneAckP999Ms: ackAlone.p999,
    failedAnswers: Object.values(failed).reduce((sum, count) => sum + count, 0),
  }
}

function planOf({ port }: ServerUnderTest, seconds: number): LoadPlan {
  const [path, format, encoding] = ['/api/v1/eventlog', 'json', 'none'] as const
  const distinctEvents = rate * seconds
  const bodies = { path, format, encoding, batch: 1, distinctEvents, events: null }
  return { port, ...bodies, connections: 32, seconds, rate }
}

/** Events of each facility before the last hour: what the load sends meanwhile is not among them. */
async function counts(server: ServerUnderTest): Promise<ReadonlyMap<string, number>> {
  const path = '/api/v1/eventqry/stats?by=facility&clock=received&to=-1h'
  const answer: unknown = await (await fetch(`${server.url}${path}`)).json()
  const rows = typeof answer === 'object' && answer !== null && 'rows' in answer ? answer.rows : []
  if (!Array.isArray(rows)) throw new Error(`${path} has no rows`)
  return new Map(
    rows.map((row: Record<string, unknown>) => [String(row['facility']), Number(row['count'])]),
  )
}

/** Events of the facility that are left, and events of others that have gone. */
function wrongEvents(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number {
  let wrong = after.get(facility) ?? 0
  for (const [name, count] of before) {
    if (name !== facility) wrong += Math.abs(count - (after.get(name) ?? 0))
  }
  return wrong
}

/** What the generator's days take; the load's events lie on other ones. */
async function bookBytes(dataDir: string): Promise<number> {
  let bytes = 0
  for await (const path of new Bun.Glob(`book/${bookDay}*/**`).scan({ cwd: dataDir })) {
    bytes += (await stat(join(dataDir, path))).blocks * 512
  }
  return bytes
}

/** The replaced days are unlinked when their readers have let go of them. */
async function bytesLeft(dataDir: string, bytesBefore: number, waitMs: number): Promise<number> {
  const until = Date.now() + waitMs
  for (;;) {
    const bytes = await bookBytes(dataDir)
    if (bytes < bytesBefore || Date.now() > until) return bytes
    await Bun.sleep(1_000)
  }
}

async function verify(dataDir: string): Promise<'yes' | 'no'> {
  const main = join(import.meta.dir, '../src/main.ts')
  const child = Bun.spawn([process.execPath, main, 'verify', '--data', dataDir], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  })
  return (await child.exited) === 0 ? 'yes' : 'no'
}

const options = readOptions(process.argv.slice(2), { events: '4000000', seconds: '30' })
await printMachine(options.json, options.smoke)
await measure(options)
