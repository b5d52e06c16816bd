import type { DecodeLimits, Decoder, MakeDecoder } from '../decode/contract.ts'
import type { BodyForm } from '../journal/contract.ts'
import type { RingBatch } from '../ring/ring-batch.ts'
import type { Ring } from '../ring/ring.ts'

/**
 * Bodies beyond this are decoded in steps, into blocks of their own. It is part of how rows get their
 * numbers, so replay must decide by the same bound: a change of it raises `decoderVersion`.
 */
export const sharedBytesMax = 4 * 1024 * 1024
/** Bytes decoded between two looks at other work: about half a millisecond. */
export const stepBytes = 512 * 1024

export interface Decoded {
  readonly decoder: Decoder
  readonly batch: RingBatch
  readonly receivedMs: number
  /** The body holds more events than the limit. */
  readonly isTooMany: boolean
}

export interface BatchDecoderOptions {
  readonly ring: Ring
  readonly limits: DecodeLimits
  readonly makeDecoder: (format: BodyForm['format']) => MakeDecoder
}

/** Decodes bodies into the ring. A null means that the ring has no slot for the minute. */
export class BatchDecoder {
  readonly #options: BatchDecoderOptions

  constructor(options: BatchDecoderOptions) {
    this.#options = options
  }

  /** At one go: a small body into its minute's open block, a large one into blocks of its own. */
  now(form: BodyForm, src: Uint8Array, receivedMs: number): Decoded | null {
    const { ring } = this.#options
    if (src.length > sharedBytesMax) return this.adopt(this.#alone(form, src, receivedMs))
    const slot = ring.slot(minuteOf(receivedMs))
    if (slot === null) return null
    return this.#run(form, src, ring.begin(slot, src, receivedMs))
  }

  /** In steps between which other work runs; `adopt` then gives it its place in the order. */
  async inSteps(form: BodyForm, src: Uint8Array, receivedMs: number): Promise<Decoded> {
    const batch = this.#options.ring.beginPrivate(src, receivedMs)
    try {
      const decoder = this.#decoderOf(form, src, batch)
      let outcome = decoder.step(stepBytes)
      while (outcome === 'more') {
        await otherWork()
        outcome = decoder.step(decoder.position + stepBytes)
      }
      batch.finish(decoder.position)
      return { decoder, batch, receivedMs, isTooMany: outcome === 'too-many' }
    } catch (error) {
      batch.rollback()
      throw error
    }
  }

  adopt(decoded: Decoded): Decoded | null {
    const slot = this.#options.ring.slot(minuteOf(decoded.receivedMs))
    if (slot === null) decoded.batch.rollback()
    else decoded.batch.adopt(slot)
    return slot === null ? null : decoded
  }

  #alone(form: BodyForm, src: Uint8Array, receivedMs: number): Decoded {
    return this.#run(form, src, this.#options.ring.beginPrivate(src, receivedMs))
  }

  /** What throws is a bug, or memory has run out: the others' rows must not keep what it has left. */
  #run(form: BodyForm, src: Uint8Array, batch: RingBatch): Decoded {
    try {
      const decoder = this.#decoderOf(form, src, batch)
      const outcome = decoder.step(Number.POSITIVE_INFINITY)
      batch.finish(decoder.position)
      const { receivedMs } = batch
      return { decoder, batch, receivedMs, isTooMany: outcome === 'too-many' }
    } catch (error) {
      batch.rollback()
      throw error
    }
  }

  #decoderOf(form: BodyForm, src: Uint8Array, batch: RingBatch): Decoder {
    return this.#options.makeDecoder(form.format)(src, batch, this.#options.limits)
  }
}

export const minuteOf = (ms: number): number => Math.floor(ms / 60_000)

/** Lets everything that is ready run. */
export const otherWork = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
