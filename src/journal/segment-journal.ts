import * as fs from 'node:fs'
import type { AppendOutcome, Journal, JournalBatch } from './contract.ts'
import { alignedBytes, frameBytes } from './frame.ts'
import { GroupWriter, smallGroupBytes, zerosAheadBytes } from './group-writer.ts'
import {
  createSegment,
  listSegments,
  type OpenSegment,
  segmentFile,
  type SegmentName,
  syncDirectory,
} from './segment.ts'

/** A segment's size: the first of a minute, and those that follow when the minute fills it. */
export const firstSegmentBytes = 16 * 1024 * 1024
export const nextSegmentBytes = 64 * 1024 * 1024
/** Bytes of one group: what arrives beyond goes into the next. */
const groupBytesMax = 32 * 1024 * 1024

interface Waiting {
  readonly batch: JournalBatch
  readonly bytes: number
  readonly resolve: (outcome: AppendOutcome) => void
}

export interface SegmentJournalOptions {
  readonly directory: string
  /** After every group: how long write and sync took, how much it held. */
  readonly onCommit: ((ms: number, batches: number, bytes: number) => void) | null
}

/** The journal as preallocated, append-only segment files with one write and one fdatasync a group. */
export class SegmentJournal implements Journal {
  readonly #options: SegmentJournalOptions
  readonly stats = { segments: 0, bytes: 0, groups: 0, batches: 0, failedGroups: 0 }
  #waiting: Waiting[] = []
  #segment: OpenSegment | null = null
  #offset = 0
  /** How far the open segment has been written, be it with zeros. */
  #writtenTo = 0
  #committing: Promise<void> | null = null
  #unmended: { readonly name: SegmentName; readonly keptBytes: number } | null = null
  readonly #writer = new GroupWriter()
  #nextNumber: SegmentName = { minute: -1, number: 0 }

  constructor(options: SegmentJournalOptions, existing: readonly SegmentName[]) {
    this.#options = options
    const last = existing.at(-1)
    if (last !== undefined) this.#nextNumber = { minute: last.minute, number: last.number + 1 }
    this.stats.segments = existing.length
  }

