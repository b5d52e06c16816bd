import type { Chunk } from '../messages.ts'
import { type Asked, ReaderThread, type Stream } from '../reader-thread.ts'
import type { JobQuestion, StreamJobQuestion } from './job-table.ts'
import type { QueryThreadData } from './serve-jobs.ts'

export interface PoolThreadOptions {
  readonly script: URL
  readonly data: QueryThreadData
  /** How long a query may give no sign before the thread is ended: past its time limit. */
  readonly silentMsMax: number
  /** How long it may go on after it was cancelled. */
  readonly cancelMsMax: number
  readonly onDeath?: (error: Error) => void
}

/** One query thread, with a watch over each of its queries: a piece of work that hangs ends the thread. */
export class PoolThread {
  readonly #thread: ReaderThread<JobQuestion, StreamJobQuestion, unknown>
  readonly #options: PoolThreadOptions

  constructor(options: PoolThreadOptions) {
    this.#options = options
    this.#thread = new ReaderThread(options.script, options.data, options.onDeath)
  }

  get isDead(): boolean {
    return this.#thread.isDead
  }

  get underWay(): number {
    return this.#thread.underWay
  }

  ask(question: JobQuestion): Asked<unknown> {
    const watch = this.#watch(question.job)
    const asked = this.#thread.ask(question)
    watch.expect(this.#options.silentMsMax)
    return { ...asked, ...this.#ending(asked, watch) }
  }

  stream(question: StreamJobQuestion): Asked<Stream> {
    const watch = this.#watch(question.job)
    const asked = this.#thread.stream(question)
    watch.expect(this.#options.silentMsMax)
    const { ended, cancel } = this.#ending(asked, watch)
    const result = asked.result.then((stream) => {
      watch.relax()
      return { ...stream, cancel, next: () => this.#next(stream, watch) }
    })
    return { result, ended, cancel }
  }

  close(): Promise<void> {
    return this.#thread.close()
  }

  /** Only while somebody waits for a chunk is it the thread that lets wait. */
  async #next(stream: Stream, watch: Watch): Promise<Chunk> {
    watch.expect(this.#options.silentMsMax)
    try {
      return await stream.next()
    } finally {
      watch.relax()
    }
  }

  #ending(asked: Asked<unknown>, watch: Watch): Pick<Asked<unknown>, 'ended' | 'cancel'> {
    const ended = asked.ended.then(() => watch.stop())
    const cancel = (): void => {
      asked.cancel()
      watch.expect(this.#options.cancelMsMax)
      watch.isFinal = true
    }
    return { ended, cancel }
  }

  #watch(job: string): Watch {
    return new Watch(() => this.#thread.terminate(`${job} did not end when it had to`))
  }
}

/** Waits for signs of one query. */
class Watch {
  readonly #onSilence: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #isStopped = false
  /** The query has been cancelled: all that is expected is its end. */
  isFinal = false

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence
  }

  expect(withinMs: number): void {
    if (this.#isStopped || this.isFinal) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#onSilence, withinMs)
  }

  relax(): void {
    if (!this.isFinal) clearTimeout(this.#timer)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }
}
