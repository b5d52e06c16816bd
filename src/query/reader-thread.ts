import { Worker } from 'node:worker_threads'
import { Cancelled } from './cancelled.ts'
import { ChunkQueue } from './chunk-queue.ts'
import { errorOf } from './failure.ts'
import type { Chunk, FromThread, ToThread } from './messages.ts'

/** How long a thread that is asked to end may take before it is ended. */
const closeMsMax = 2000

export interface Stream {
  /** The first chunk, so that an error before it rejects instead of breaking a stream. */
  readonly first: Chunk
  /** The first chunk, then those after it; taking one lets the thread send another. */
  next(): Promise<Chunk>
  cancel(): void
}

/** Something asked of a thread. */
export interface Asked<T> {
  readonly result: Promise<T>
  /** Resolves when the thread is done with it, however it ended; never rejects. */
  readonly ended: Promise<void>
  /** `result` rejects with Cancelled, or the stream gives nothing more; the thread ends its work soon after. */
  cancel(): void
}

interface Question<A> {
  resolve(answer: A): void
  reject(error: Error): void
}

/** The thread that was to answer has died. */
export class ThreadDied extends Error {
  constructor(detail: string) {
    super(`the reading thread stopped: ${detail}`)
    this.name = 'ThreadDied'
  }
}

/** One thread that answers, and what it has under way. Once dead it stays dead. */
export class ReaderThread<Q, S, A> {
  readonly #worker: Worker
  readonly #questions = new Map<number, Question<A>>()
  readonly #streams = new Map<number, ChunkQueue>()
  /** What the thread has under way, cancelled or not. */
  readonly #ends = new Map<number, () => void>()
  readonly #exited: Promise<void>
  readonly #onDeath: (error: ThreadDied) => void
  #number = 0
  #isReady = false
  #endsWhenReady = false
  #isClosing = false
  #isDead = false

  /** `onDeath` is told when the thread has ended unasked. */
  constructor(script: URL, data: object, onDeath: (error: ThreadDied) => void = () => {}) {
    this.#onDeath = onDeath
    this.#worker = new Worker(script, { workerData: data })
    this.#worker.on('message', (message: FromThread<A>) => this.#take(message))
    this.#worker.on('error', (error: Error) => this.#die(error.message))
    this.#exited = new Promise((resolve) => {
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

  /** What the thread has not said the end of. */
  get underWay(): number {
    return this.#ends.size
  }

  ask(question: Q): Asked<A> {
    const number = ++this.#number
    const ended = this.#begin(number)
    const result = new Promise<A>((resolve, reject) => {
      this.#questions.set(number, { resolve, reject })
    })
    this.#send({ type: 'question', number, question })
    return { result, ended, cancel: () => this.#cancel(number) }
  }

  stream(question: S): Asked<Stream> {
    const number = ++this.#number
    const ended = this.#begin(number)
    const queue = new ChunkQueue()
    this.#streams.set(number, queue)
    this.#send({ type: 'stream', number, question })
    const cancel = (): void => this.#cancel(number)
    return { result: this.#opened(number, queue), ended, cancel }
  }

  async #opened(number: number, queue: ChunkQueue): Promise<Stream> {
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
    this.#isClosing = true
    this.#send({ type: 'close' })
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const limit = setTimeout(() => {
      this.#end()
      if (!this.#isReady) resolve()
    }, closeMsMax)
    await Promise.race([this.#exited, late])
    clearTimeout(limit)
  }

  /** Ends a thread that does not answer any more. What it had under way fails with ThreadDied. */
  terminate(why: string): void {
    this.#die(why)
    this.#end()
  }

  /**
   * A thread that is ended while it opens the book takes the whole process with it: native code cannot throw into a
   * runtime that has gone (Bun 1.4.5, seen with lmdb 3.5.6). So one that is not ready is ended when it is.
   */
  #end(): void {
    this.#endsWhenReady = true
    this.#worker.unref()
    if (this.#isReady) void this.#worker.terminate()
  }

  #begin(number: number): Promise<void> {
    return new Promise((resolve) => {
      this.#ends.set(number, resolve)
    })
  }

  #send(message: ToThread<Q, S>): void {
    if (!this.#isDead) this.#worker.postMessage(message)
  }

  #take(message: FromThread<A>): void {
    if (message.type === 'ready') {
      this.#isReady = true
      if (this.#endsWhenReady) void this.#worker.terminate()
      return
    }
    const { number } = message
    switch (message.type) {
      case 'answer':
        this.#questions.get(number)?.resolve(message.answer)
        this.#forget(number)
        return
      case 'chunk':
        this.#streams.get(number)?.push(message.chunk)
        if (message.chunk.last) this.#forget(number)
        return
      case 'failed':
        this.#fail(number, errorOf(message.failure))
        return
      case 'gone':
        this.#fail(number, new Cancelled())
    }
  }

  #forget(number: number): void {
    this.#questions.delete(number)
    this.#streams.delete(number)
    this.#ends.get(number)?.()
    this.#ends.delete(number)
  }

  #fail(number: number, error: Error): void {
    this.#questions.get(number)?.reject(error)
    this.#streams.get(number)?.fail(error)
    this.#forget(number)
  }

  /** Whoever asked is told at once; the thread says later that it is done with it. */
  #cancel(number: number): void {
    if (!this.#ends.has(number)) return
    this.#questions.get(number)?.reject(new Cancelled())
    const queue = this.#streams.get(number)
    queue?.clear()
    queue?.fail(new Cancelled())
    this.#questions.delete(number)
    this.#streams.delete(number)
    this.#send({ type: 'cancel', number })
  }

  #die(detail: string): void {
    if (this.#isDead) return
    this.#isDead = true
    const error = new ThreadDied(detail)
    for (const number of Array.from(this.#ends.keys())) this.#fail(number, error)
    if (!this.#isClosing) this.#onDeath(error)
  }
}
