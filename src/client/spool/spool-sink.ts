import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { DropTally } from '../drop-tally.ts'
import type { OnProblem, OverflowPolicy, Sink } from '../sink.ts'
import { SegmentWriter } from './segment-writer.ts'
import { spoolVersion } from './segment-frames.ts'
import { deleteOldest, spoolBytes } from './space.ts'

/** What a SpoolSink works with; bytes and milliseconds as their names say. */
export interface SpoolOptions {
  readonly directory: string
  readonly facility: string
  readonly producer: string
  readonly segmentBytesMax: number
  readonly segmentAgeMs: number
  /** Of all files of the directory, whoever wrote them. */
  readonly spoolBytesMax: number
  readonly policy: OverflowPolicy
  /** How long one call waits at most for space, with the policy `block`. */
  readonly blockMsMax: number
  readonly syncEveryMs: number
  /** This level and more severe ones are synced at once: 3 is error. -1 for none. */
  readonly syncLevelMax: number
  readonly nowMs: () => number
  readonly onProblem: OnProblem
  readonly reportDrops: (counts: Readonly<Record<string, number>>) => void
}

/** How full a spool may be for events of each level, with the policy `drop-lowest-level`. */
const shareOfLevel = [1, 1, 1, 1, 0.95, 0.9, 0.9, 0.8] as const
/** How often the directory is measured while this process writes: each such part of its bound. */
const measureParts = 64
/** A spool that is too full for an event is measured again for the next one after so long. */
const measureAgainMs = 100
const pollMs = 10
/** After a failure, events are dropped without trying for so long: a broken disk is slow to say so. */
const failurePauseMs = 200

/** Appends every event to this process's own segment before the call returns. */
export class SpoolSink implements Sink {
  readonly #options: SpoolOptions
  readonly #drops = new DropTally()
  #segment: SegmentWriter | null = null
  #number = 0
  #sequence = 1
  #lastCreatedMs = 0
  #pausedUntilMs = 0
  /** Bytes of the directory when it was last measured, and what this process wrote since. */
  #measured = 0
  #since = Number.POSITIVE_INFINITY
  #measuredMs = 0
  #closed = false
  #syncTimer: ReturnType<typeof setTimeout> | null = null
  #ageTimer: ReturnType<typeof setTimeout> | null = null

  constructor(options: SpoolOptions) {
    this.#options = options
  }

