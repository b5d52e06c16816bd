import { write } from 'node:fs'
import type { JournalBatch } from './contract.ts'
import { alignedBytes, frameBytes, frameHead, groupAlignment, writeFrame } from './frame.ts'
import { alignedBuffer } from './posix.ts'

/** Groups of at most this many bytes may be followed by zeros. */
export const smallGroupBytes = 64 * 1024
/** Zeros that may follow a small group. */
export const zerosAheadBytes = 128 * 1024
/** The buffer for groups of small batches, and the one that large groups pass through piece by piece. */
const smallBytes = smallGroupBytes + zerosAheadBytes
const largeBytes = 4 * 1024 * 1024

export interface WritePlace {
  readonly fd: number
  readonly position: number
  /** At most `zerosAheadBytes`, and 0 behind more than `smallGroupBytes`. */
  readonly zeros: number
}

/** Writes groups of frames through one aligned buffer: bodies are copied once, at memory speed. */
export class GroupWriter {
  #buffer = alignedBuffer(smallBytes, groupAlignment)

  /**
   * Writes the frames of a group at `position`, padded to the alignment, and behind a small group as many
   * `zeros`. Rejects as the system says.
   */
  async write(
    { fd, position, zeros }: WritePlace,
    group: readonly { readonly batch: JournalBatch }[],
  ): Promise<void> {
    const total = group.reduce((sum, { batch }) => sum + frameBytes(batch), 0)
    if (total > this.#buffer.length && this.#buffer.length < largeBytes) {
      this.#buffer = alignedBuffer(largeBytes, groupAlignment)
    }
    let at = 0
    let written = position
    for (const { batch } of group) {
      if (at + frameBytes(batch) <= this.#buffer.length) {
        at = writeFrame(this.#buffer, at, batch)
        continue
      }
      for (const piece of [frameHead(batch), batch.body]) {
        let from = 0
        while (from < piece.length) {
          const to = Math.min(piece.length, from + this.#buffer.length - at)
          this.#buffer.set(piece.subarray(from, to), at)
          at += to - from
          from = to
          if (at < this.#buffer.length) continue
          await writeAll(fd, this.#buffer, written)
          written += at
          at = 0
        }
      }
    }
    if (at === 0) return
    const end = alignedBytes(at) + zeros
    this.#buffer.fill(0, at, end)
    await writeAll(fd, this.#buffer.subarray(0, end), written)
  }
}

/** Writes all of `bytes`, however short the system's writes are. */
async function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) done += await writeSome(fd, bytes.subarray(done), position + done)
}

function writeSome(fd: number, bytes: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, 0, bytes.length, position, (error, written) => {
      if (error !== null) reject(error)
      else resolve(written)
    })
  })
}
