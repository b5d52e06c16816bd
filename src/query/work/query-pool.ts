import type { AnswerEncoding } from '../contract.ts'
import type { Asked, Stream } from '../reader-thread.ts'
import type { AnswerOf, JobName, JobTable, RequestOf, StreamJobName } from './job-table.ts'
import type { WorkLimits } from './meter.ts'
import type { PoolThread, PoolThreadOptions } from './pool-thread.ts'
import { type OnQueryEnd, QueryEnd } from './query-end.ts'
import type { QueryThreadData } from './serve-jobs.ts'
import { ThreadSet } from './thread-set.ts'
import { Turnstile } from './turnstile.ts'

/** How long work may go on past its time limit, or after it was cancelled, before its thread is ended. */
const graceMs = 5000

/** By how much a query thread gives way to the others of the process. */
export const queryNice = 10

export interface PoolLimits extends WorkLimits {
  readonly threads: number
  /** Queries under work at once, over all threads. */
  readonly concurrency: number
  /** Queries that may wait for others to end. */
  readonly queue: number
  /** Memory of the threads' caches of blocks, together. */
  readonly cacheBytes: number
}

export interface QueryPoolOptions {
  readonly dataDirectory: string
  readonly limits: PoolLimits
  /** The thread's script: one that serves the jobs of the table. */
  readonly script: URL
  readonly graceMs?: number
  readonly nice?: number
  /** Told of every query, once. */
  readonly onEnd?: OnQueryEnd
  /** Told of every thread that died; the next query starts another. */
  readonly onDeath?: (error: Error) => void
}

/**
 * The threads that answer questions. They are started by the questions that need them; of idle ones the
 * first is asked, whose cache is the warmest. Errors: QueryLimit, Cancelled, ThreadDied, DamagedPage, what a
 * job refuses with, and Error for what it fails with.
 */
export class QueryPool<T extends JobTable> implements AsyncDisposable {
  readonly #onEnd: OnQueryEnd
  readonly #turnstile: Turnstile
  readonly #threads: ThreadSet

  constructor(options: QueryPoolOptions) {
    this.#onEnd = options.onEnd ?? (() => {})
    const { limits } = options
    this.#turnstile = new Turnstile({
      inside: limits.concurrency,
      waiting: limits.queue,
      waitMs: limits.timeMs,
    })
    const optionsOf = (place: number): PoolThreadOptions => threadOptions(options, place)
    this.#threads = new ThreadSet(limits.threads, optionsOf, options.onDeath)
  }

  /** Starts the first thread, unless it has been, for the question that will come. */
  begin(): void {
    this.#threads.begin()
  }

  get underWay(): number {
    return this.#turnstile.inside
  }

  get waiting(): number {
    return this.#turnstile.waiting
  }

  /** Threads that died, or had to be ended, since the start. */
  get threadsReplaced(): number {
    return this.#threads.deaths
  }

  async ask<N extends JobName<T>>(
    job: N,
    request: RequestOf<T['jobs'][N]>,
    signal: AbortSignal,
  ): Promise<AnswerOf<T['jobs'][N]>> {
    const end = new QueryEnd(job, this.#onEnd)
    const answer = await this.#run(end, (thread) => thread.ask({ job, request }), signal)
    end.answered()
    // The thread answers each job with the type that belongs to it: see JobTable.
    return answer as AnswerOf<T['jobs'][N]>
  }

  /** `signal` cancels until the stream is there; from then on its own `cancel` does. */
  async stream<N extends StreamJobName<T>>(
    job: N,
    request: RequestOf<T['streams'][N]>,
    how: { readonly encoding: AnswerEncoding; readonly signal: AbortSignal },
  ): Promise<Stream> {
    const { encoding, signal } = how
    const end = new QueryEnd(job, this.#onEnd)
    const begin = (thread: PoolThread): Asked<Stream> => thread.stream({ job, request, encoding })
    return end.follow(await this.#run(end, begin, signal))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#turnstile.close()
    await this.#threads[Symbol.asyncDispose]()
  }

  async #run<A>(
    end: QueryEnd,
    begin: (thread: PoolThread) => Asked<A>,
    signal: AbortSignal,
  ): Promise<A> {
    try {
      await this.#turnstile.enter(signal)
      const asked = this.#begin(begin)
      if (signal.aborted) asked.cancel()
      signal.addEventListener('abort', asked.cancel, { once: true })
      return await asked.result.finally(() => signal.removeEventListener('abort', asked.cancel))
    } catch (error) {
      end.failed(error)
      throw error
    }
  }

  /** Whoever entered leaves when the thread is done with the work, not when the asker has an answer. */
  #begin<A>(begin: (thread: PoolThread) => Asked<A>): Asked<A> {
    try {
      const asked = begin(this.#threads.pick())
      void asked.ended.then(() => this.#turnstile.leave())
      return asked
    } catch (error) {
      this.#turnstile.leave()
      throw error
    }
  }
}

function threadOptions(
  { dataDirectory, limits, script, ...rest }: QueryPoolOptions,
  place: number,
): PoolThreadOptions {
  const { timeMs, bytes, groups, memoryBytes } = limits
  const cancelMsMax = rest.graceMs ?? graceMs
  const data = {
    dataDirectory,
    limits: { timeMs, bytes, groups, memoryBytes },
    concurrency: limits.concurrency,
    cacheBytes: cacheBytesOf(limits, place),
    nice: rest.nice ?? queryNice,
  } satisfies QueryThreadData
  return {
    script,
    data,
    silentMsMax: timeMs + cancelMsMax,
    cancelMsMax,
  }
}

/**
 * The first thread is asked whenever it is idle, and a cache that is smaller than what a question walks through
 * again and again keeps nothing of it: so the first has more than half, and the others share the rest.
 */
function cacheBytesOf({ cacheBytes, threads }: PoolLimits, place: number): number {
  const share = place === 0 ? (threads + 1) / (2 * threads) : 1 / (2 * threads)
  return Math.floor(cacheBytes * share)
}
