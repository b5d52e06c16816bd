import { DropTally } from '../drop-tally.ts'
import { type ClientProblem, eventStart, type OnProblem, type Sink } from '../sink.ts'
import { keyOf } from './batch-key.ts'
import { compress } from './compress.ts'
import { MemoryQueue, type QueueLimits } from './memory-queue.ts'
import type { PendingBatch, SentBatch } from './pending-batch.ts'
import type { Answer, Poster } from './post.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** What a DirectSink works with. */
export interface DirectOptions {
  readonly producer: string
  readonly poster: Poster
  readonly queue: QueueLimits
  /** An event is sent at the latest so long after it was logged, if the server answers. */
  readonly batchAgeMs: number
  readonly random: () => number
  readonly onProblem: OnProblem
  /** Logs an event of the client's own through the logger. */
  readonly reportDrops: (counts: Readonly<Record<string, number>>) => void
  readonly fallback: Fallback | null
}

/** Where batches go that could not be sent. */
export interface Fallback {
  /** Synchronously; false when the disk does not take it. */
  store(batches: readonly StoredBatch[]): boolean
  /** Sends what an earlier process, or this one, left; stops at the first batch that finds no server. */
  sendAll(send: (batch: StoredBatch) => Promise<boolean>): Promise<void>
}

/** A batch on disk, under the key under which it may have been sent already. */
export interface StoredBatch extends SentBatch {
  readonly decodedBytes: number
}

const backoffFirstMs = 200
const backoffMaxMs = 30_000
/** A wait that no server may exceed by Retry-After. */
const askedWaitMaxMs = 10 * 60_000

/** Sends batches over HTTP from memory, one at a time and in order. */
export class DirectSink implements Sink {
  readonly #options: DirectOptions
  readonly #drops = new DropTally()
  readonly #queue: MemoryQueue
  #sequence = 1
  #failures = 0
  #pumping = false
  #closed = false
  #spilled = true
  #ageTimer: ReturnType<typeof setTimeout> | null = null
  /** Ends the wait of a backoff early. */
  #wake: (() => void) | null = null
  readonly #flushes = new Set<() => void>()

  constructor(options: DirectOptions) {
    this.#options = options
    this.#queue = new MemoryQueue(options.queue, this.#drops, (batch) => this.#store([batch]))
    // What an earlier process left is sent first.
    if (options.fallback !== null) this.#schedule(0)
  }

