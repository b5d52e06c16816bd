import { makeJsonDecoder } from '../src/decode/json.ts'
import { defaultBlockLimits, SliceTarget } from '../src/decode/slice-target.ts'
import { defaultLimits } from '../src/event/limits.ts'
import type { BlockBuilder } from '../src/ring/block-builder.ts'

/** Puts a body of JSON events into blocks, as a POST does. Throws when not all of it is taken. */
export function blocksOf(body: Uint8Array, receivedMs: number): readonly BlockBuilder[] {
  const target = new SliceTarget(body, receivedMs, defaultBlockLimits)
  const decoder = makeJsonDecoder(body, target, defaultLimits)
  const outcome = decoder.step(Number.POSITIVE_INFINITY)
  if (outcome !== 'done' || decoder.rejectedCount > 0) throw new Error(`the body was ${outcome}`)
  target.finish(decoder.position)
  return target.blocks
}
