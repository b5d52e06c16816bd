import * as fs from 'node:fs'
import { join } from 'node:path'
import { decoderVersion } from '../decode/contract.ts'
import type { JournalBatch } from './contract.ts'
import { findFrame, frameHeaderBytes, groupAlignment, readFrame } from './frame.ts'
import { listSegments, segmentFile } from './segment.ts'

/** Bytes read at a time; a frame that is longer is read whole. */
const windowBytes = 1024 * 1024

/**
 * The batches of a minute as its segments hold them, in order. For readers beside the journal: the segments
 * may grow meanwhile, and go when the minute has become a page, so the list may end early, and what is still
 * being written at its end is left out. The body of a batch is valid until the next is asked for.
 */
export function* batchesOfMinute(directory: string, minute: number): Generator<JournalBatch> {
  let lastSequence = 0
  for (const name of listSegments(directory)) {
    if (name.minute !== minute) continue
    const fd = openIfThere(join(directory, segmentFile(name)))
    if (fd === null) return
    try {
      for (const batch of framesOf(fd)) {
        // As when the journal is replayed: neither of these counts.
        if (batch.sequence <= lastSequence || batch.decoderVersion !== decoderVersion) continue
        lastSequence = batch.sequence
        yield batch
      }
    } finally {
      fs.closeSync(fd)
    }
  }
}

function openIfThere(path: string): number | null {
  try {
    return fs.openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function* framesOf(fd: number): Generator<JournalBatch> {
  const size = fs.fstatSync(fd).size
  // Where the window begins in the file: always where a group may begin.
  let start = 0
  let bytes = readAt(fd, 0, windowBytes)
  let at = 0
  while (start + at < size) {
    const read = readFrame(bytes, at)
    if (read.kind === 'frame') {
      yield read.batch
      at = read.end
      continue
    }
    const isWhole = start + bytes.length >= size
    if (read.kind === 'padding' && read.end < bytes.length) {
      at = read.end
      continue
    }
    if (!isWhole && reachesEnd(bytes, at)) {
      const from = Math.floor((start + at) / groupAlignment) * groupAlignment
      const needed = Math.min(start + at - from + frameLength(bytes, at), size - from)
      at = start + at - from
      start = from
      bytes = readAt(fd, from, Math.max(windowBytes, needed))
      continue
    }
    const next = read.kind === 'bad' ? findFrame(bytes, at) : -1
    if (next < 0) return
    at = next
  }
}

/** Whether what stands at `at` may go on behind the window. */
function reachesEnd(bytes: Buffer, at: number): boolean {
  return at + Math.max(frameLength(bytes, at), groupAlignment) > bytes.length
}

/** Of the frame that begins at `at`, as far as its header is there. */
function frameLength(bytes: Buffer, at: number): number {
  if (at + frameHeaderBytes > bytes.length) return frameHeaderBytes
  return bytes.toString('latin1', at, at + 4) === 'MBJ1' ? bytes.readUInt32LE(at + 8) : 0
}

function readAt(fd: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(bytes)
  const read = fs.readSync(fd, buffer, 0, bytes, from)
  return buffer.subarray(0, read)
}
