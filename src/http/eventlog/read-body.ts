import type { Ingest } from '../../ingest/contract.ts'
import { type Connection, idleTimeoutS } from '../connection.ts'
import { problem } from '../problem.ts'

export type ReadBody =
  | { readonly ok: true; readonly bytes: Uint8Array; release(): void }
  | { readonly ok: false; readonly response: Response }

export interface BodyLimits {
  /** Bytes of one body, before and after decompression. */
  readonly batchBytesMax: number
  /** Milliseconds without a byte after which a body is given up, and what it may take in all beside those for its size. */
  readonly bodyTimeoutMs: number
  /** What a slow client must reach on average; below, its share of the bytes in flight serves others. */
  readonly bodyBytesPerSecondMin: number
}

/** Below that a body holds its share of the bytes in flight for too long. */
const bodyBytesPerSecondMin = 16 * 1024

export const bodyLimits = (
  configured: Pick<BodyLimits, 'batchBytesMax' | 'bodyTimeoutMs'>,
): BodyLimits => ({
  batchBytesMax: configured.batchBytesMax,
  bodyTimeoutMs: configured.bodyTimeoutMs,
  bodyBytesPerSecondMin,
})

/** What a body may take in all when it is as large as that. */
const patienceMs = ({ bodyTimeoutMs, bodyBytesPerSecondMin }: BodyLimits, bytes: number): number =>
  bodyTimeoutMs + (bytes / bodyBytesPerSecondMin) * 1_000

/** Up to this the connection's own idle timeout mostly leaves more time than the body may take. */
const smallBytesMax = 16 * 1024
/** By how much: the runtime counts in steps of four seconds. */
const idleMarginS = 8
const nothing = new Uint8Array(0)

/**
 * Reads a request's body whole, within the bound of one body and of all bodies in flight. What a
 * Content-Length announces is refused before a byte is buffered; a chunked body as soon as it passes.
 * Rejects with AbortError when the client goes away.
 */
export async function readBody(
  request: Request,
  ingest: Ingest,
  limits: BodyLimits,
  connection: Connection,
): Promise<ReadBody> {
  const announced = request.headers.get('content-length')
  const bytes = announced === null ? null : Number(announced)
  if (bytes !== null && bytes > limits.batchBytesMax) return refuse(tooLarge(limits.batchBytesMax))
  if (bytes !== null && !ingest.reserve(bytes)) return refuse(inFlightFull())
  const body = new BodyReading(ingest, bytes ?? 0)
  try {
    if (bytes !== null && isWithinIdleTimeout(bytes, limits)) {
      // Fast path: a small body has mostly come with its head, and the connection's time is enough for it.
      return await body.readAnnounced(request, bytes, limits)
    }
    if (request.body === null) return body.done(nothing)
    connection.hold()
    try {
      if (bytes !== null) return await body.readAnnounced(request, bytes, limits)
      return await body.read(request.body, limits)
    } finally {
      connection.relax()
    }
  } catch (error) {
    body.release()
    throw error
  }
}

/** The runtime ends a connection that is idle for long in the middle of a request, however it comes. */
function isWithinIdleTimeout(bytes: number, limits: BodyLimits): boolean {
  return bytes <= smallBytesMax && patienceMs(limits, bytes) < (idleTimeoutS - idleMarginS) * 1_000
}

/** A body on its way, and the bytes that are reserved for it. */
class BodyReading {
  readonly #ingest: Ingest
  readonly #chunks: Uint8Array[] = []
  /** Of a chunked body also what has come so far. */
  #reserved: number

  constructor(ingest: Ingest, reserved: number) {
    this.#ingest = ingest
    this.#reserved = reserved
  }

  /** Reads a body of known length, already reserved, in one go: the runtime gathers it without a copy. */
  async readAnnounced(request: Request, bytes: number, limits: BodyLimits): Promise<ReadBody> {
    const withinTime = patienceMs(limits, bytes)
    const read = await withinMs(withinTime, request.bytes())
    if (read !== 'stalled') return this.done(read)
    this.release()
    return refuse(stalled(withinTime))
  }

  /** Waits for a slow body as long as it comes, and comes fast enough. */
  async read(stream: ReadableStream<Uint8Array>, limits: BodyLimits): Promise<ReadBody> {
    const reader = stream.getReader()
    const beganMs = performance.now()
    for (;;) {
      const leftMs = beganMs + patienceMs(limits, this.#reserved) - performance.now()
      const waitMs = Math.max(0, Math.min(limits.bodyTimeoutMs, leftMs))
      const chunk = await nextChunk(reader, waitMs)
      const refusal =
        chunk === 'stalled' ? stalled(performance.now() - beganMs) : this.#take(chunk, limits)
      if (refusal !== null) {
        this.release()
        // The rest is of no use; that it fails is no news either.
        reader.cancel().catch(() => {})
        return refuse(refusal)
      }
      if (chunk !== 'stalled' && chunk.done) return this.done(joined(this.#chunks))
    }
  }

  done(bytes: Uint8Array): ReadBody {
    return { ok: true, bytes, release: () => this.release() }
  }

  release(): void {
    this.#ingest.release(this.#reserved)
    this.#reserved = 0
  }

  #take(chunk: Chunk, limits: BodyLimits): Response | null {
    const bytes = chunk.value?.length ?? 0
    if (chunk.value === undefined || bytes === 0) return null
    if (this.#reserved + bytes > limits.batchBytesMax) return tooLarge(limits.batchBytesMax)
    if (!this.#ingest.reserve(bytes)) return inFlightFull()
    this.#reserved += bytes
    this.#chunks.push(chunk.value)
    return null
  }
}

interface Chunk {
  readonly done: boolean
  readonly value?: Uint8Array | undefined
}

const nextChunk = (
  reader: ReadableStreamDefaultReader<Uint8Array>,
  stallMs: number,
): Promise<Chunk | 'stalled'> => withinMs(stallMs, reader.read())

async function withinMs<T>(ms: number, work: Promise<T>): Promise<T | 'stalled'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stall = new Promise<'stalled'>((resolve) => {
    timer = setTimeout(() => resolve('stalled'), ms)
  })
  try {
    return await Promise.race([work, stall])
  } finally {
    clearTimeout(timer)
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? (chunks[0] ?? nothing) : Buffer.concat(chunks)
}

const refuse = (response: Response): ReadBody => ({ ok: false, response })

const tooLarge = (bytesMax: number): Response =>
  problem('body-too-large', `a body has at most ${bytesMax} bytes`, { extra: { bytesMax } })

const inFlightFull = (): Response =>
  problem('in-flight-full', 'too many bytes of other bodies are being taken in', {
    headers: { 'retry-after': '1' },
  })

const stalled = (waitedMs: number): Response =>
  problem('body-stalled', `the body did not come within ${Math.ceil(waitedMs / 1_000)} seconds`, {
    headers: { connection: 'close' },
  })
