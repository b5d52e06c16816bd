import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { OnProblem } from '../sink.ts'
import {
  readSegmentBytes,
  type SegmentContent,
  type SegmentHead,
  type SpoolBatch,
} from './segment-frames.ts'
import { listSegments, type SegmentFile } from './segment-name.ts'
import { bytesOf, setAside, unlinkIfThere } from './space.ts'

/** What a SpoolReader works with. */
export interface SpoolReaderOptions {
  readonly directory: string
  /** The wall clock of the machine on which the segments are written. */
  readonly nowMs?: () => number
  readonly onProblem?: OnProblem
}

/** A batch and the segment that it is in. */
export interface SpooledBatch extends SpoolBatch {
  readonly segment: SegmentFile
}

/** Added to twice a segment's age before one that was not ended counts as abandoned. */
const graceMs = 60_000
/** When the head of a segment cannot be read, nothing says how long its writer may go on. */
const unknownAgeMs = 10 * 60_000
/** No writer makes a larger segment; what stands behind this is damage. */
const segmentBytesMax = 512 * 1024 * 1024

/** How far this reader has come in a segment. */
interface Progress {
  head: SegmentHead | null
  /** All before this offset is done. */
  done: number
  /** All before this offset has been given. */
  given: number
  /** What stands at `seen`, the end of what was read. */
  ending: SegmentContent['ending']
  detail: string
  seen: number
  /** Size of the file when it was read. */
  size: number
}

/**
 * Reads the segments of all producers of a spool, and deletes them when what they hold is done. One reader a directory:
 * the forwarder's lock sees to that. Where a reader ended, the next begins with the first batch of each segment that is
 * left: what was sent twice is recognised by producer and sequence.
 */
export class SpoolReader {
  readonly #directory: string
  readonly #nowMs: () => number
  readonly #onProblem: OnProblem
  readonly #progress = new Map<string, Progress>()
  #corrupt = 0
  #torn = 0

  constructor(options: SpoolReaderOptions) {
    this.#directory = options.directory
    this.#nowMs = options.nowMs ?? Date.now
    this.#onProblem = options.onProblem ?? (() => {})
  }

  /** Segments set aside since this reader began. */
  get corruptSegments(): number {
    return this.#corrupt
  }

  /** Segments that broke off inside a frame: their writer was killed in the middle of a write. */
  get tornSegments(): number {
    return this.#torn
  }

  /**
   * Every batch that has not been given yet, those of one producer in the order of their sequence. One segment is in
   * memory at a time; bodies are views of it. Segments of which all is done are deleted on the way, so what is deleted
   * was marked before this call.
   */
  *batches(): Generator<SpooledBatch, void, undefined> {
    const segments = listSegments(this.#directory)
    this.#forgetOthers(segments)
    for (const [i, segment] of segments.entries()) {
      const progress = this.#progressOf(segment)
      const batches = this.#readOn(segment, progress)
      const { size } = progress
      // Whoever asks no further is given the rest when asking again.
      progress.size = -1
      for (const batch of batches) {
        progress.given = batch.end
        yield { ...batch, segment }
      }
      progress.size = size
      const hasSuccessor = segments[i + 1]?.producer === segment.producer
      if (this.#isDone(segment, progress, hasSuccessor)) this.#finish(segment, progress)
    }
  }

  /** The batch, and all before it in its segment, is durable at the server: it is not given again. */
  markDone(batch: SpooledBatch): void {
    const progress = this.#progressOf(batch.segment)
    progress.done = Math.max(progress.done, batch.end)
  }

  /** All batches that are not done are given again: they could not be sent. */
  rewind(): void {
    for (const progress of this.#progress.values()) {
      if (progress.given === progress.done) continue
      progress.given = progress.done
      progress.size = -1
    }
  }

  #progressOf(segment: SegmentFile): Progress {
    let progress = this.#progress.get(segment.name)
    if (progress === undefined) {
      progress = { head: null, done: 0, given: 0, ending: 'open', detail: '', seen: 0, size: -1 }
      this.#progress.set(segment.name, progress)
    }
    return progress
  }

  /** The batches behind what was given. */
  #readOn(segment: SegmentFile, progress: Progress): readonly SpoolBatch[] {
    try {
      const bytes = readFrom(segment.path, progress.given, progress.size)
      if (bytes === null) return []
      const content = readSegmentBytes(bytes, segment.producer, progress.given)
      progress.head = content.head ?? progress.head
      progress.ending = content.ending
      progress.detail = content.detail
      progress.seen = content.end
      progress.size = progress.given + bytes.length
      return content.batches
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (!isGone) this.#tell('disk', `${segment.name}: ${String(error)}`)
      return []
    }
  }

  #isDone(segment: SegmentFile, progress: Progress, hasSuccessor: boolean): boolean {
    if (progress.size < 0 || progress.done < progress.given) return false
    // A writer ends a segment before it begins the next.
    if (progress.ending === 'ended' || hasSuccessor) return true
    const { head } = progress
    const patienceMs = head === null ? unknownAgeMs : 2 * head.segmentAgeMs + graceMs
    const isOld = this.#nowMs() - segment.createdMs > patienceMs
    // When it is only the clock that has jumped, its writer may have written on meanwhile.
    return isOld && bytesOf(segment.path) === progress.size
  }

  #finish(segment: SegmentFile, progress: Progress): void {
    try {
      if (progress.ending === 'corrupt') {
        this.#corrupt++
        const path = setAside(segment)
        this.#tell('corrupt', `${path}: at byte ${progress.seen}: ${progress.detail}`)
      } else {
        if (progress.ending === 'torn') this.#torn++
        unlinkIfThere(segment.path)
      }
      this.#progress.delete(segment.name)
    } catch (error) {
      this.#tell('disk', `${segment.name}: ${String(error)}`)
    }
  }

  /** Segments that a full spool has given up meanwhile. */
  #forgetOthers(segments: readonly SegmentFile[]): void {
    const names = new Set(segments.map((segment) => segment.name))
    for (const name of this.#progress.keys()) if (!names.has(name)) this.#progress.delete(name)
  }

  #tell(code: 'corrupt' | 'disk', detail: string): void {
    this.#onProblem({ code, detail })
  }
}

/** The bytes from an offset on; null when the file is still as large as it was. */
function readFrom(path: string, from: number, knownSize: number): Buffer | null {
  const fd = openSync(path, 'r')
  try {
    const size = Math.min(fstatSync(fd).size, segmentBytesMax)
    if (size === knownSize) return null
    const bytes = Buffer.allocUnsafe(Math.max(0, size - from))
    let read = 0
    while (read < bytes.length) {
      const count = readSync(fd, bytes, read, bytes.length - read, from + read)
      if (count === 0) break
      read += count
    }
    return bytes.subarray(0, read)
  } finally {
    closeSync(fd)
  }
}
