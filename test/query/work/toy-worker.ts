import { readFileSync } from 'node:fs'
import type { JobSink, WorkContext } from '../../../src/query/work/contract.ts'
import type { JobTable } from '../../../src/query/work/job-table.ts'
import { serveJobs } from '../../../src/query/work/serve-jobs.ts'

/* A query thread with jobs that do what tests need: count, hold, loop, hang and die. */

async function echo({ closedThrough }: WorkContext, word: string) {
  return { word, closedThrough }
}

/** Takes turns until it is ended. */
async function loop({ meter }: WorkContext): Promise<never> {
  for (;;) await meter.turn()
}

/** Never takes a turn. */
async function hang(_context: WorkContext, ms: number): Promise<string> {
  const end = performance.now() + ms
  let spins = 0
  while (performance.now() < end) spins++
  return `spun ${spins} times`
}

async function die(): Promise<never> {
  setImmediate(() => {
    throw new Error('as if by a bug')
  })
  return new Promise(() => {})
}

async function fail(_context: WorkContext, detail: string): Promise<never> {
  throw new TypeError(detail)
}

async function use(
  { meter }: WorkContext,
  what: { bytes?: number; groups?: number; held?: number },
) {
  meter.count({ minutes: 1, blocks: 2, bytes: what.bytes ?? 0 })
  meter.hold({ groups: what.groups ?? 0, bytes: what.held ?? 0 })
  await meter.turn()
  return meter.scanned
}

/** Every event's minute, block by block. */
async function scan({ blocks, meter, closedThrough }: WorkContext) {
  let rows = 0
  for (const summary of blocks.summaries(0, closedThrough, 'desc')) {
    meter.count({ minutes: 1 })
    for (const entry of blocks.entries(summary.minute) ?? []) {
      meter.count({ blocks: 1, bytes: entry.bytes })
      rows += blocks.open(summary.minute, entry).rowCount
      await meter.turn()
    }
  }
  return { rows, scanned: meter.scanned }
}

/** By how much this thread gives way: the 19th field of proc(5)'s stat. */
async function nice(): Promise<number> {
  const stat = readFileSync('/proc/thread-self/stat', 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
}

/** Chunks of 64 KiB, each of its number; after `breakAfter` of them it fails. */
async function flow(
  { meter }: WorkContext,
  request: { count: number; breakAfter?: number },
  sink: JobSink,
): Promise<void> {
  sink.head?.({ next: `/after/${request.count}` })
  for (let i = 0; i < request.count; i++) {
    if (i === request.breakAfter) throw new Error('broken off')
    await sink.write(new Uint8Array(65_536).fill(i))
    await meter.turn()
  }
  await sink.end(new Uint8Array(0))
}

export const toys = {
  jobs: { echo, loop, hang, die, fail, use, scan, nice },
  streams: { flow },
} as const satisfies JobTable

if (!Bun.isMainThread) serveJobs(toys)