  write(bytes: Buffer, end: number, level: number): void {
    if (this.#queue.push(bytes, eventStart, end, level)) this.#schedule(0)
    else if (this.#ageTimer === null && !this.#pumping) this.#schedule(this.#options.batchAgeMs)
  }

  async flush(limitMs: number): Promise<boolean> {
    if (this.#isIdle()) return true
    return new Promise((resolve) => {
      // Not unref'ed: who waits for a flush wants the process to live so long.
      const limit = setTimeout(() => end(), limitMs)
      const end = (): void => {
        clearTimeout(limit)
        this.#flushes.delete(check)
        resolve(this.#isIdle())
      }
      const check = (): void => {
        if (this.#isIdle()) end()
      }
      this.#flushes.add(check)
      this.#wake?.()
      this.#schedule(0)
    })
  }

  spill(): void {
    const counts = this.#drops.take()
    if (counts !== null) this.#options.reportDrops(counts)
    const batches = this.#queue.takeAll()
    if (batches.length > 0 && !this.#store(batches)) this.#giveUp(batches)
  }

  async close(limitMs: number): Promise<void> {
    if (this.#closed) return
    await this.flush(limitMs)
    this.#closed = true
    this.spill()
    this.#wake?.()
    if (this.#ageTimer !== null) clearTimeout(this.#ageTimer)
    this.#options.poster.close()
  }

  #isIdle(): boolean {
    return this.#queue.isEmpty && this.#drops.count === 0
  }

  #schedule(afterMs: number): void {
    if (this.#closed || this.#pumping) return
    if (this.#ageTimer !== null) clearTimeout(this.#ageTimer)
    this.#ageTimer = setTimeout(() => {
      this.#ageTimer = null
      void this.#pump()
    }, afterMs)
    this.#ageTimer.unref()
  }

  /** Sends until nothing waits. Never rejects. */
  async #pump(): Promise<void> {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (!this.#closed) {
        // Who waits for a flush does not wait for a batch to fill.
        const batch = this.#queue.head(this.#flushes.size > 0 ? 0 : this.#options.batchAgeMs)
        if (batch === null && !(await this.#sendStored())) break
        if (batch !== null) await this.#send(batch)
        this.#announce()
        for (const check of this.#flushes) check()
      }
    } catch (error) {
      this.#tell('unreachable', String(error))
    } finally {
      this.#pumping = false
      for (const check of this.#flushes) check()
      if (!this.#queue.isEmpty) this.#schedule(this.#queue.dueInMs(this.#options.batchAgeMs))
    }
  }

  /** Drops are told as soon as there is room and a server to tell them to. */
  #announce(): void {
    if (this.#failures > 0 || this.#drops.count === 0) return
    const counts = this.#drops.take()
    if (counts === null) return
    this.#tell('dropped', `${counts['count']} events were dropped: the queue was full`)
    this.#options.reportDrops(counts)
  }

  async #send(batch: PendingBatch): Promise<void> {
    batch.sent ??= await this.#prepare(batch)
    // It may have been put on disk while it was compressed.
    if (this.#closed) return
    const verdict = await this.#post(batch.sent)
    if (verdict.kind === 'retry') return this.#backOff(verdict)
    this.#failures = 0
    if (verdict.kind === 'too-large' && batch.events > 1) {
      this.#queue.split(batch)
      return
    }
    if (verdict.detail !== '') this.#tell('refused', verdict.detail)
    this.#queue.remove(batch)
  }

  async #prepare(batch: PendingBatch): Promise<SentBatch> {
    // Numbered before it is compressed: from here on nothing may be dropped from it.
    const plain = this.#plain(batch)
    return { ...plain, ...(await compress(plain.body)) }
  }

  async #post(batch: SentBatch): Promise<Verdict> {
    const headers: Record<string, string> = {
      'content-type': 'application/msgpack',
      'idempotency-key': batch.key,
      // A key is forgotten one day; who numbered the events, and which, is not.
      'minutebook-producer': batch.producer,
      'minutebook-sequence': `${batch.sequence}-${batch.sequence + batch.events - 1}`,
    }
    if (batch.encoding !== 'identity') headers['content-encoding'] = batch.encoding
    let answer: Answer
    try {
      answer = await this.#options.poster.post(headers, batch.body)
    } catch (error) {
      return { kind: 'retry', waitMs: 0, unauthorised: false, detail: messageOf(error) }
    }
    return verdictOf(answer)
  }

  async #backOff(verdict: Verdict & { kind: 'retry' }): Promise<void> {
    this.#failures++
    // One failure is mostly a connection that the server had closed meanwhile.
    if (verdict.unauthorised) this.#tell('unauthorised', verdict.detail)
    else if (this.#failures > 1) this.#tell('unreachable', verdict.detail)
    const most = Math.min(backoffMaxMs, backoffFirstMs * 2 ** Math.min(this.#failures - 1, 16))
    // Half is jitter, so that clients that failed together do not come back together.
    const waitMs =
      Math.min(askedWaitMaxMs, verdict.waitMs) + most * (0.5 + this.#options.random() / 2)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  }

  /** True when something is left on disk that has to be tried again. */
  async #sendStored(): Promise<boolean> {
    const { fallback } = this.#options
    if (fallback === null || !this.#spilled) return false
    let isSent = true
    await fallback.sendAll(async (batch) => {
      const verdict = await this.#post(batch)
      isSent = verdict.kind !== 'retry'
      if (verdict.kind === 'retry') await this.#backOff(verdict)
      else if (verdict.detail !== '') this.#tell('refused', verdict.detail)
      return isSent
    })
    this.#spilled = !isSent
    if (isSent) this.#failures = 0
    return !isSent && !this.#closed
  }

  #store(batches: readonly PendingBatch[]): boolean {
    const stored = batches.map((batch): StoredBatch => {
      const sent = batch.sent ?? this.#plain(batch)
      return { ...sent, decodedBytes: batch.length }
    })
    const isStored = this.#options.fallback?.store(stored) ?? false
    if (isStored) this.#spilled = true
    return isStored
  }

  /** The batch under its number, not compressed. */
  #plain(batch: PendingBatch): SentBatch {
    if (batch.sequence === 0) {
      batch.sequence = this.#sequence
      this.#sequence += batch.events
    }
    const { sequence, events } = batch
    const { producer } = this.#options
    const key = keyOf(producer, sequence, events)
    const body = batch.bytes.subarray(0, batch.length)
    return { key, producer, sequence, events, body, encoding: 'identity' }
  }

  #giveUp(batches: readonly PendingBatch[]): void {
    const events = batches.reduce((sum, batch) => sum + batch.events, 0)
    this.#tell('dropped', `${events} events could neither be sent nor stored`)
  }

  #tell(code: ClientProblem['code'], detail: string): void {
    this.#options.onProblem({ code, detail })
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
