import { prepareLoad } from './load.ts'
import type { LoadPlan } from './load-plan.ts'
import { printMachine } from './machine.ts'
import type { BenchOptions } from './result.ts'
import { countOf, printResult, readOptions } from './result.ts'
import { type ServerUnderTest, startServer } from './server-under-test.ts'

/*
 * What do live tails cost those who post? The peak of 500 events a second, one event a POST, and batches
 * as fast as they are taken, each without a tail, with one and with eight that take every event.
 *
 *   bun bench/tail.ts [--seconds 20] [--tails 0,1,8] [--json] [--smoke]
 */

const tailsMax = 64
/** Looks at the number of tails, 20 ms apart. */
const connectTriesMax = 500

/** Reads a tail and counts what it is given. */
class CountingReader {
  events = 0
  missed = 0
  readonly #leave = new AbortController()
  readonly #ended: Promise<void>

  constructor(url: string) {
    this.#ended = this.#read(`${url}/api/v1/eventqry/tail`)
  }

  async stop(): Promise<void> {
    this.#leave.abort()
    await this.#ended
  }

  async #read(url: string): Promise<void> {
    let rest = Buffer.alloc(0)
    try {
      const { body } = await fetch(url, { signal: this.#leave.signal })
      for await (const bytes of body ?? []) {
        const text = Buffer.concat([rest, bytes])
        const end = text.lastIndexOf('\n\n')
        if (end >= 0) this.#count(text.subarray(0, end + 2))
        rest = Buffer.from(end < 0 ? text : text.subarray(end + 2))
      }
    } catch {
      // It was told to leave, or the server ended.
    }
  }

  #count(text: Buffer): void {
    for (
      let at = text.indexOf('\ndata: {"id"');
      at >= 0;
      at = text.indexOf('\ndata: {"id"', at + 1)
    ) {
      this.events++
    }
    for (
      let at = text.indexOf('event: missed');
      at >= 0;
      at = text.indexOf('event: missed', at + 1)
    ) {
      this.missed += Number(/"events":(\d+)/.exec(text.toString('latin1', at, at + 100))?.[1] ?? 0)
    }
  }
}

type Load = Pick<LoadPlan, 'batch' | 'connections' | 'rate' | 'distinctEvents'>

const loads: Readonly<Record<string, Load>> = {
  '500 events/s': { batch: 1, connections: 32, rate: 500, distinctEvents: 10_000 },
  'full speed': { batch: 5_000, connections: 8, rate: null, distinctEvents: 200_000 },
}

async function measure(options: BenchOptions, name: string, tails: number): Promise<void> {
  const load = loads[name]
  if (load === undefined) throw new RangeError(name)
  const seconds = options.smoke ? 2 : countOf(options, 'seconds')
  await using server = await startServer()
  const readers = Array.from({ length: tails }, () => new CountingReader(server.url))
  await untilConnected(server, tails)
  using prepared = await prepareLoad({
    port: server.port,
    path: '/api/v1/eventlog',
    format: 'json',
    encoding: 'none',
    events: null,
    seconds,
    ...load,
  })
  const cpuBefore = await server.cpuSeconds()
  const result = await prepared.run()
  const cpuSeconds = (await server.cpuSeconds()) - cpuBefore
  for (const reader of readers) await reader.stop()
  const sum = (of: (reader: CountingReader) => number): number =>
    readers.reduce((total, reader) => total + of(reader), 0)
  printResult(
    {
      bench: 'tail',
      name: `${name}, ${tails} tails`,
      figures: {
        events: result.events,
        eventsPerSecond: result.events / result.seconds,
        ackP50Ms: result.ack.p50,
        ackP99Ms: result.ack.p99,
        serverCpuNsPerEvent: (cpuSeconds / result.events) * 1e9,
        givenPercent: tails === 0 ? 0 : (sum(({ events }) => events) / tails / result.events) * 100,
        missedPercent:
          tails === 0 ? 0 : (sum(({ missed }) => missed) / tails / result.events) * 100,
        peakRssMB: (await server.peakRssBytes()) / 1e6,
      },
    },
    options.json,
  )
}

async function untilConnected(server: ServerUnderTest, tails: number): Promise<void> {
  for (let tries = 0; tries < connectTriesMax; tries++) {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    if (text.includes(`\nminutebook_tails ${tails}\n`)) return
    await Bun.sleep(20)
  }
  throw new Error(`${tails} tails did not connect`)
}

const defaults = { seconds: '20', tails: '0,1,8' }
const options = readOptions(process.argv.slice(2), defaults)
await printMachine(options.json, options.smoke)
for (const name of Object.keys(loads)) {
  for (const tails of (options.flags['tails'] ?? '').split(',')) {
    await measure(options, name, Math.min(tailsMax, Number(tails)))
  }
}
