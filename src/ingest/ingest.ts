import type { DecodeLimits, MakeDecoder } from '../decode/contract.ts'
import { decoderVersion } from '../decode/contract.ts'
import type { BodyForm, Journal } from '../journal/contract.ts'
import type { Ring } from '../ring/ring.ts'
import { AnswerWriter } from './answer.ts'
import { BatchDecoder, type Decoded, minuteOf, otherWork, sharedBytesMax } from './batch-decoder.ts'
import { BodyBytes } from './body-bytes.ts'
import type { Ingest, IngestOutcome, IngestRequest } from './contract.ts'
import type { Keys } from './keys.ts'

export interface IngestOptions {
  readonly ring: Ring
  readonly journal: Journal
  readonly keys: Keys
  readonly nowMs: () => number
  readonly limits: IngestLimits
  readonly makeDecoder: (format: BodyForm['format']) => MakeDecoder
  readonly decompress: Decompress
  readonly bodyHash: (body: Uint8Array, form: BodyForm) => string
  /** Why no batch can be taken at the moment, or null. */
  readonly trouble: () => 'disk-full' | 'io-error' | null
  readonly lastSequence: number
  readonly observe: IngestObserver
}

export interface IngestLimits extends DecodeLimits {
  readonly batchBytesMax: number
  readonly inFlightBytesMax: number
  /** How long a batch waits for room in the ring, ms. */
  readonly roomWaitMaxMs: number
}

export type Decompress = (
  body: Uint8Array,
  encoding: BodyForm['encoding'],
  bytesMax: number,
) => Promise<Decompressed>

export type Decompressed =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: 'too-large' | 'bad-encoding'; readonly detail: string }

/** Told of every batch, for the metrics. */
export interface IngestObserver {
  accepted(events: number, decodedBytes: number): void
  refused(listed: readonly { readonly code: string }[], count: number): void
}

interface Keyed {
  readonly key: string
  readonly hash: string
}

interface Taken {
  readonly request: IngestRequest
  readonly decoded: Decoded
  readonly decodedBytes: number
  readonly keyed: Keyed | null
}

/** Takes batches in: bytes → columns → journal → answer. One per server. */
export class IngestPipeline implements Ingest {
  readonly bodies: BodyBytes
  readonly #options: IngestOptions
  readonly #decoder: BatchDecoder
  readonly #answers = new AnswerWriter()
  #sequence: number
  #failuresSeen = 0
  #running = 0
  #whenIdle: (() => void) | null = null
  #stopping = false

  constructor(options: IngestOptions) {
    this.#options = options
    this.#sequence = options.lastSequence
    this.#decoder = new BatchDecoder(options)
    this.bodies = new BodyBytes(options.limits.inFlightBytesMax)
  }

  reserve(bytes: number): boolean {
    return this.bodies.reserve(bytes)
  }

  release(bytes: number): void {
    this.bodies.release(bytes)
  }

