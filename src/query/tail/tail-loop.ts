import { makeMatcher } from '../match/matcher.ts'
import type { PageSource } from '../page-source.ts'
import { Cancelled } from '../cancelled.ts'
import { limitsOf } from './messages.ts'
import { BatchOpener, type TailRows } from './batch-opener.ts'
import { CatchUp } from './catch-up.ts'
import type { Cut } from './contract.ts'
import type { TailError } from './frames.ts'
import {
  type FromTail,
  handedBytes,
  type HandedBatch,
  type TailWorkerData,
  type ToTail,
} from './messages.ts'
import { TailDropped } from './past.ts'
import { endOfMinute, newestPosition } from './position.ts'
import { type Recent, RecentBatches } from './recent-batches.ts'
import { TailWork } from './tail-work.ts'

export interface TailLoopOptions {
  readonly data: TailWorkerData
  /** Opens the book. */
  readonly openSource: () => PageSource
  readonly post: (message: FromTail, transfer: ArrayBuffer[]) => void
}

interface Tailing {
  readonly work: TailWork
  /** The number of the recent entry that it takes next. */
  next: number
  /** Takes what is recent; before, it is given what was there when it came. */
  isLive: boolean
  onCut: ((cut: Cut) => void) | null
}

/** The tail's thread: its side of the conversation in messages.ts. */
export class TailLoop {
  readonly #options: TailLoopOptions
  readonly #opener: BatchOpener
  readonly #catchUp: CatchUp
  readonly #tails = new Map<number, Tailing>()
  readonly #recent = new RecentBatches()
  /** The batch that was opened last: tails that stopped inside it go on there. */
  #opened: { readonly batch: HandedBatch; readonly list: readonly TailRows[] } | null = null
  #closedThrough: number | null = null
  #flushing = false

  constructor(options: TailLoopOptions) {
    const { data, openSource } = options
    this.#options = options
    this.#opener = new BatchOpener(limitsOf(data), data.blockColumnsMax)
    this.#catchUp = new CatchUp(data, openSource)
  }

  /** False when the thread is to end. */
  take(message: ToTail): boolean {
    switch (message.type) {
      case 'batches':
        this.#addAll(message.batches)
        return true
      case 'skipped':
        this.#add(message)
        return true
      case 'closed':
        this.#closedThrough = message.minute
        this.#add(message)
        return true
      case 'open':
        this.#open(message)
        return true
      case 'cut':
        this.#cut(message.tail, message.cut)
        return true
      case 'credit':
        this.#credit(message.tail)
        return true
      case 'cancel':
        this.#leave(message.tail)
        return true
      case 'close':
        for (const tail of this.#tails.keys()) this.#leave(tail)
        return false
    }
  }

  #open({ tail, request, cut }: Extract<ToTail, { type: 'open' }>): void {
    this.#closedThrough = cut.closedThrough
    const work = new TailWork({
      request,
      matcher: makeMatcher(request.selection),
      position: request.after ?? newestPosition(cut.minutes, cut.closedThrough),
      closedThrough: () => this.#closedThrough,
      post: (bytes) => this.#options.post({ type: 'chunk', tail, bytes }, [bytes.buffer]),
      onMissed: (events) => this.#options.post({ type: 'missed', events }, []),
    })
    const isLive = request.after === null
    const tailing = { work, next: this.#recent.next, isLive, onCut: null }
    this.#tails.set(tail, tailing)
    if (!isLive) void this.#goBack(tail, tailing, cut)
  }

  #addAll(batches: readonly HandedBatch[]): void {
    let bytes = 0
    for (const batch of batches) {
      this.#add({ type: 'batch', batch })
      bytes += handedBytes(batch)
    }
    this.#options.post({ type: 'done', bytes }, [])
  }

