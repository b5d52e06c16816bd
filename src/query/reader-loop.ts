import { Cancelled } from './cancelled.ts'
import { ChunkSink } from './chunk-sink.ts'
import { failureOf } from './failure.ts'
import type { FromThread, ToThread } from './messages.ts'

/** Streams under work at the same time, unless told; each holds an open block. Others wait. */
const streamsMaxDefault = 32

/** What a thread is for. Both may throw what failure.ts knows, and Cancelled when their check does. */
export interface ThreadWork<Q, S, A> {
  answer(question: Q, check: () => void): A | Promise<A>
  stream(question: S, sink: ChunkSink): Promise<void>
}

interface Waiting<S> {
  readonly number: number
  readonly question: S
}

/** The thread's side of the conversation in messages.ts. */
export class ReaderLoop<Q, S, A> {
  readonly #work: ThreadWork<Q, S, A>
  readonly #streamsMax: number
  readonly #post: (message: FromThread<A>, transfer: ArrayBuffer[]) => void
  readonly #sinks = new Map<number, ChunkSink>()
  /** Questions under way, by number: whether they have been cancelled. */
  readonly #asked = new Map<number, { isCancelled: boolean }>()
  readonly #waiting: Waiting<S>[] = []

  constructor(
    work: ThreadWork<Q, S, A>,
    post: (message: FromThread<A>, transfer: ArrayBuffer[]) => void,
    streamsMax = streamsMaxDefault,
  ) {
    this.#streamsMax = streamsMax
    this.#work = work
    this.#post = post
  }

  /** False when the thread is to end. */
  take(message: ToThread<Q, S>): boolean {
    switch (message.type) {
      case 'question':
        void this.#answer(message.number, message.question)
        return true
      case 'stream':
        if (this.#sinks.size < this.#streamsMax) void this.#stream(message)
        else this.#waiting.push(message)
        return true
      case 'credit':
        this.#sinks.get(message.number)?.credit()
        return true
      case 'cancel':
        this.#cancel(message.number)
        return true
      case 'close':
        for (const sink of this.#sinks.values()) sink.cancel()
        for (const asked of this.#asked.values()) asked.isCancelled = true
        return false
    }
  }

  async #answer(number: number, question: Q): Promise<void> {
    const asked = { isCancelled: false }
    this.#asked.set(number, asked)
    const check = (): void => {
      if (asked.isCancelled) throw new Cancelled()
    }
    try {
      const answer = await this.#work.answer(question, check)
      this.#asked.delete(number)
      this.#post({ type: 'answer', number, answer }, [])
    } catch (error) {
      this.#asked.delete(number)
      this.#fail(number, error)
    }
  }

  async #stream({ number, question }: Waiting<S>): Promise<void> {
    const sink = new ChunkSink((chunk) => {
      this.#post({ type: 'chunk', number, chunk }, [chunk.bytes.buffer])
    })
    this.#sinks.set(number, sink)
    try {
      await this.#work.stream(question, sink)
    } catch (error) {
      this.#fail(number, error)
    }
    this.#sinks.delete(number)
    const next = this.#waiting.shift()
    if (next !== undefined) void this.#stream(next)
  }

  #fail(number: number, error: unknown): void {
    if (error instanceof Cancelled) this.#post({ type: 'gone', number }, [])
    else this.#post({ type: 'failed', number, failure: failureOf(error) }, [])
  }

  #cancel(number: number): void {
    this.#sinks.get(number)?.cancel()
    const asked = this.#asked.get(number)
    if (asked !== undefined) asked.isCancelled = true
    const waiting = this.#waiting.findIndex((stream) => stream.number === number)
    if (waiting === -1) return
    this.#waiting.splice(waiting, 1)
    this.#post({ type: 'gone', number }, [])
  }
}
