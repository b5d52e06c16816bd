import { parentPort, workerData } from 'node:worker_threads'
import type { ChunkSink } from '../chunk-sink.ts'
import { lmdbSource } from '../lmdb-source.ts'
import type { FromThread, ToThread } from '../messages.ts'
import { ReaderLoop } from '../reader-loop.ts'
import { BlockCache } from './block-cache.ts'
import type { BlockSource, Job, Meter, StreamJob, WorkContext } from './contract.ts'
import { MeteredSink } from './job-sink.ts'
import type { JobQuestion, JobTable, StreamJobQuestion } from './job-table.ts'
import { lowerPriority } from './lower-priority.ts'
import { JobMeter, type WorkLimits } from './meter.ts'
import { ThreadCaches } from './thread-caches.ts'

/** What a query thread is started with. */
export interface QueryThreadData {
  readonly dataDirectory: string
  readonly limits: WorkLimits
  /** Queries under work at once, over all threads. */
  readonly concurrency: number
  /** Of this thread's cache of blocks. */
  readonly cacheBytes: number
  /** By how much the thread gives way to the others: see lower-priority.ts. */
  readonly nice: number
}

/** What a query thread does: it serves the jobs of a table until it is told to close. */
export function serveJobs(table: JobTable): void {
  // A codec: query-pool.ts starts threads with exactly these data.
  const data = workerData as QueryThreadData
  const port = parentPort
  if (port === null) throw new Error('jobs are served by a thread')
  lowerPriority(data.nice)
  const source = lmdbSource(data.dataDirectory)
  const blocks: BlockSource = new BlockCache({ source, bytesMax: data.cacheBytes })
  const caches = new ThreadCaches()
  const contextOf = (meter: Meter): WorkContext => {
    const closedThrough = source.reader.state().closedThrough ?? -1
    return { source, blocks, caches, meter, closedThrough }
  }
  const work = {
    async answer({ job, request }: JobQuestion, check: () => void): Promise<unknown> {
      const meter = new JobMeter(data.limits, check)
      return jobOf(table, job)(contextOf(meter), request)
    },
    async stream({ job, request, encoding }: StreamJobQuestion, chunks: ChunkSink): Promise<void> {
      const meter = new JobMeter(data.limits, () => chunks.check())
      const sink = new MeteredSink(chunks, encoding, meter)
      try {
        await streamJobOf(table, job)(contextOf(meter), request, sink)
      } finally {
        sink.close()
      }
    },
  }
  const loop = new ReaderLoop<JobQuestion, StreamJobQuestion, unknown>(
    work,
    (message, transfer) => port.postMessage(message, transfer),
    // Who waits waits on the main side, where the line has its maximum and the watch does not count.
    data.concurrency,
  )
  port.postMessage({ type: 'ready' } satisfies FromThread<unknown>)
  port.on('message', (message: ToThread<JobQuestion, StreamJobQuestion>) => {
    if (loop.take(message)) return
    source.reader[Symbol.dispose]()
    port.close()
  })
}

function jobOf(table: JobTable, name: string): Job<unknown, unknown> {
  const job = table.jobs[name]
  if (job === undefined) throw new Error(`there is no job ${name}`)
  // The pool's types give each job the request that belongs to it; messages carry none.
  return job as Job<unknown, unknown>
}

function streamJobOf(table: JobTable, name: string): StreamJob<unknown> {
  const job = table.streams[name]
  if (job === undefined) throw new Error(`there is no job ${name}`)
  return job as StreamJob<unknown> // As above.
}