  #add(entry: Recent): void {
    if (this.#tails.size === 0) return
    this.#recent.add(entry)
    for (const [number, tailing] of this.#tails) this.#advance(number, tailing)
    while (this.#recent.isOver) this.#dropFirst()
    this.#tidy()
    this.#flushSoon()
  }

  #credit(number: number): void {
    const tailing = this.#tails.get(number)
    if (tailing === undefined) return
    tailing.work.credit()
    this.#advance(number, tailing)
    tailing.work.flush()
    this.#tidy()
  }

  /** Gives a tail what it has room for. */
  #advance(number: number, tailing: Tailing): void {
    const { work, isLive } = tailing
    if (!isLive) return
    try {
      for (;;) {
        const entry = this.#recent.at(tailing.next)
        if (entry === null || !this.#give(work, entry)) return
        tailing.next++
      }
    } catch (error) {
      this.#fail(number, work, error)
    }
  }

  /** False: it has no room for all of it. */
  #give(work: TailWork, entry: Recent): boolean {
    switch (entry.type) {
      case 'batch':
        return work.take(this.#listOf(entry.batch))
      case 'skipped':
        work.skip(entry.events, entry.through)
        return true
      case 'closed':
        work.scanned(endOfMinute(entry.minute))
        return true
    }
  }

  /** Lets go of the oldest entry: live tails that have not taken it have missed it. */
  #dropFirst(): void {
    const { first } = this.#recent
    const entry = this.#recent.at(first)
    for (const [number, tailing] of this.#tails) {
      if (!tailing.isLive || tailing.next > first || entry === null) continue
      try {
        if (entry.type === 'batch') tailing.work.miss(this.#listOf(entry.batch))
        else this.#give(tailing.work, entry)
        tailing.next = first + 1
      } catch (error) {
        this.#fail(number, tailing.work, error)
      }
    }
    this.#recent.dropBefore(first + 1)
  }

  #listOf(batch: HandedBatch): readonly TailRows[] {
    if (this.#opened?.batch === batch) return this.#opened.list
    this.#opener.release()
    this.#opened = null
    const list = this.#opener.open(batch)
    this.#opened = { batch, list }
    return list
  }

  /** Keeps only what some tail has still to take. */
  #tidy(): void {
    let needed = this.#recent.next
    for (const { next } of this.#tails.values()) needed = Math.min(needed, next)
    this.#recent.dropBefore(needed)
    if (this.#recent.first < this.#recent.next) return
    this.#opener.release()
    this.#opened = null
  }

  /** What is ready together leaves together. */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      for (const { work } of this.#tails.values()) work.flush()
    })
  }

  #cut(number: number, cut: Cut): void {
    const tailing = this.#tails.get(number)
    if (tailing === undefined) return
    // Now, not when the tail goes on: the next message may be a batch.
    tailing.next = this.#recent.next
    tailing.onCut?.(cut)
  }

  /** Gives a tail what was there before it, then what is recent. */
  async #goBack(number: number, tailing: Tailing, first: Cut): Promise<void> {
    const { work } = tailing
    try {
      await this.#catchUp.run(work, first, async () => {
        // Nothing is awaited from here to the next message, so nothing falls in between.
        tailing.isLive = this.#recent.isWhole(tailing.next)
        return tailing.isLive ? null : this.#newCut(number, tailing)
      })
    } catch (error) {
      this.#fail(number, work, error)
      return
    }
    this.#advance(number, tailing)
    work.flush()
    this.#tidy()
  }

  #newCut(number: number, tailing: Tailing): Promise<Cut> {
    tailing.work.check()
    return new Promise((resolve) => {
      tailing.onCut = resolve
      this.#options.post({ type: 'cut-wanted', tail: number }, [])
    })
  }

  #leave(number: number): void {
    this.#tails.get(number)?.work.cancel()
    this.#tails.delete(number)
    this.#tidy()
  }

  /** Ends one tail; the others go on. */
  #fail(number: number, work: TailWork, error: unknown): void {
    if (!(error instanceof Cancelled)) {
      work.tell(tailError(error))
      work.end()
      this.#options.post({ type: 'ended', tail: number }, [])
    }
    this.#leave(number)
  }
}

function tailError(error: unknown): TailError {
  if (error instanceof TailDropped) {
    return { code: 'dropped', detail: 'pages behind the position have been dropped' }
  }
  return { code: 'query-failed', detail: error instanceof Error ? error.message : String(error) }
}
