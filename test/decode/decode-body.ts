import type { MakeDecoder, Refusal, Unreadable } from '../../src/decode/contract.ts'
import { defaultBlockLimits, SliceTarget } from '../../src/decode/slice-target.ts'
import { makeJsonDecoder } from '../../src/decode/json.ts'
import { defaultLimits } from '../../src/event/limits.ts'
import type { BlockLimits } from '../../src/ring/block-builder.ts'
import { readTarget } from './read-events.ts'
import type { PlainEvent } from './reference-rules.ts'

export const receivedMs = 1_700_000_000_000

export interface DecodedBody {
  readonly outcome: string
  readonly accepted: number
  readonly rejectedCount: number
  readonly rejected: readonly Refusal[]
  readonly unreadable: Unreadable | null
  readonly events: readonly PlainEvent[]
}

export interface DecodeOptions {
  readonly make?: MakeDecoder
  /** Bytes of each step; Infinity: one step. */
  readonly stepBytes?: number
  readonly blockLimits?: BlockLimits
  readonly limits?: Partial<typeof defaultLimits>
}

/** Decodes a whole body and reads its events back out of the columns. */
export function decodeBody(body: Uint8Array | string, options: DecodeOptions = {}): DecodedBody {
  const { make = makeJsonDecoder, stepBytes = Number.POSITIVE_INFINITY } = options
  const src = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const target = new SliceTarget(src, receivedMs, options.blockLimits ?? defaultBlockLimits)
  const decoder = make(src, target, { ...defaultLimits, ...options.limits })
  let outcome = decoder.step(stepBytes)
  for (let steps = 0; outcome === 'more'; steps++) {
    if (steps > src.length + 10) throw new Error('the decoder does not move on')
    outcome = decoder.step(decoder.position + stepBytes)
  }
  target.finish(Math.min(decoder.position, src.length))
  const { accepted, rejectedCount, rejected, unreadable } = decoder
  const events = outcome === 'done' ? readTarget(target) : []
  return { outcome, accepted, rejectedCount, rejected, unreadable, events }
}

/** Limits that send members to `rest` and events to other blocks. */
export function tightBlocks(dice: (below: number) => number): BlockLimits {
  return { columnsMax: dice(6), pathsMax: dice(8), bytesMax: 100 + dice(400) }
}

/** The one refusal of a body, as code and pointer. */
export function refusalOf(body: Uint8Array | string, options: DecodeOptions = {}): string {
  const { outcome, rejected, accepted } = decodeBody(body, options)
  if (outcome !== 'done' || rejected.length !== 1 || accepted !== 0) return `${outcome} ${accepted}`
  return `${rejected[0]?.code} ${rejected[0]?.pointer}`
}
