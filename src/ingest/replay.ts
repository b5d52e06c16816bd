import { decoderVersion, type DecodeLimits, type MakeDecoder } from '../decode/contract.ts'
import { defaultLimits, widestLimits } from '../event/limits.ts'
import type { BodyForm, JournalBatch, RecoverySink } from '../journal/contract.ts'
import type { Ring } from '../ring/ring.ts'
import { AnswerWriter } from './answer.ts'
import { BatchDecoder, type Decoded } from './batch-decoder.ts'
import type { Decompress } from './ingest.ts'
import type { Keys } from './keys.ts'
import type { Producers } from './producers.ts'

export interface ReplayOptions {
  readonly ring: Ring
  readonly keys: Keys
  readonly producers: Producers
  readonly limits: DecodeLimits
  /** Those of earlier starts, newest first. */
  readonly earlierLimits: readonly DecodeLimits[]
  readonly makeDecoder: (format: BodyForm['format']) => MakeDecoder
  readonly decompress: Decompress
  readonly bodyHash: (body: Uint8Array, form: BodyForm) => string
  /** Called when the journal comes to a later minute: the ring closes those before it. */
  readonly minuteBegins: (minute: number) => Promise<void>
}

/**
 * Takes the batches of the journal into the ring again, at start, exactly as they were taken in first. Limits may have been
 * changed since then: a batch is read with today's, else with earlier ones, the usual ones and the widest, and what its
 * frame counted says which were right.
 */
export class Replay implements RecoverySink {
  readonly #options: ReplayOptions
  readonly #decoders: readonly BatchDecoder[]
  readonly #answers = new AnswerWriter()
  #minute = Number.NEGATIVE_INFINITY
  lastSequence = 0
  lastReceivedMs = 0
  batches = 0
  events = 0

  constructor(options: ReplayOptions) {
    this.#options = options
    const { limits, earlierLimits } = options
    this.#decoders = [limits, ...earlierLimits, defaultLimits, widestLimits].map(
      (each) => new BatchDecoder({ ...options, limits: each }),
    )
  }

  async batch(batch: JournalBatch): Promise<string | null> {
    const { ring, decompress } = this.#options
    // Also of a batch that cannot be used: its frame stays, and a number must not come twice.
    this.lastSequence = batch.sequence
    this.lastReceivedMs = Math.max(this.lastReceivedMs, batch.receivedMs)
    if (batch.decoderVersion !== decoderVersion) {
      return `its decoder has version ${batch.decoderVersion}, this server's ${decoderVersion}`
    }
    let src = batch.body
    if (batch.form.encoding !== 'identity') {
      const opened = await decompress(src, batch.form.encoding, widestLimits.batchBytesMax)
      if (!opened.ok) return `its body cannot be decompressed: ${opened.detail}`
      src = opened.bytes
    }
    const minute = Math.floor(batch.receivedMs / 60_000)
    if (minute > this.#minute) await this.#options.minuteBegins(minute)
    this.#minute = minute
    while (!ring.hasRoom()) await ring.waitForRoom(1_000)

    return this.#take(batch, src)
  }

  #take(batch: JournalBatch, src: Uint8Array): string | null {
    let found = ''
    for (const reader of this.#decoders) {
      const decoded = reader.now(batch.form, src, batch.receivedMs)
      if (decoded === null) return 'the ring has no slot for its minute'
      const { accepted, rejectedCount } = decoded.decoder
      if (accepted === batch.accepted && rejectedCount === batch.rejected) {
        decoded.batch.pend()
        decoded.batch.commit(accepted, batch.sequence)
        this.#count(batch, decoded)
        return null
      }
      decoded.batch.rollback()
      if (found === '') found = `${accepted} accepted and ${rejectedCount} refused`
    }
    const was = `${batch.accepted} accepted and ${batch.rejected} refused`
    return `it replays as ${found}, recorded were ${was}`
  }

  #count(batch: JournalBatch, decoded: Decoded): void {
    this.batches++
    this.events += batch.accepted
    const { minute } = decoded.batch.slot
    if (batch.span !== undefined) {
      this.#options.producers.account(minute, batch.span, batch.accepted, batch.receivedMs)
    }
    if (batch.key === null) return
    const { accepted, rejectedCount, rejected } = decoded.decoder
    const answer = this.#answers.text({
      accepted,
      rejectedCount,
      rejected,
      minute,
      sequence: batch.sequence,
    })
    this.#options.keys.keep(minute, {
      key: batch.key,
      bodyHash: this.#options.bodyHash(batch.body, batch.form),
      receivedMs: batch.receivedMs,
      answer,
    })
  }
}
