import { rm } from 'node:fs/promises'
import { prepareLoad } from './load.ts'
import type { LoadPlan, LoadResult } from './load-plan.ts'
import { printMachine } from './machine.ts'
import { writeBook } from './query-book.ts'
import { heavyQuestionsFor } from './query-questions.ts'
import { type BenchOptions, countOf, printResult, readOptions } from './result.ts'
import { makeDataDir, type ServerUnderTest, startServer } from './server-under-test.ts'

/*
 * Do questions hold up the taking in of events? Full speed is measured first. Then batches come at half of it,
 * at intended times (open loop), while two heavy questions run in a loop, each beginning again as soon as it was
 * answered; then 500 events a second, one event a POST, beside the same two. Beside each the same load alone.
 *
 *   bun bench/apart.ts [--events 1000000] [--seconds 20] [--threads 2] [--json] [--smoke]
 *
 * `--threads`: the server's query threads.
 */

const serveFlags = ['--retain-days', '0', '--accept-clock', '--log-level', 'warn']
const batch = 5_000
const peakRate = 500
/** The first second of a loop warms the threads; the load begins after it. */
const warmMs = 1_000

async function measure(options: BenchOptions): Promise<void> {
  const events = options.smoke ? 30_000 : countOf(options, 'events')
  const seconds = options.smoke ? 1 : countOf(options, 'seconds')
  const dataDir = await makeDataDir()
  try {
    await writeBook(dataDir, events, 'live')
    const threads = String(countOf(options, 'threads'))
    const flags = [...serveFlags, '--query-threads', threads]
    await using server = await startServer({ dataDir, flags })
    const questions = heavyQuestionsFor(events)
    const full = await load(batches(server, { seconds: Math.min(seconds, 10), rate: null }))
    const half = batches(server, { seconds, rate: full.events / full.seconds / batch / 2 })
    const single = singles(server, seconds)
    for (const [name, plan] of [
      ['batches at half of full speed', half],
      [`${peakRate} events/s, one event a POST`, single],
    ] as const) {
      const alone = await load(plan)
      const { result, answers } = await besideQuestions(server, questions, () => load(plan))
      printResult(
        {
          bench: 'apart',
          name: `${name}, beside two heavy questions`,
          figures: {
            fullEventsPerSecond: full.events / full.seconds,
            ...figuresOf(plan, result),
            aloneAckP50Ms: alone.ack.p50,
            aloneAckP99Ms: alone.ack.p99,
            aloneAckP999Ms: alone.ack.p999,
            answers,
          },
        },
        options.json,
      )
      if (Object.keys(result.failed).length > 0 || answers === 0) process.exitCode = 1
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

function figuresOf(plan: LoadPlan, result: LoadResult): Record<string, number> {
  const meant = (plan.rate ?? 0) * plan.batch
  return {
    meantEventsPerSecond: meant,
    keptSpeedPercent: (result.events / result.seconds / meant) * 100,
    ackP50Ms: result.ack.p50,
    ackP99Ms: result.ack.p99,
    ackP999Ms: result.ack.p999,
    ackMaxMs: result.ack.max,
    busyAnswers: result.busyAnswers,
    failedAnswers: Object.values(result.failed).reduce((sum, count) => sum + count, 0),
  }
}

function batches(
  { port }: ServerUnderTest,
  { seconds, rate }: { readonly seconds: number; readonly rate: number | null },
): LoadPlan {
  return { ...planOf(port), batch, connections: 8, distinctEvents: seconds * 25_000, seconds, rate }
}

function singles({ port }: ServerUnderTest, seconds: number): LoadPlan {
  const distinctEvents = peakRate * Math.min(seconds, 60)
  return { ...planOf(port), batch: 1, connections: 32, distinctEvents, seconds, rate: peakRate }
}

const planOf = (port: number) =>
  ({ port, path: '/api/v1/eventlog', format: 'json', encoding: 'none', events: null }) as const

async function load(plan: LoadPlan): Promise<LoadResult> {
  using prepared = await prepareLoad(plan)
  return await prepared.run()
}

/** Asks each question again and again until `work` is done. */
async function besideQuestions(
  server: ServerUnderTest,
  paths: readonly string[],
  work: () => Promise<LoadResult>,
): Promise<{ readonly result: LoadResult; readonly answers: number }> {
  const done = new AbortController()
  let answers = 0
  const loops = paths.map(async (path) => {
    while (!done.signal.aborted) {
      const answer = await fetch(`${server.url}${path}`)
      const body = await answer.text()
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${body}`)
      answers++
    }
  })
  await Bun.sleep(warmMs)
  answers = 0
  try {
    const result = await work()
    return { result, answers }
  } finally {
    done.abort()
    await Promise.all(loops)
  }
}

const options = readOptions(process.argv.slice(2), {
  events: '1000000',
  seconds: '20',
  threads: '2',
})
await printMachine(options.json, options.smoke)
await measure(options)
