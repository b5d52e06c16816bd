import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { frameHeaderBytes } from '../../journal/frame.ts'
import { batchFrame, endFrame, headFrame, type SegmentHead } from './segment-frames.ts'
import { segmentName } from './segment-name.ts'

/** One segment while it is written. Its methods throw what the file system throws. */
export class SegmentWriter {
  readonly path: string
  readonly createdMs: number
  readonly #directory: string
  readonly #fd: number
  #bytes = 0
  #synced = 0
  #syncing = false
  #closed = false
  #isDirectorySynced = false
  /** The buffer in which the head of an event's frame stands, but for what varies. */
  #framed: Buffer | null = null

  constructor(directory: string, head: SegmentHead, number: number, sequence: number) {
    this.#directory = directory
    this.createdMs = head.createdMs
    this.path = join(directory, segmentName(head.createdMs, head.producer, number))
    // Never opened again: what a killed process left is only read.
    this.#fd = openSync(this.path, 'wx', 0o600)
    this.#put(headFrame(head, sequence))
  }

  get bytes(): number {
    return this.#bytes
  }

  get isDirty(): boolean {
    return this.#synced < this.#bytes
  }

  /**
   * Fast path: one event, `bytes[frameHeaderBytes, end)`, becomes a frame where it stands; one write, no copy. About
   * 1 µs, most of it the system call.
   */
  append(bytes: Buffer, end: number, sequence: number, nowMs: number): void {
    if (bytes !== this.#framed) {
      bytes.set(eventHead)
      this.#framed = bytes
    }
    writeUint32(bytes, 8, end)
    writeUint64(bytes, 16, sequence)
    writeUint64(bytes, 24, nowMs)
    writeUint32(bytes, 32, end - frameHeaderBytes)
    writeUint32(bytes, 4, crc32(bytes.subarray(8, end)))
    this.#write(bytes, end)
  }

  /** A frame as `batchFrame` makes it. */
  put(frame: Uint8Array): void {
    this.#put(frame)
  }

  #put(frame: Uint8Array): void {
    this.#write(frame, frame.length)
  }

  /** At its own position: what a failed write left behind is written over by the next. */
  #write(bytes: Uint8Array, length: number): void {
    let written = 0
    try {
      while (written < length) {
        written += writeSync(this.#fd, bytes, written, length - written, this.#bytes + written)
      }
    } catch (error) {
      this.#cutOff()
      throw error
    }
    this.#bytes += length
  }

  /** A part of a frame is no use to anyone. */
  #cutOff(): void {
    try {
      ftruncateSync(this.#fd, this.#bytes)
    } catch {
      // The next frame is written over it, and a reader stops before it.
    }
  }

  /** Returns when all that was written survives a loss of power. */
  sync(): void {
    const upTo = this.#bytes
    fdatasyncSync(this.#fd)
    this.#synced = Math.max(this.#synced, upTo)
    if (this.#isDirectorySynced) return
    syncDirectory(this.#directory)
    this.#isDirectorySynced = true
  }

  /** As `sync`, without making anyone wait; `failed` is told of an error. */
  syncSoon(failed: (error: Error) => void): void {
    if (this.#syncing || this.#closed) return
    if (!this.#isDirectorySynced) {
      syncDirectory(this.#directory)
      this.#isDirectorySynced = true
    }
    const upTo = this.#bytes
    this.#syncing = true
    fdatasync(this.#fd, (error) => {
      this.#syncing = false
      if (this.#closed) closeSync(this.#fd)
      if (error === null || error === undefined) this.#synced = Math.max(this.#synced, upTo)
      else failed(error)
    })
  }

  /** Says that nothing more comes, syncs, and closes. */
  end(sequence: number, nowMs: number): void {
    if (this.#closed) return
    this.#closed = true
    try {
      this.#put(endFrame(sequence, nowMs))
      this.sync()
    } finally {
      // A sync on its way needs the descriptor, and closes it.
      if (!this.#syncing) closeSync(this.#fd)
    }
  }
}

/** New names last only when their directory is synced. */
function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** What `writeFrame` makes of a batch of one event, so that the codec stays one. */
const eventHead = batchFrame({
  sequence: 0,
  events: 1,
  key: null,
  encoding: 'identity',
  body: new Uint8Array(0),
  decodedBytes: 0,
  writtenMs: 0,
})

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255
  bytes[at + 1] = (value >>> 8) & 255
  bytes[at + 2] = (value >>> 16) & 255
  bytes[at + 3] = value >>> 24
}

function writeUint64(bytes: Uint8Array, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32)
  writeUint32(bytes, at, value - high * 2 ** 32)
  writeUint32(bytes, at + 4, high)
}
