import * as fs from 'node:fs'
import { join } from 'node:path'
import type { AsideReport, RecoverySink } from './contract.ts'
import { findFrame, readFrame } from './frame.ts'
import { listSegments, segmentFile, type SegmentName, syncDirectory } from './segment.ts'

export interface RecoveryOptions {
  readonly directory: string
  /** Segments of minutes up to this one are not read: their pages are durable. */
  readonly closedThrough: number | null
  readonly sink: RecoverySink
  readonly onAside: (report: AsideReport) => void
}

export interface Recovered {
  readonly segments: readonly SegmentName[]
  readonly batches: number
  readonly lastSequence: number
}

/** A frame was written by a newer server. */
export class NewerJournalFormat extends Error {
  constructor(path: string, version: number) {
    super(`${path} was written in journal format ${version}, which this version cannot read`)
    this.name = 'NewerJournalFormat'
  }
}

/**
 * Reads every segment that is not a page yet, oldest first, one in memory at a time. What cannot be used
 * is copied to `aside/` and reported, and the sound frames beside it are kept. A segment whose frames end
 * in the middle of one is what a crash leaves: that frame was never acknowledged, and it is cut off.
 */
export async function recover(options: RecoveryOptions): Promise<Recovered> {
  const all = listSegments(options.directory)
  const closed = options.closedThrough ?? Number.NEGATIVE_INFINITY
  const reader = new SegmentReader(options)
  const segments = all.filter((name) => name.minute > closed)
  for (const name of segments) await reader.read(name)
  const done = all.filter((name) => name.minute <= closed)
  for (const name of done) fs.unlinkSync(join(options.directory, segmentFile(name)))
  if (done.length > 0) syncDirectory(options.directory)
  return { segments, batches: reader.batches, lastSequence: reader.lastSequence }
}

class SegmentReader {
  readonly #options: RecoveryOptions
  batches = 0
  lastSequence = 0

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  async read(name: SegmentName): Promise<void> {
    const path = join(this.#options.directory, segmentFile(name))
    const bytes = fs.readFileSync(path)
    let at = 0
    for (;;) {
      const read = readFrame(bytes, at)
      if (read.kind === 'newer') throw new NewerJournalFormat(path, read.version)
      if (read.kind === 'frame') {
        await this.#replay(path, bytes.subarray(at, read.end), read.batch)
        at = read.end
        continue
      }
      if (read.kind === 'padding') {
        at = read.end
        continue
      }
      const next = findFrame(bytes, at)
      if (next < 0) {
        if (read.kind === 'bad') cutAt(path, at)
        return
      }
      const detail = read.kind === 'bad' ? read.detail : 'zeros stand where a frame was expected'
      this.#setAside(path, bytes.subarray(at, next), `bytes ${at} to ${next}: ${detail}`)
      at = next
    }
  }

  async #replay(
    path: string,
    frame: Uint8Array,
    batch: Parameters<RecoverySink['batch']>[0],
  ): Promise<void> {
    if (this.lastSequence !== 0 && batch.sequence <= this.lastSequence) {
      // A frame that was failed, cut off only half, and written again under the same number.
      this.#setAside(path, frame, `sequence ${batch.sequence} comes again`)
      return
    }
    if (this.lastSequence !== 0 && batch.sequence > this.lastSequence + 1) {
      const missing = `${this.lastSequence + 1} to ${batch.sequence - 1}`
      this.#options.onAside({ path, detail: `batches ${missing} are missing before this frame` })
    }
    const reason = await this.#options.sink.batch(batch)
    if (reason !== null) {
      this.#setAside(path, frame, `batch ${batch.sequence}: ${reason}`)
    }
    this.batches++
    this.lastSequence = batch.sequence
  }

  #setAside(path: string, bytes: Uint8Array, detail: string): void {
    const directory = join(this.#options.directory, 'aside')
    fs.mkdirSync(directory, { recursive: true })
    const name = `${path.slice(path.lastIndexOf('/') + 1)}.${this.batches}.${bytes.length}.frame`
    const target = join(directory, name)
    fs.writeFileSync(target, bytes)
    this.#options.onAside({ path: target, detail })
  }
}

/** Zeroes a torn tail, so that a frame written before it can never be followed by half of another. */
function cutAt(path: string, at: number): void {
  const fd = fs.openSync(path, 'r+')
  try {
    fs.ftruncateSync(fd, at)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}