  write(bytes: Buffer, end: number, level: number, nowMs: number): void {
    if (this.#closed || nowMs < this.#pausedUntilMs) return this.#drops.add(level, 1)
    try {
      // The head of a frame takes the place before the event.
      if (!this.#hasRoom(end, level, nowMs)) return this.#drops.add(level, 1)
      const segment = this.#writable(nowMs)
      segment.append(bytes, end, this.#sequence, nowMs)
      this.#sequence++
      this.#since += end
      if (level <= this.#options.syncLevelMax) segment.sync()
      else if (this.#syncTimer === null) this.#syncLater()
    } catch (error) {
      this.#fail(error)
      this.#drops.add(level, 1)
      return
    }
    if (this.#drops.count > 0) this.#announce()
  }

  async flush(): Promise<boolean> {
    try {
      if (this.#segment?.isDirty === true) this.#segment.sync()
      return true
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  /** What was written is in the kernel's hands already; this syncs it and says that the segment ended. */
  spill(): void {
    if (this.#drops.count > 0) this.#announce()
    this.#endSegment()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.spill()
    this.#closed = true
  }

  /** The segment to write to; a full or old one gives way to the next. */
  #writable(nowMs: number): SegmentWriter {
    const { segmentBytesMax, segmentAgeMs } = this.#options
    const open = this.#segment
    if (open !== null) {
      const age = nowMs - open.createdMs
      if (open.bytes < segmentBytesMax && age < segmentAgeMs) return open
      this.#endSegment()
    }
    return this.#beginSegment(nowMs)
  }

  #beginSegment(nowMs: number): SegmentWriter {
    const { directory, facility, producer, segmentAgeMs } = this.#options
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    // Names sort as segments were begun, even when the clock steps back.
    this.#lastCreatedMs = Math.max(this.#lastCreatedMs, nowMs)
    const head = {
      version: spoolVersion,
      producer,
      facility,
      host: hostname(),
      pid: process.pid,
      createdMs: this.#lastCreatedMs,
      segmentAgeMs,
    }
    const segment = new SegmentWriter(directory, head, this.#number, this.#sequence)
    this.#number++
    this.#segment = segment
    // Its first frame, and about as much for its last.
    this.#since += 2 * segment.bytes
    // A process that falls silent ends its segment, so that a forwarder can finish it.
    this.#ageTimer = setTimeout(() => this.#endSegment(), segmentAgeMs)
    this.#ageTimer.unref()
    return segment
  }

  #endSegment(): void {
    if (this.#ageTimer !== null) clearTimeout(this.#ageTimer)
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer)
    this.#ageTimer = null
    this.#syncTimer = null
    const segment = this.#segment
    this.#segment = null
    try {
      segment?.end(this.#sequence, this.#options.nowMs())
    } catch (error) {
      this.#fail(error)
    }
  }

  #syncLater(): void {
    this.#syncTimer = setTimeout(() => {
      this.#syncTimer = null
      try {
        if (this.#segment?.isDirty === true) this.#segment.syncSoon((error) => this.#fail(error))
      } catch (error) {
        this.#fail(error)
      }
    }, this.#options.syncEveryMs)
    this.#syncTimer.unref()
  }

  #hasRoom(length: number, level: number, nowMs: number): boolean {
    const { spoolBytesMax, policy } = this.#options
    if (this.#since > spoolBytesMax / measureParts) this.#measure()
    const share = policy === 'drop-lowest-level' ? (shareOfLevel[level] ?? 1) : 1
    if (this.#measured + this.#since + length <= spoolBytesMax * share) return true
    if (share < 1 && nowMs - this.#measuredMs < measureAgainMs) return false
    this.#measure()
    this.#measuredMs = nowMs
    if (policy === 'block') return this.#waitForRoom(length)
    if (share < 1) return this.#measured + length <= spoolBytesMax * share
    return this.#deleteForRoom(length)
  }

  #measure(): void {
    this.#measured = spoolBytes(this.#options.directory)
    this.#since = 0
  }

  #deleteForRoom(length: number): boolean {
    const { directory, spoolBytesMax } = this.#options
    while (this.#measured + length > spoolBytesMax) {
      const deleted = deleteOldest(directory)
      if (deleted === null) {
        // All that is left is what is being written: this process can at least end its own.
        if (this.#segment === null) return false
        this.#endSegment()
        continue
      }
      this.#measured -= deleted.bytes
      // Their levels are not worth decoding them: counted as the least severe.
      this.#drops.add(7, deleted.events)
    }
    return true
  }

  /** The forwarder is another process: it makes room while this one sleeps. */
  #waitForRoom(length: number): boolean {
    const { spoolBytesMax, blockMsMax, nowMs } = this.#options
    const until = nowMs() + blockMsMax
    const cell = new Int32Array(new SharedArrayBuffer(4))
    while (this.#measured + length > spoolBytesMax) {
      if (nowMs() >= until) {
        // No forwarder seems to run: so long again no call waits, lest the application stand still.
        this.#pausedUntilMs = nowMs() + blockMsMax
        this.#tellFull()
        return false
      }
      Atomics.wait(cell, 0, 0, pollMs)
      this.#measure()
    }
    return true
  }

  /** Told as an event, once there is room again. */
  #announce(): void {
    const counts = this.#drops.take()
    if (counts === null) return
    this.#tellFull()
    this.#options.reportDrops(counts)
  }

  #tellFull(): void {
    const detail = `${this.#options.directory} is full: events are dropped`
    this.#options.onProblem({ code: 'dropped', detail })
  }

  #fail(error: unknown): void {
    this.#pausedUntilMs = this.#options.nowMs() + failurePauseMs
    const detail = error instanceof Error ? error.message : String(error)
    this.#options.onProblem({ code: 'disk', detail: `${this.#options.directory}: ${detail}` })
  }
}
