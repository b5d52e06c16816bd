import { prepareLoad } from './load.ts'
import { printMachine } from './machine.ts'
import type { BenchOptions } from './result.ts'
import { countOf, printResult, readOptions } from './result.ts'
import { startServer } from './server-under-test.ts'

/*
 * How many POSTs of one event each does the server acknowledge, each of them synced, when 64 clients
 * send the next as soon as the one before was answered?
 *
 *   bun bench/single.ts [--connections 64] [--seconds 20] [--json] [--smoke]
 */

async function measure(options: BenchOptions): Promise<void> {
  const seconds = options.smoke ? 1 : countOf(options, 'seconds')
  const connections = countOf(options, 'connections')
  await using server = await startServer()
  using load = await prepareLoad({
    port: server.port,
    path: '/api/v1/eventlog',
    format: 'json',
    encoding: 'none',
    batch: 1,
    connections,
    distinctEvents: options.smoke ? 2_000 : 200_000,
    events: null,
    seconds,
    rate: null,
  })
  const cpuBefore = await server.cpuSeconds()
  const result = await load.run()
  const cpuAfterLoad = await server.cpuSeconds()
  if (!options.smoke) await server.waitClosed(result.lastMinute)
  const cpuAfterClose = await server.cpuSeconds()
  printResult(
    {
      bench: 'single',
      name: `one event a POST, ${connections} connections`,
      figures: {
        events: result.events,
        eventsPerSecond: result.events / result.seconds,
        cpuSecondsPerMillion: ((cpuAfterClose - cpuBefore) / result.events) * 1e6,
        cpuSecondsPerMillionUntilAck: ((cpuAfterLoad - cpuBefore) / result.events) * 1e6,
        ackP50Ms: result.ack.p50,
        ackP99Ms: result.ack.p99,
        ackMaxMs: result.ack.max,
        peakRssMB: (await server.peakRssBytes()) / 1e6,
        busyAnswers: result.busyAnswers,
        failedAnswers: Object.values(result.failed).reduce((sum, count) => sum + count, 0),
        driverCpuSecondsPerMillion: (result.driverCpuSeconds / result.events) * 1e6,
      },
    },
    options.json,
  )
  if (Object.keys(result.failed).length > 0) process.exitCode = 1
}

const options = readOptions(process.argv.slice(2), { connections: '64', seconds: '20' })
await printMachine(options.json, options.smoke)
await measure(options)
