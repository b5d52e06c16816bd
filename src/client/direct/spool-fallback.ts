import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { SpoolReader, type SpooledBatch } from '../spool/reader.ts'
import { batchFrame, spoolVersion } from '../spool/segment-frames.ts'
import { SegmentWriter } from '../spool/segment-writer.ts'
import { spoolBytes } from '../spool/space.ts'
import type { OnProblem } from '../sink.ts'
import { keyOf } from './batch-key.ts'
import type { Fallback, StoredBatch } from './direct-sink.ts'

/** Where a fallback is and what it may hold. */
export interface FallbackOptions {
  readonly directory: string
  readonly facility: string
  readonly producer: string
  readonly bytesMax: number
  readonly nowMs: () => number
  readonly onProblem: OnProblem
}

/** Segments that hold whole batches end at once: this is only what their head says. */
const segmentAgeMs = 1_000

/**
 * Keeps batches as segments of a spool, under their keys. Processes may share a directory: two that send the same batch
 * send it under the same key, and it is stored once.
 */
export class SpoolFallback implements Fallback {
  readonly #options: FallbackOptions
  #number = 0

  constructor(options: FallbackOptions) {
    this.#options = options
  }

  store(batches: readonly StoredBatch[]): boolean {
    const { directory, bytesMax, nowMs } = this.#options
    try {
      makeOwnDirectory(directory)
      const bytes = batches.reduce((sum, batch) => sum + batch.body.length, 0)
      if (spoolBytes(directory) + bytes > bytesMax) {
        this.#tell('dropped', `${directory} is full: what was left is dropped`)
        return false
      }
      const writer = this.#begin(batches[0]?.sequence ?? 0)
      for (const batch of batches) writer.put(batchFrame({ ...batch, writtenMs: nowMs() }))
      const last = batches.at(-1)
      writer.end((last?.sequence ?? 0) + (last?.events ?? 0), nowMs())
      return true
    } catch (error) {
      this.#tell('disk', `${directory}: ${error instanceof Error ? error.message : String(error)}`)
      return false
    }
  }

  #begin(sequence: number): SegmentWriter {
    const { directory, facility, producer, nowMs } = this.#options
    const head = {
      version: spoolVersion,
      producer,
      facility,
      host: hostname(),
      pid: process.pid,
      createdMs: nowMs(),
      segmentAgeMs,
    }
    return new SegmentWriter(directory, head, this.#number++, sequence)
  }

  async sendAll(send: (batch: StoredBatch) => Promise<boolean>): Promise<void> {
    const { directory, nowMs, onProblem } = this.#options
    try {
      if (!existsSync(directory)) return
      // What another user left there would be sent as if this one had logged it.
      checkOwn(directory)
      const reader = new SpoolReader({ directory, nowMs, onProblem })
      for (const batch of reader.batches()) {
        if (!(await send(storedOf(batch)))) return
        reader.markDone(batch)
      }
    } catch (error) {
      this.#tell('disk', `${directory}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #tell(code: 'disk' | 'dropped', detail: string): void {
    this.#options.onProblem({ code, detail })
  }
}

function storedOf(batch: SpooledBatch): StoredBatch {
  const { key, sequence, encoding, body, events, decodedBytes } = batch
  return {
    key: key ?? keyOf(batch.producer, sequence, events),
    producer: batch.producer,
    sequence,
    encoding,
    body,
    events,
    decodedBytes,
  }
}

/** Where a logger keeps what it could not send, unless told otherwise: one place a user, server and facility. */
export function usualFallback(url: URL, facility: string): string {
  const user = userInfo()
  const hash = createHash('sha256').update(`${url.href}\n${facility}`).digest('hex').slice(0, 16)
  return join(tmpdir(), `minutebook-${user.uid >= 0 ? user.uid : user.username}-${hash}`)
}

/** Events may carry users' data: the directory is for its owner only, and nobody else may have made it. */
function makeOwnDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  checkOwn(directory)
}

function checkOwn(directory: string): void {
  const found = lstatSync(directory)
  const own = process.getuid?.()
  if (!found.isDirectory() || (own !== undefined && found.uid !== own)) {
    throw new Error('it is not a directory of our own')
  }
}
