import { Cancelled } from '../cancelled.ts'
import type { Chunk } from '../messages.ts'
import type { Stream } from '../reader-thread.ts'
import { QueryLimit } from './contract.ts'

export type Outcome = 'answered' | 'limited' | 'cancelled' | 'failed'

/** Told once of every query; `tookMs` is until its answer, or the first part of a stream. */
export type OnQueryEnd = (job: string, outcome: Outcome, tookMs: number) => void

/** How one query ends: said once, whatever comes first. */
export class QueryEnd {
  readonly #job: string
  readonly #onEnd: OnQueryEnd
  readonly #begunMs = performance.now()
  #tookMs: number | null = null
  #isOver = false

  constructor(job: string, onEnd: OnQueryEnd) {
    this.#job = job
    this.#onEnd = onEnd
  }

  answered(): void {
    this.#end('answered')
  }

  failed(error: unknown): void {
    this.#end(outcomeOf(error))
  }

  /** A stream has answered when its last part has been taken. */
  follow(stream: Stream): Stream {
    this.#tookMs = performance.now() - this.#begunMs
    const cancel = (): void => {
      this.#end('cancelled')
      stream.cancel()
    }
    return { first: stream.first, cancel, next: () => this.#next(stream) }
  }

  async #next(stream: Stream): Promise<Chunk> {
    try {
      const chunk = await stream.next()
      if (chunk.last) this.answered()
      return chunk
    } catch (error) {
      this.failed(error)
      throw error
    }
  }

  #end(outcome: Outcome): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onEnd(this.#job, outcome, this.#tookMs ?? performance.now() - this.#begunMs)
  }
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof QueryLimit) return 'limited'
  return error instanceof Cancelled ? 'cancelled' : 'failed'
}
