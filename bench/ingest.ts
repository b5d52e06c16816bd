import { prepareLoad } from './load.ts'
import type { LoadPlan, LoadResult } from './load-plan.ts'
import { printMachine } from './machine.ts'
import type { BenchOptions } from './result.ts'
import { countOf, printResult, readOptions } from './result.ts'
import { startServer } from './server-under-test.ts'

/*
 * How many events a second does the server take in batches, and what does one cost, from the socket to
 * the closed page? A real server process, with bodies made beforehand by a load process.
 *
 *   bun bench/ingest.ts [--format json|ndjson|msgpack] [--encoding none|gzip|zstd] [--batch 5000]
 *                       [--connections 8] [--events 4000000] [--seconds 0] [--json] [--smoke]
 *
 * With --seconds the load goes round the events for so long (a sustained run); otherwise each of the
 * --events is sent once. CPU counts from before the first request until the last minute has closed.
 */

const defaults = {
  format: 'json',
  encoding: 'none',
  batch: '5000',
  connections: '8',
  events: '4000000',
  seconds: '0',
}

function planOf(options: BenchOptions, port: number): LoadPlan {
  const { format, encoding } = options.flags
  if (format !== 'json' && format !== 'ndjson' && format !== 'msgpack') {
    throw new RangeError(`--format is json, ndjson or msgpack, not '${format}'`)
  }
  if (encoding !== 'none' && encoding !== 'gzip' && encoding !== 'zstd') {
    throw new RangeError(`--encoding is none, gzip or zstd, not '${encoding}'`)
  }
  const events = options.smoke ? 20_000 : countOf(options, 'events')
  const seconds = options.smoke ? 0 : countOf(options, 'seconds')
  return {
    port,
    path: '/api/v1/eventlog',
    format,
    encoding,
    batch: countOf(options, 'batch'),
    connections: countOf(options, 'connections'),
    distinctEvents: events,
    events: seconds > 0 ? null : events,
    seconds: seconds > 0 ? seconds : null,
    rate: null,
  }
}

function nameOf(plan: LoadPlan): string {
  const packed = plan.encoding === 'none' ? '' : ` ${plan.encoding}`
  const sustained = plan.seconds === null ? '' : `, sustained for ${plan.seconds} s`
  return `${plan.format}${packed}, batches of ${plan.batch.toLocaleString('en-US')}${sustained}`
}

async function measure(options: BenchOptions): Promise<void> {
  await using server = await startServer()
  const plan = planOf(options, server.port)
  using load = await prepareLoad(plan)
  const cpuBefore = await server.cpuSeconds()
  const idleRssBytes = await server.rssBytes()
  const result = await load.run()
  const cpuAfterLoad = await server.cpuSeconds()
  const peakRssBytes = await server.peakRssBytes()
  if (!options.smoke) await server.waitClosed(result.lastMinute)
  const cpuAfterClose = await server.cpuSeconds()
  const bytesOnDisk = await server.bytesOnDisk()
  printResult(
    {
      bench: 'ingest',
      name: nameOf(plan),
      figures: {
        ...loadFigures(result),
        cpuSecondsPerMillion: ((cpuAfterClose - cpuBefore) / result.events) * 1e6,
        cpuSecondsPerMillionUntilAck: ((cpuAfterLoad - cpuBefore) / result.events) * 1e6,
        readyMs: server.readyMs,
        idleRssMB: idleRssBytes / 1e6,
        peakRssMB: peakRssBytes / 1e6,
        peakRssMBOnceClosed: (await server.peakRssBytes()) / 1e6,
        bytesPerEvent: bytesOnDisk / result.events,
      },
    },
    options.json,
  )
  if (Object.keys(result.failed).length > 0) process.exitCode = 1
}

function loadFigures(result: LoadResult): Record<string, number> {
  return {
    events: result.events,
    seconds: result.seconds,
    eventsPerSecond: result.events / result.seconds,
    megabytesPerSecond: result.bodyBytes / result.seconds / 1e6,
    ackP50Ms: result.ack.p50,
    ackP99Ms: result.ack.p99,
    ackMaxMs: result.ack.max,
    busyAnswers: result.busyAnswers,
    failedAnswers: Object.values(result.failed).reduce((sum, count) => sum + count, 0),
    driverCpuSecondsPerMillion: (result.driverCpuSeconds / result.events) * 1e6,
  }
}

const options = readOptions(process.argv.slice(2), defaults)
await printMachine(options.json, options.smoke)
await measure(options)
