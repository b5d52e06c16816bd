import { rm } from 'node:fs/promises'
import { makeGenerator } from './events.ts'
import { countOf, printResult, readOptions } from './result.ts'
import { makeDataDir, type ServerUnderTest, startServer } from './server-under-test.ts'

/*
 * How long until a killed server is back? N events are acknowledged by a real server, whose minute is still
 * open; it is killed with SIGKILL and started again: time from the start of the process to its first
 * answer, and its CPU time. Should a minute turn meanwhile, the part of the events on its page is not
 * replayed; the run waits for an early second so that it seldom does.
 *
 *   bun bench/recovery.ts [--events 1000000] [--batch 5000] [--format json|msgpack] [--json] [--smoke]
 */

const options = readOptions(process.argv.slice(2), {
  events: '1000000',
  batch: '5000',
  format: 'json',
})
const events = options.smoke ? 20_000 : countOf(options, 'events')
const perBatch = countOf(options, 'batch')
const isJson = options.flags['format'] === 'json'
/** Seconds of a minute after which journaling 1,000,000 events may not come to its end in it. */
const lateS = 45

const dataDir = await makeDataDir()
try {
  const journalS = await journalAndKill(dataDir)
  await using server = await startServer({ dataDir })
  const cpuSeconds = await server.cpuSeconds()
  const peakRssMiB = (await server.peakRssBytes()) / 2 ** 20
  printResult(
    {
      bench: 'recovery',
      name: 'restart with journaled events after kill -9',
      figures: {
        events,
        replayed: await openEvents(server),
        readyMs: server.readyMs,
        replaySecondsPerMillion: (server.readyMs * 1_000) / events,
        eventsPerSecond: (events * 1000) / server.readyMs,
        cpuSecondsPerMillion: (cpuSeconds * 1_000_000) / events,
        peakRssMiB,
        journaledInS: journalS,
      },
    },
    options.json,
  )
} finally {
  await rm(dataDir, { recursive: true, force: true })
}

/** Gives the seconds it took to have all events acknowledged. */
async function journalAndKill(directory: string): Promise<number> {
  const second = new Date().getUTCSeconds()
  if (!options.smoke && second > lateS) await Bun.sleep((60 - second) * 1000)
  const server = await startServer({ dataDir: directory })
  const generator = makeGenerator()
  const began = performance.now()
  for (let from = 0; from < events; from += perBatch) {
    const count = Math.min(perBatch, events - from)
    const body = isJson
      ? generator.jsonArrayBatch(from, count)
      : generator.msgpackBatch(from, count)
    await post(server.url, body)
  }
  const tookS = (performance.now() - began) / 1000
  process.kill(server.pid, 'SIGKILL')
  await server[Symbol.asyncDispose]()
  return tookS
}

async function post(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const type = isJson ? 'application/json' : 'application/msgpack'
  const headers = { 'content-type': type }
  const answer = await fetch(`${url}/api/v1/eventlog`, { method: 'POST', body, headers })
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`)
}

/** Events that are not on a page: what the restart had to bring back. */
async function openEvents(server: ServerUnderTest): Promise<number> {
  const index: unknown = await (await fetch(`${server.url}/api/v1/eventqry`)).json()
  return events - pagedEvents(index)
}

function pagedEvents(index: unknown): number {
  if (typeof index !== 'object' || index === null || !('totals' in index)) return 0
  const { totals } = index
  if (typeof totals !== 'object' || totals === null || !('events' in totals)) return 0
  return Number(totals.events)
}