  append(batch: JournalBatch): Promise<AppendOutcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ batch, bytes: frameBytes(batch), resolve })
      this.#committing ??= this.#commitAll()
    })
  }

  async releaseThrough(minute: number): Promise<void> {
    const { directory } = this.#options
    const open = this.#segment
    if (open !== null && open.name.minute <= minute && this.#committing === null) this.#leave()
    // What a failed group has left there goes with its segment.
    if (this.#unmended !== null && this.#unmended.name.minute <= minute) this.#unmended = null
    try {
      const gone = listSegments(directory).filter((name) => {
        return name.minute <= minute && name.minute !== this.#segment?.name.minute
      })
      for (const name of gone) {
        await fs.promises.unlink(`${directory}/${segmentFile(name)}`)
        this.stats.segments--
      }
      if (gone.length > 0) syncDirectory(directory)
    } catch (error) {
      // What is not released now is with the next minute, or by the next start.
      if (!isWithoutDescriptors(error)) throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#committing !== null) await this.#committing
    this.#leave()
    try {
      this.#mend()
    } catch {
      // The next start may bring a batch back that was answered with a failure: it can happen in a crash too.
    }
  }

  async #commitAll(): Promise<void> {
    // A turn of the event loop passes first, so that all that is ready goes into one group.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup()
      const began = performance.now()
      const failure = await this.#commit(group)
      if (failure !== null) {
        this.#fail([...group, ...this.#waiting.splice(0)], failure)
        continue
      }
      this.stats.groups++
      this.stats.batches += group.length
      for (const waiting of group) waiting.resolve(durable)
      this.#options.onCommit?.(performance.now() - began, group.length, bytesOf(group))
    }
    this.#committing = null
  }

  /** What is waiting, of one minute and up to the bound. */
  #nextGroup(): Waiting[] {
    const first = this.#waiting[0]
    if (first === undefined) return []
    const minute = minuteOf(first)
    let count = 0
    let bytes = 0
    for (const waiting of this.#waiting) {
      if (minuteOf(waiting) !== minute) break
      if (count > 0 && bytes + waiting.bytes > groupBytesMax) break
      bytes += waiting.bytes
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #commit(group: readonly Waiting[]): Promise<AppendOutcome | null> {
    const bytes = alignedBytes(bytesOf(group))
    try {
      this.#mend()
      const segment = this.#segmentFor(group, bytes)
      const end = this.#offset + bytes
      const zeros = this.#zerosBehind(segment, end, bytes)
      await this.#writer.write({ fd: segment.fd, position: this.#offset, zeros }, group)
      await sync(segment.fd)
      this.#offset = end
      this.#writtenTo = Math.max(this.#writtenTo, end + zeros)
      this.stats.bytes += bytes
      return null
    } catch (error) {
      this.#abandon()
      return failureOf(error)
    }
  }

  /**
   * The first write of a reserved block changes the file's metadata, and its sync waits for the file system's
   * own journal. So a small group that reaches such blocks takes many of them along as zeros: the groups after
   * it find them written.
   */
  #zerosBehind(segment: OpenSegment, end: number, bytes: number): number {
    if (end <= this.#writtenTo || bytes > smallGroupBytes) return 0
    return Math.min(zerosAheadBytes, segment.bytes - end)
  }

  #segmentFor(group: readonly Waiting[], bytes: number): OpenSegment {
    const first = group[0]
    const minute = first === undefined ? 0 : minuteOf(first)
    const open = this.#segment
    if (open !== null && open.name.minute === minute && this.#offset + bytes <= open.bytes)
      return open
    const follows = open !== null && open.name.minute === minute
    this.#leave()
    const number = this.#nextNumber.minute === minute ? this.#nextNumber.number : 0
    const name = { minute, number }
    this.#nextNumber = { minute, number: number + 1 }
    const standard = follows ? nextSegmentBytes : firstSegmentBytes
    this.#segment = createSegment(this.#options.directory, name, Math.max(standard, bytes))
    this.#offset = 0
    this.stats.segments++
    return this.#segment
  }

  #fail(group: readonly Waiting[], failure: AppendOutcome): void {
    this.stats.failedGroups++
    for (const waiting of group) waiting.resolve(failure)
  }

  /**
   * After a failed write or sync the pages of the file cannot be trusted (an error of fsync may be reported
   * only once), so what was acknowledged stays where it is and all that follows goes to a new segment.
   */
  #abandon(): void {
    const segment = this.#segment
    if (segment === null) return
    this.#unmended = { name: segment.name, keptBytes: this.#offset }
    this.#leave()
  }

  /** Cuts the bytes of a failed group off, so that replay never sees them; nothing goes on before that. */
  #mend(): void {
    if (this.#unmended === null) return
    const path = `${this.#options.directory}/${segmentFile(this.#unmended.name)}`
    const fd = fs.openSync(path, 'r+')
    try {
      fs.ftruncateSync(fd, this.#unmended.keptBytes)
      fs.fsyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
    this.#unmended = null
  }

  #leave(): void {
    const segment = this.#segment
    this.#segment = null
    this.#offset = 0
    this.#writtenTo = 0
    if (segment === null) return
    try {
      fs.closeSync(segment.fd)
    } catch {
      // What was acknowledged has been synced: closing can lose nothing.
    }
  }
}

const durable: AppendOutcome = { ok: true }

const minuteOf = (waiting: Waiting): number => Math.floor(waiting.batch.receivedMs / 60_000)

const bytesOf = (group: readonly Waiting[]): number =>
  group.reduce((sum, waiting) => sum + waiting.bytes, 0)

function failureOf(error: unknown): AppendOutcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const detail = error instanceof Error ? error.message : String(error)
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
  return { ok: false, reason: full ? 'disk-full' : 'io-error', detail }
}

function sync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fdatasync(fd, (error) => (error === null ? resolve() : reject(error)))
  })
}

/** The process, or the machine, has as many files open as it may have. */
function isWithoutDescriptors(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'EMFILE' || code === 'ENFILE'
}
