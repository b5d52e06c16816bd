import type { ChunkSink } from '../chunk-sink.ts'
import type { AnswerEncoding } from '../contract.ts'
import { type ByteSink, encodedSink } from '../encoded-sink.ts'
import type { JobSink } from './contract.ts'
import type { JobMeter } from './meter.ts'

/** What is told of an answer before its first byte. */
export interface AnswerHead {
  readonly next: string | null
}

/** The sink of one stream job: encodes, and gives the meter its time back that the reader takes. */
export class MeteredSink implements JobSink {
  readonly #chunks: ChunkSink
  readonly #bytes: ByteSink
  readonly #meter: JobMeter

  constructor(chunks: ChunkSink, encoding: AnswerEncoding, meter: JobMeter) {
    this.#chunks = chunks
    this.#bytes = encodedSink(encoding, chunks)
    this.#meter = meter
  }

  head(facts: AnswerHead): void {
    this.#chunks.head = facts
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#bytes.write(bytes)
    this.#meter.sent()
  }

  async end(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#bytes.end(bytes)
    this.#meter.sent()
  }

  close(): void {
    this.#bytes.close()
  }
}
