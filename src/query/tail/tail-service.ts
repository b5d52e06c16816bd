import { Worker } from 'node:worker_threads'
import type { EventPlace } from '../../event/event-id.ts'
import type { CommitTap, CommittedBatch } from '../../ingest/contract.ts'
import type { Cut, TailRequest, Tails } from './contract.ts'
import { errorFrame } from './frames.ts'
import {
  type FromTail,
  gatherBytes,
  gatherMs,
  handedBytes,
  handedBytesMax,
  type HandedBatch,
  type TailWorkerData,
  type ToTail,
} from './messages.ts'
import { TailStream } from './tail-stream.ts'

export interface TailServiceOptions {
  readonly data: TailWorkerData
  readonly tailsMax: number
  /** Where the stream of batches stands now. */
  readonly cut: () => Cut
  /** The thread has died of something; its tails have been told. */
  readonly onDeath: (error: Error) => void
  /** The thread's script; tests give others. */
  readonly script?: URL
}

/** How long a thread that is asked to end may take before it is ended. */
const closeMsMax = 2_000

/**
 * The main thread's side of the tails. It only copies batches that have become durable to the tail's thread, while
 * there is a tail; when that falls behind, batches are counted instead.
 */
export class TailService implements Tails, CommitTap {
  isOpen = false
  missedEvents = 0
  readonly #options: TailServiceOptions
  readonly #tails = new Map<number, TailStream>()
  #thread: Worker | null = null
  #number = 0
  #handedBytes = 0
  /** Batches to be handed over together, and their bytes. */
  #gathered: (HandedBatch & { readonly src: Uint8Array<ArrayBuffer> })[] = []
  #gatheredBytes = 0
  #gathering: ReturnType<typeof setTimeout> | undefined
  #skipped: { events: number; through: EventPlace } | null = null

  constructor(options: TailServiceOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#tails.size
  }

  open(request: TailRequest, signal: AbortSignal): ReadableStream<Uint8Array> | null {
    if (this.#tails.size >= this.#options.tailsMax) return null
    this.#running()
    this.#tellSkipped()
    const tail = ++this.#number
    const leave = (): void => this.#leave(tail)
    const stream = new TailStream(() => this.#sendAside({ type: 'credit', tail }), leave)
    this.#tails.set(tail, stream)
    this.isOpen = true
    this.#send({ type: 'open', tail, request, cut: this.#options.cut() })
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    return stream.readable
  }

  /** Costs a copy of the body, 0.1 ns a byte, and a share of a message. */
  committed(batch: CommittedBatch): void {
    const bytes = handedBytes(batch)
    if (this.#handedBytes + bytes > handedBytesMax) {
      this.#skip(batch)
      return
    }
    this.#tellSkipped()
    this.#handedBytes += bytes
    this.#gathered.push({ ...batch, src: new Uint8Array(batch.src) })
    this.#gatheredBytes += bytes
    if (this.#gatheredBytes >= gatherBytes) this.#handOver()
    else this.#gathering ??= setTimeout(() => this.#handOver(), gatherMs)
  }

  /** A minute has become a page. */
  closed(minute: number): void {
    if (!this.isOpen) return
    this.#tellSkipped()
    this.#send({ type: 'closed', minute })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const tail of this.#tails.keys()) this.#leave(tail)
    const thread = this.#thread
    this.#thread = null
    if (thread === null) return
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
    const message: ToTail = { type: 'close' }
    thread.postMessage(message)
    const limit = setTimeout(() => void thread.terminate(), closeMsMax)
    await ended
    clearTimeout(limit)
  }

  #skip({ minute, accepted, places }: CommittedBatch): void {
    const last = places.at(-1)
    if (last === undefined) return
    const through = { minute, part: last.part, row: last.firstRow + last.rowCount - 1 }
    this.#skipped = { events: (this.#skipped?.events ?? 0) + accepted, through }
  }

  /** Before anything that comes after what was skipped. */
  #tellSkipped(): void {
    if (this.#skipped !== null) this.#send({ type: 'skipped', ...this.#skipped })
    this.#skipped = null
  }

  #running(): void {
    if (this.#thread !== null) return
    const script = this.#options.script ?? new URL('./tail-worker.ts', import.meta.url)
    const thread = new Worker(script, { workerData: this.#options.data })
    this.#thread = thread
    this.#handedBytes = 0
    thread.on('message', (message: FromTail) => this.#take(message))
    thread.on('error', (error: Error) => this.#die(thread, error))
    thread.on('exit', () => this.#die(thread, new Error('it has ended')))
  }

  #handOver(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    const batches = this.#gathered
    if (batches.length === 0) return
    this.#gathered = []
    this.#gatheredBytes = 0
    const message: ToTail = { type: 'batches', batches }
    this.#thread?.postMessage(
      message,
      batches.map(({ src }) => src.buffer),
    )
  }

  /** Behind the batches that came before it. */
  #send(message: ToTail): void {
    this.#handOver()
    this.#thread?.postMessage(message)
  }

  /** What does not depend on where the batches stand. */
  #sendAside(message: Extract<ToTail, { type: 'credit' | 'cancel' }>): void {
    this.#thread?.postMessage(message)
  }

  #take(message: FromTail): void {
    switch (message.type) {
      case 'chunk':
        this.#tails.get(message.tail)?.push(message.bytes)
        return
      case 'done':
        this.#handedBytes -= message.bytes
        if (this.#skipped !== null && this.#handedBytes === 0) this.#tellSkipped()
        return
      case 'cut-wanted':
        this.#tellSkipped()
        this.#send({ type: 'cut', tail: message.tail, cut: this.#options.cut() })
        return
      case 'missed':
        this.missedEvents += message.events
        return
      case 'ended':
        this.#leave(message.tail)
    }
  }

  #leave(tail: number): void {
    const stream = this.#tails.get(tail)
    if (stream === undefined) return
    this.#tails.delete(tail)
    stream.end()
    this.#sendAside({ type: 'cancel', tail })
    if (this.#tails.size > 0) return
    this.isOpen = false
    this.#skipped = null
    // Nobody wants them, but the thread gives their bytes back.
    this.#handOver()
  }

  /** Its tails end with an error; the next tail starts another thread. */
  #die(thread: Worker, error: Error): void {
    if (this.#thread !== thread) return
    this.#thread = null
    // They went with it.
    this.#gathered = []
    this.#gatheredBytes = 0
    this.#handedBytes = 0
    const frame = errorFrame({ code: 'internal', detail: 'the thread of the tails has stopped' })
    for (const [tail, stream] of this.#tails) {
      stream.push(Buffer.from(frame))
      this.#leave(tail)
    }
    this.#options.onDeath(error)
  }
}
