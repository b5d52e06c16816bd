import { DamagedPage } from '../book/contract.ts'
import { Answers } from './answers.ts'
import { Cancelled, ChunkSink } from './chunk-sink.ts'
import type { Failure, FromReader, Question, StreamQuestion, ToReader } from './messages.ts'
import type { PageSource } from './page-source.ts'
import { runStream } from './streams.ts'

/** Streams under work at the same time; each holds an open block while it is being read. Others wait. */
const streamsMax = 32

interface Waiting {
  readonly number: number
  readonly question: StreamQuestion
}

/** The reading thread's side of the conversation in messages.ts. */
export class ReaderLoop {
  readonly #source: PageSource
  readonly #answers: Answers
  readonly #post: (message: FromReader, transfer: ArrayBuffer[]) => void
  readonly #sinks = new Map<number, ChunkSink>()
  readonly #waiting: Waiting[] = []

  constructor(source: PageSource, post: (message: FromReader, transfer: ArrayBuffer[]) => void) {
    this.#source = source
    this.#answers = new Answers(source)
    this.#post = post
  }

  /** False when the thread is to end. */
  take(message: ToReader): boolean {
    switch (message.type) {
      case 'question':
        this.#answer(message.number, message.question)
        return true
      case 'stream':
        if (this.#sinks.size < streamsMax) void this.#stream(message)
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
        return false
    }
  }

  #answer(number: number, question: Question): void {
    try {
      this.#post({ type: 'answer', number, answer: this.#answers.answer(question) }, [])
    } catch (error) {
      this.#post({ type: 'failed', number, failure: failureOf(error) }, [])
    }
  }

  async #stream({ number, question }: Waiting): Promise<void> {
    const sink = new ChunkSink((chunk) => {
      this.#post({ type: 'chunk', number, chunk }, [chunk.bytes.buffer])
    })
    this.#sinks.set(number, sink)
    try {
      await runStream(this.#source, question, sink)
    } catch (error) {
      if (!(error instanceof Cancelled)) {
        this.#post({ type: 'failed', number, failure: failureOf(error) }, [])
      }
    }
    this.#sinks.delete(number)
    const next = this.#waiting.shift()
    if (next !== undefined) void this.#stream(next)
  }

  #cancel(number: number): void {
    this.#sinks.get(number)?.cancel()
    const waiting = this.#waiting.findIndex((stream) => stream.number === number)
    if (waiting !== -1) this.#waiting.splice(waiting, 1)
  }
}

function failureOf(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error)
  return { detail, damagedMinute: error instanceof DamagedPage ? error.minute : null }
}