  /** Refuses new batches from now on; resolves when those taken have been answered. */
  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve))
  }

  async accept(request: IngestRequest): Promise<IngestOutcome> {
    if (this.#stopping) return unavailable('stopping', 5)
    const { keys, bodyHash } = this.#options
    this.#running++
    try {
      const key = request.key
      if (key === null) return await this.#take(request, null)
      if (!keys.hasRoom()) return unavailable('ring-full', 5)
      const hash = bodyHash(request.body, request.form)
      return await keys.once(key, hash, () => this.#take(request, { key, hash }))
    } finally {
      this.#running--
      if (this.#running === 0) this.#whenIdle?.()
    }
  }

  async #take(request: IngestRequest, keyed: Keyed | null): Promise<IngestOutcome> {
    const trouble = this.#options.trouble()
    if (trouble !== null) return unavailable(trouble, 5)
    if (request.form.encoding === 'identity') return this.#takeBytes(request, request.body, keyed)

    const { decompress, limits } = this.#options
    const opened = await decompress(request.body, request.form.encoding, limits.batchBytesMax)
    if (!opened.ok && opened.reason === 'too-large') return { kind: 'too-large' }
    if (!opened.ok) return { kind: 'bad-encoding', detail: opened.detail }
    if (!this.bodies.reserve(opened.bytes.length)) return unavailable('ring-full', 1)
    try {
      return await this.#takeBytes(request, opened.bytes, keyed)
    } finally {
      this.bodies.release(opened.bytes.length)
    }
  }

  async #takeBytes(
    request: IngestRequest,
    src: Uint8Array,
    keyed: Keyed | null,
  ): Promise<IngestOutcome> {
    if (!this.#options.ring.hasRoom() && !(await this.#roomCame())) {
      return unavailable('ring-full', 1)
    }
    await this.#settleFailures()
    // From here to the journal's queue nothing is awaited: this order is the journal's order.
    const decoded =
      src.length <= sharedBytesMax
        ? this.#decoder.now(request.form, src, this.#options.nowMs())
        : await this.#decodeLarge(request.form, src)
    if (decoded === null) return unavailable('ring-full', 5)
    const refusal = this.#refusalOf(decoded, request.form.strict)
    if (refusal === null) return this.#commit({ request, decoded, decodedBytes: src.length, keyed })
    decoded.batch.rollback()
    return refusal
  }

  async #decodeLarge(form: BodyForm, src: Uint8Array): Promise<Decoded | null> {
    const decoded = await this.#decoder.inSteps(form, src, this.#options.nowMs())
    await this.#settleFailures()
    const sequencedMs = this.#options.nowMs()
    if (minuteOf(sequencedMs) === minuteOf(decoded.receivedMs)) return this.#decoder.adopt(decoded)
    // The minute has turned meanwhile: once more at one go, so that all rows say one `received`.
    decoded.batch.rollback()
    return this.#decoder.now(form, src, sequencedMs)
  }

  #refusalOf(decoded: Decoded, strict: boolean): IngestOutcome | null {
    const { accepted, rejectedCount, rejected, unreadable } = decoded.decoder
    if (rejectedCount > 0) this.#options.observe.refused(rejected, rejectedCount)
    if (unreadable !== null) return { kind: 'unreadable', at: unreadable }
    if (decoded.isTooMany) return { kind: 'too-many-events' }
    if (accepted + rejectedCount === 0) {
      return { kind: 'unreadable', at: { byte: 0, detail: 'the body holds no event' } }
    }
    const refused = accepted === 0 || (strict && rejectedCount > 0)
    return refused ? { kind: 'refused', rejectedCount, rejected } : null
  }

  async #commit(taken: Taken): Promise<IngestOutcome> {
    const { request, decodedBytes, keyed } = taken
    const { decoder, batch, receivedMs } = taken.decoded
    const { accepted, rejectedCount, rejected } = decoder
    const sequence = ++this.#sequence
    batch.pend()
    const outcome = await this.#options.journal.append({
      sequence,
      receivedMs,
      form: request.form,
      key: request.key,
      decodedBytes,
      accepted,
      rejected: rejectedCount,
      decoderVersion,
      body: request.body,
    })
    if (!outcome.ok) {
      this.#takeBack(taken.decoded, sequence)
      return unavailable(outcome.reason, 5)
    }
    batch.commit(accepted, sequence)
    this.#options.observe.accepted(accepted, decodedBytes)
    const { minute } = batch.slot
    const answer = this.#answers.text({ accepted, rejectedCount, rejected, minute, sequence })
    if (keyed !== null) {
      this.#options.keys.keep(minute, { key: keyed.key, bodyHash: keyed.hash, receivedMs, answer })
    }
    return { kind: 'accepted', answer, page: this.#answers.page(minute) }
  }

  /** The journal fails a group's batches in order: the first to come here takes all numbers back. */
  #takeBack(decoded: Decoded, sequence: number): void {
    decoded.batch.fail()
    const { failedGroups } = this.#options.journal.stats
    if (failedGroups === this.#failuresSeen) return
    this.#failuresSeen = failedGroups
    this.#sequence = sequence - 1
  }

  /** Lets the batches of a failed group, whose promises are settled already, run before anything new. */
  async #settleFailures(): Promise<void> {
    while (this.#options.journal.stats.failedGroups !== this.#failuresSeen) await otherWork()
  }

  async #roomCame(): Promise<boolean> {
    const { ring, limits } = this.#options
    const until = performance.now() + limits.roomWaitMaxMs
    while (!ring.hasRoom()) {
      const left = until - performance.now()
      if (left <= 0) return false
      await ring.waitForRoom(left)
    }
    return true
  }
}

const unavailable = (
  reason: 'ring-full' | 'disk-full' | 'io-error' | 'stopping',
  retryAfterS: number,
): IngestOutcome => ({ kind: 'unavailable', reason, retryAfterS })
