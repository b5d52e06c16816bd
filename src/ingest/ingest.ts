import type { DecodeLimits, MakeDecoder } from '../decode/contract.ts'
import { decoderVersion } from '../decode/contract.ts'
import { foreignFacility } from './foreign-facility.ts'
import { eventsOf } from '../book/producer-account.ts'
import type { BodyForm, Journal } from '../journal/contract.ts'
import type { Ring } from '../ring/ring.ts'
import { AnswerWriter } from './answer.ts'
import { BatchDecoder, type Decoded, minuteOf, otherWork, sharedBytesMax } from './batch-decoder.ts'
import { BodyBytes } from './body-bytes.ts'
import type { CommitTap, Ingest, IngestOutcome, IngestRequest } from './contract.ts'
import type { Keys } from './keys.ts'
import type { Producers } from './producers.ts'

export interface IngestOptions {
  readonly ring: Ring
  readonly journal: Journal
  readonly keys: Keys
  readonly producers: Producers
  readonly nowMs: () => number
  readonly limits: IngestLimits
  readonly makeDecoder: (format: BodyForm['format']) => MakeDecoder
  readonly decompress: Decompress
  readonly bodyHash: (body: Uint8Array, form: BodyForm) => string
  /** Why no batch can be taken at the moment, or null. */
  readonly trouble: () => 'disk-full' | 'io-error' | null
  readonly lastSequence: number
  readonly observe: IngestObserver
  readonly tap?: CommitTap
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

/** A batch on its way to the journal: what came, and its body decompressed. */
interface Taken {
  readonly request: IngestRequest
  readonly src: Uint8Array
  readonly keyed: Keyed | null
}

/** Takes batches in: bytes → columns → journal → answer. One per server. */
export class IngestPipeline implements Ingest {
  readonly bodies: BodyBytes
  readonly #options: IngestOptions
  readonly #decoder: BatchDecoder
  readonly #answers = new AnswerWriter()
  #sequence: number
  /** Failed groups whose numbers have been taken back, and those whose rows have all been. */
  #failuresSeen = 0
  #failuresSettled = 0
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
    this.#options.ring.wakeWaiting()
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve))
  }

  async accept(request: IngestRequest): Promise<IngestOutcome> {
    if (this.#stopping) return unavailable('stopping', 5)
    const { producers } = this.#options
    this.#running++
    try {
      if (request.span === undefined) return await this.#onceByKey(request)
      if (!producers.hasRoom()) return unavailable('ring-full', 5)
      return await producers.once(request.span, () => this.#onceByKey(request))
    } finally {
      this.#running--
      if (this.#running === 0) this.#whenIdle?.()
    }
  }

  async #onceByKey(request: IngestRequest): Promise<IngestOutcome> {
    const { keys, bodyHash } = this.#options
    const { key } = request
    if (key === null) return this.#take(request, null)
    if (!keys.hasRoom()) return unavailable('ring-full', 5)
    const hash = bodyHash(request.body, request.form)
    return keys.once(key, hash, () => this.#take(request, { key, hash }))
  }

  async #take(request: IngestRequest, keyed: Keyed | null): Promise<IngestOutcome> {
    const trouble = this.#options.trouble()
    if (trouble !== null) return unavailable(trouble, 5)
    if (request.form.encoding === 'identity') {
      return this.#takeBytes({ request, src: request.body, keyed })
    }

    const { decompress, limits } = this.#options
    const opened = await decompress(request.body, request.form.encoding, limits.batchBytesMax)
    if (!opened.ok && opened.reason === 'too-large') return { kind: 'too-large' }
    if (!opened.ok) return { kind: 'bad-encoding', detail: opened.detail }
    if (!this.bodies.reserve(opened.bytes.length)) return unavailable('ring-full', 1)
    try {
      return await this.#takeBytes({ request, src: opened.bytes, keyed })
    } finally {
      this.bodies.release(opened.bytes.length)
    }
  }

  async #takeBytes(taken: Taken): Promise<IngestOutcome> {
    const until = performance.now() + this.#options.limits.roomWaitMaxMs
    while (!this.#isReady) {
      const refusal = await this.#becomeReady(until)
      if (refusal !== null) return refusal
    }
    const { request, src } = taken
    if (src.length > sharedBytesMax) return this.#takeLarge(taken)
    return this.#sequenced(taken, this.#decoder.now(request.form, src, this.#options.nowMs()))
  }

  async #takeLarge(taken: Taken): Promise<IngestOutcome> {
    const { form } = taken.request
    const { nowMs } = this.#options
    const decoded = await this.#decoder.inSteps(form, taken.src, nowMs())
    while (!this.#isSettled) await this.#settleFailures()
    const sequencedMs = nowMs()
    if (minuteOf(sequencedMs) === minuteOf(decoded.receivedMs)) {
      return this.#sequenced(taken, this.#decoder.adopt(decoded))
    }
    // The minute has turned meanwhile: once more at one go, so that all rows say one `received`.
    decoded.batch.rollback()
    return this.#sequenced(taken, this.#decoder.now(form, taken.src, sequencedMs))
  }

  /**
   * Gives a batch its number and its place in the journal's queue. From the last look at the clock and at
   * failures up to there nothing is awaited, so rows, numbers and the journal are in one order.
   */
  #sequenced(taken: Taken, decoded: Decoded | null): IngestOutcome | Promise<IngestOutcome> {
    if (decoded === null) return unavailable('ring-full', 5)
    const refusal = this.#refusalOf(decoded, taken.request)
    if (refusal === null) return this.#commit(taken, decoded)
    decoded.batch.rollback()
    return refusal
  }

  #refusalOf(decoded: Decoded, request: IngestRequest): IngestOutcome | null {
    const { form, span, mayWrite } = request
    const { accepted, rejectedCount, rejected, unreadable } = decoded.decoder
    if (rejectedCount > 0) this.#options.observe.refused(rejected, rejectedCount)
    if (unreadable !== null) return { kind: 'unreadable', at: unreadable }
    if (decoded.isTooMany) return { kind: 'too-many-events' }
    if (accepted + rejectedCount === 0) {
      return { kind: 'unreadable', at: { byte: 0, detail: 'the body holds no event' } }
    }
    if (span !== undefined && accepted + rejectedCount > eventsOf(span)) {
      return { kind: 'sequence-mismatch', events: accepted + rejectedCount }
    }
    const refused = accepted === 0 || (form.strict && rejectedCount > 0)
    if (refused) return { kind: 'refused', rejectedCount, rejected }
    const facility = mayWrite === undefined ? null : foreignFacility(decoded.batch, mayWrite)
    return facility === null ? null : { kind: 'foreign-facility', facility }
  }

  async #commit({ request, src, keyed }: Taken, decoded: Decoded): Promise<IngestOutcome> {
    const { decoder, batch, receivedMs } = decoded
    const { accepted, rejectedCount, rejected } = decoder
    const sequence = ++this.#sequence
    batch.pend()
    const outcome = await this.#options.journal.append({
      sequence,
      receivedMs,
      form: request.form,
      key: request.key,
      ...(request.span === undefined ? {} : { span: request.span }),
      decodedBytes: src.length,
      accepted,
      rejected: rejectedCount,
      decoderVersion,
      body: request.body,
    })
    if (!outcome.ok) {
      this.#takeBack(decoded, sequence)
      return unavailable(outcome.reason, 5)
    }
    batch.commit(accepted, sequence)
    this.#options.observe.accepted(accepted, src.length)
    const { minute } = batch.slot
    if (request.span !== undefined) {
      this.#options.producers.account(minute, request.span, accepted, receivedMs)
    }
    const { tap } = this.#options
    if (tap !== undefined && tap.isOpen) {
      const { format } = request.form
      tap.committed({ minute, receivedMs, format, src, accepted, places: batch.places() })
    }
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

  get #isSettled(): boolean {
    return this.#options.journal.stats.failedGroups === this.#failuresSettled
  }

  /**
   * Lets all batches of the failed groups cut their rows off: they have been told already, and run before
   * the next turn of the event loop. Rows that came in between would be cut off with theirs.
   */
  async #settleFailures(): Promise<void> {
    const { failedGroups } = this.#options.journal.stats
    await otherWork()
    this.#failuresSettled = failedGroups
  }

  get #isReady(): boolean {
    return this.#isSettled && this.#options.ring.hasRoom()
  }

  async #becomeReady(until: number): Promise<IngestOutcome | null> {
    if (!this.#isSettled) {
      await this.#settleFailures()
      return null
    }
    if (this.#stopping) return unavailable('stopping', 5)
    const left = until - performance.now()
    if (left <= 0) return unavailable('ring-full', 1)
    await this.#options.ring.waitForRoom(left)
    return null
  }
}

const unavailable = (
  reason: 'ring-full' | 'disk-full' | 'io-error' | 'stopping',
  retryAfterS: number,
): IngestOutcome => ({ kind: 'unavailable', reason, retryAfterS })
