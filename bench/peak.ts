import { prepareLoad } from './load.ts'
import { printMachine } from './machine.ts'
import type { BenchOptions } from './result.ts'
import { countOf, printResult, readOptions } from './result.ts'
import { startServer } from './server-under-test.ts'

/*
 * How long does a client wait at the peak of 500 events a second, one event a POST, while minutes close?
 * Open loop: each request has its time, and its latency counts from that time, so that a stalled server
 * cannot hide behind requests that were never sent.
 *
 *   bun bench/peak.ts [--rate 500] [--seconds 130] [--connections 32] [--json] [--smoke]
 */

async function measure(options: BenchOptions): Promise<void> {
  const seconds = options.smoke ? 5 : countOf(options, 'seconds')
  const rate = countOf(options, 'rate')
  await using server = await startServer()
  using load = await prepareLoad({
    port: server.port,
    path: '/api/v1/eventlog',
    format: 'json',
    encoding: 'none',
    batch: 1,
    connections: countOf(options, 'connections'),
    distinctEvents: rate * Math.min(seconds, 120),
    events: null,
    seconds,
    rate,
  })
  const idleRssBytes = await server.rssBytes()
  const closingsBefore = Math.floor(Date.now() / 60_000)
  const cpuBefore = await server.cpuSeconds()
  const result = await load.run()
  const cpuSeconds = (await server.cpuSeconds()) - cpuBefore
  printResult(
    {
      bench: 'peak',
      name: `${rate} events/s, one event a POST`,
      figures: {
        events: result.events,
        seconds: result.seconds,
        minuteClosings: Math.floor(Date.now() / 60_000) - closingsBefore,
        ackP50Ms: result.ack.p50,
        ackP99Ms: result.ack.p99,
        ackP999Ms: result.ack.p999,
        ackMaxMs: result.ack.max,
        shareOfOneCorePercent: (cpuSeconds / result.seconds) * 100,
        idleRssMB: idleRssBytes / 1e6,
        rssMB: (await server.rssBytes()) / 1e6,
        peakRssMB: (await server.peakRssBytes()) / 1e6,
        busyAnswers: result.busyAnswers,
        failedAnswers: Object.values(result.failed).reduce((sum, count) => sum + count, 0),
        driverCpuPercent: (result.driverCpuSeconds / result.seconds) * 100,
      },
    },
    options.json,
  )
  if (Object.keys(result.failed).length > 0) process.exitCode = 1
}

const defaults = { rate: '500', seconds: '130', connections: '32' }
const options = readOptions(process.argv.slice(2), defaults)
await printMachine(options.json, options.smoke)
await measure(options)
