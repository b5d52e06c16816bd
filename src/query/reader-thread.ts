import { Worker } from 'node:worker_threads'
import { DamagedPage } from '../book/contract.ts'
import { ChunkQueue } from './chunk-queue.ts'
import type {
  Answer,
  Chunk,
  Failure,
  FromReader,
  Question,
  StreamQuestion,
  ToReader,
} from './messages.ts'

/** How long a thread that is asked to end may take before it is ended. */
const closeMsMax = 2000

interface Asked {
  resolve(answer: Answer): void
  reject(error: Error): void
}

export interface Stream {
  /** The first chunk, so that an error before it rejects instead of breaking a stream. */
  readonly first: Chunk
  /** The first chunk, then those after it; taking one lets the thread send another. */
  next(): Promise<Chunk>
  cancel(): void
}

/** One reading thread and the requests it has under way. Once dead it stays dead. */
export class ReaderThread {
  readonly #worker: Worker
  readonly #asked = new Map<number, Asked>()
  readonly #streams = new Map<number, ChunkQueue>()
  readonly #ended: Promise<void>
  #number = 0
  #isDead = false

  constructor(script: URL, dataDirectory: string) {
    this.#worker = new Worker(script, { workerData: { dataDirectory } })
    this.#worker.on('message', (message: FromReader) => this.#take(message))
    this.#worker.on('error', (error: Error) => this.#die(error.message))
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#die('it has ended')
        resolve()
      })
    })
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** Chunks of all streams that have come and not been taken. */
  get chunksWaiting(): number {
    let chunks = 0
    for (const queue of this.#streams.values()) chunks += queue.length
    return chunks
  }

  ask(question: Question): Promise<Answer> {
    const number = ++this.#number
    return new Promise((resolve, reject) => {
      this.#asked.set(number, { resolve, reject })
      this.#send({ type: 'question', number, question })
    })
  }

  async stream(question: StreamQuestion): Promise<Stream> {
    const number = ++this.#number
    const queue = new ChunkQueue()
    this.#streams.set(number, queue)
    this.#send({ type: 'stream', number, question })
    const first = await queue.take()
    let ready: Chunk | null = first
    const next = async (): Promise<Chunk> => {
      const chunk = ready ?? (await queue.take())
      ready = null
      if (!chunk.last) this.#send({ type: 'credit', number })
      return chunk
    }
    return { first, next, cancel: () => this.#cancel(number) }
  }

  async close(): Promise<void> {
    this.#send({ type: 'close' })
    const limit = setTimeout(() => void this.#worker.terminate(), closeMsMax)
    await this.#ended
    clearTimeout(limit)
  }

  #send(message: ToReader): void {
    if (!this.#isDead) this.#worker.postMessage(message)
  }

  #take(message: FromReader): void {
    switch (message.type) {
      case 'answer':
        this.#asked.get(message.number)?.resolve(message.answer)
        this.#asked.delete(message.number)
        return
      case 'chunk':
        this.#streams.get(message.number)?.push(message.chunk)
        if (message.chunk.last) this.#streams.delete(message.number)
        return
      case 'failed':
        this.#fail(message.number, errorOf(message.failure))
    }
  }

  #fail(number: number, error: Error): void {
    this.#asked.get(number)?.reject(error)
    this.#asked.delete(number)
    this.#streams.get(number)?.fail(error)
    this.#streams.delete(number)
  }

  #cancel(number: number): void {
    this.#streams.get(number)?.clear()
    this.#streams.delete(number)
    this.#send({ type: 'cancel', number })
  }

  #die(detail: string): void {
    if (this.#isDead) return
    this.#isDead = true
    const error = new Error(`the reading thread stopped: ${detail}`)
    for (const number of [...this.#asked.keys(), ...this.#streams.keys()]) this.#fail(number, error)
  }
}

function errorOf(failure: Failure): Error {
  return failure.damagedMinute === null
    ? new Error(failure.detail)
    : new DamagedPage(failure.damagedMinute, failure.detail)
}
