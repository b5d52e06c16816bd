import {
  findFrame,
  frameBytes,
  frameHeaderBytes,
  readFrame,
  writeFrame,
} from '../../journal/frame.ts'
import type { JournalBatch } from '../../journal/contract.ts'

/*
 * A segment of the spool, version 1: frames of the journal's codec, one behind the other without padding.
 * docs/FORMAT-spool.md is its specification.
 *
 *   | head frame | event frame | event frame | … | end frame |
 *
 *   head   key 'segment', JSON: who writes, and from when on the segment is abandoned
 *   event  no key: one event in msgpack. With an Idempotency-Key: a batch as it may have been sent already
 *   end    key 'end', JSON: nothing more comes
 *
 * `sequence` is the number of the frame's first event among those of its producer, from 1, `accepted` how
 * many events the frame holds. A reader stops at the first byte that is not what it should be.
 */

/** The version that a head names. */
export const spoolVersion = 1
/** The key of a head frame. */
export const headKey = 'segment'
/** The key of an end frame. */
export const endKey = 'end'

/** What the first frame of a segment says. */
export interface SegmentHead {
  readonly version: number
  readonly producer: string
  readonly facility: string
  readonly host: string
  readonly pid: number
  readonly createdMs: number
  /** Its writer begins no frame when the segment is older than this. */
  readonly segmentAgeMs: number
}

/** One frame with events. */
export interface SpoolBatch {
  readonly producer: string
  /** Of the first event, by producer, from 1. */
  readonly sequence: number
  readonly events: number
  /** The Idempotency-Key under which it may have been sent already, else null. */
  readonly key: string | null
  readonly encoding: 'identity' | 'gzip' | 'zstd'
  /** msgpack, compressed as `encoding` says. */
  readonly body: Uint8Array
  readonly decodedBytes: number
  readonly writtenMs: number
  /** Where the frame ends in its segment. */
  readonly end: number
}

/** What was read of a segment. */
export interface SegmentContent {
  /** Null when not even the first frame is sound, or when reading began behind it. */
  readonly head: SegmentHead | null
  readonly batches: readonly SpoolBatch[]
  /** What was read up to: from here on there is nothing, or damage. */
  readonly end: number
  /**
   * `ended`: the writer said that nothing more comes. `open`: more may come. `torn`: it breaks off inside
   * a frame, which either is being written or never will be. `corrupt`: something else stands there.
   */
  readonly ending: 'ended' | 'open' | 'torn' | 'corrupt'
  readonly detail: string
}

const control = (
  key: string,
  sequence: number,
  nowMs: number,
  value: object,
): Uint8Array<ArrayBuffer> => {
  const body = Buffer.from(JSON.stringify(value))
  return frameOf({
    sequence,
    receivedMs: nowMs,
    form: { format: 'json', encoding: 'identity', strict: false },
    key,
    decodedBytes: body.length,
    accepted: 0,
    rejected: 0,
    decoderVersion: 0,
    body,
  })
}

/** The first frame of a segment; `sequence` is that of the first event to come. */
export const headFrame = (head: SegmentHead, sequence: number): Uint8Array<ArrayBuffer> =>
  control(headKey, sequence, head.createdMs, head)

/** The last frame; `sequence` is one more than that of the last event. */
export const endFrame = (sequence: number, nowMs: number): Uint8Array<ArrayBuffer> =>
  control(endKey, sequence, nowMs, {})

/** A frame of one event without a key, or of a batch with one. */
export function batchFrame(batch: Omit<SpoolBatch, 'end' | 'producer'>): Uint8Array<ArrayBuffer> {
  return frameOf({
    sequence: batch.sequence,
    receivedMs: batch.writtenMs,
    form: { format: 'msgpack', encoding: batch.encoding, strict: false },
    key: batch.key,
    decodedBytes: batch.decodedBytes,
    accepted: batch.events,
    rejected: 0,
    decoderVersion: 0,
    body: batch.body,
  })
}

function frameOf(batch: JournalBatch): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(frameBytes(batch))
  writeFrame(bytes, 0, batch)
  return bytes
}

/**
 * Reads the frames of a segment up to the first damage. `bytes` begin at the frame that stands at `base` in the file.
 * Bodies are views.
 */
export function readSegmentBytes(bytes: Buffer, producer: string, base = 0): SegmentContent {
  const batches: SpoolBatch[] = []
  let head: SegmentHead | null = null
  let at = 0
  const stop = (ending: SegmentContent['ending'], detail: string): SegmentContent => ({
    head,
    batches,
    end: base + at,
    ending,
    detail,
  })
  while (at < bytes.length) {
    const read = readFrame(bytes, at)
    if (read.kind === 'newer') return stop('corrupt', `a frame of version ${read.version}`)
    if (read.kind !== 'frame') return stop(...brokenAt(bytes, at, read))
    const { batch, end } = read
    if (at === 0 && base === 0) {
      head = readHead(batch, producer)
      if (head === null) return stop('corrupt', 'its first frame is not that of a segment')
    } else if (batch.key === endKey && batch.accepted === 0) {
      at = end
      return end === bytes.length
        ? stop('ended', '')
        : stop('corrupt', 'bytes stand behind its end')
    } else {
      const event = spoolBatch(batch, producer, base + end)
      if (event === null) return stop('corrupt', 'a frame is none of a spool')
      batches.push(event)
    }
    at = end
  }
  return stop('open', '')
}

function brokenAt(
  bytes: Buffer,
  at: number,
  read: { kind: string; detail?: string },
): ['torn' | 'corrupt', string] {
  const left = bytes.length - at
  // Zeros: space that was given to the file before a crash, and never written.
  if (read.kind !== 'bad') {
    return isZero(bytes, at) ? ['torn', 'zeros'] : ['corrupt', 'bytes stand behind zeros']
  }
  const length = left >= 12 ? bytes.readUInt32LE(at + 8) : 0
  const startsWell = bytes.subarray(at, at + Math.min(left, 4)).equals(magic.subarray(0, left))
  // A length that damage made too long hides sound frames; a write that broke off has none behind it.
  if (startsWell && (left < frameHeaderBytes || length > left) && findFrame(bytes, at + 1) < 0) {
    return ['torn', 'it ends inside a frame']
  }
  return ['corrupt', read.detail ?? '']
}

const magic = Buffer.from('MBJ1', 'latin1')

function isZero(bytes: Buffer, from: number): boolean {
  for (let i = from; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}

function spoolBatch(batch: JournalBatch, producer: string, end: number): SpoolBatch | null {
  const { encoding, format } = batch.form
  const isKnown = encoding === 'identity' || encoding === 'gzip' || encoding === 'zstd'
  if (!isKnown || format !== 'msgpack' || batch.accepted === 0) return null
  return {
    producer,
    sequence: batch.sequence,
    events: batch.accepted,
    key: batch.key,
    encoding,
    body: batch.body,
    decodedBytes: batch.decodedBytes,
    writtenMs: batch.receivedMs,
    end,
  }
}

function readHead(batch: JournalBatch, producer: string): SegmentHead | null {
  if (batch.key !== headKey || batch.accepted !== 0) return null
  const value: unknown = parse(batch.body)
  if (typeof value !== 'object' || value === null) return null
  const { version, facility, host, pid, createdMs, segmentAgeMs } = {
    version: 0,
    facility: '',
    host: '',
    pid: 0,
    createdMs: 0,
    segmentAgeMs: 0,
    ...value,
  }
  return version === spoolVersion && Reflect.get(value, 'producer') === producer
    ? { version, producer, facility, host, pid, createdMs, segmentAgeMs }
    : null
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return null
  }
}
