import { once } from 'node:events'
import { createGzip, createZstdCompress, constants } from 'node:zlib'
import type { ChunkSink } from './chunk-sink.ts'
import type { AnswerEncoding } from './contract.ts'
import { chunkBytes } from './messages.ts'

/** Where a stream's rendered bytes go: straight on, or through a compressor. */
export interface ByteSink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** The last bytes of the stream. */
  end(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** Frees what the sink holds; nothing more is written. */
  close(): void
}

export function encodedSink(encoding: AnswerEncoding, sink: ChunkSink): ByteSink {
  return encoding === 'identity' ? new PlainSink(sink) : new CompressedSink(encoding, sink)
}

class PlainSink implements ByteSink {
  readonly #sink: ChunkSink

  constructor(sink: ChunkSink) {
    this.#sink = sink
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#sink.send(bytes, false)
  }

  end(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#sink.send(bytes, true)
  }

  close(): void {}
}

/** One gzip member or zstd frame, however long the stream. Holds one chunk in and one chunk out. */
class CompressedSink implements ByteSink {
  readonly #sink: ChunkSink
  readonly #compressor: ReturnType<typeof createGzip> | ReturnType<typeof createZstdCompress>
  #out: Buffer[] = []
  #outBytes = 0

  constructor(encoding: 'gzip' | 'zstd', sink: ChunkSink) {
    this.#sink = sink
    this.#compressor =
      encoding === 'gzip'
        ? createGzip({ level: gzipLevel })
        : createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } })
    this.#compressor.on('data', (bytes: Buffer) => {
      this.#out.push(bytes)
      this.#outBytes += bytes.length
    })
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#compressor.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
    this.#sink.check()
    if (this.#outBytes >= chunkBytes) await this.#sink.send(this.#taken(), false)
  }

  async end(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const ended = once(this.#compressor, 'end')
    this.#compressor.end(bytes)
    await ended
    await this.#sink.send(this.#taken(), true)
  }

  close(): void {
    this.#compressor.destroy()
  }

  #taken(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#outBytes)
    let at = 0
    for (const part of this.#out) {
      bytes.set(part, at)
      at += part.length
    }
    this.#out = []
    this.#outBytes = 0
    return bytes
  }
}

const gzipLevel = 4
/** Half the work of level 3, and of events no longer: 0.43 µs each, 16 % of their bytes. */
const zstdLevel = 1
