import { extraBase } from '../ring/block-builder.ts'
import type { RingBatch } from '../ring/ring-batch.ts'

/** Distinct facilities of one batch that are remembered with their answer. */
const rememberedMax = 4_096

/**
 * The facility of the first event that its sender may not write, null when there is none. About 60 ns an
 * event, and only for senders that are bound to facilities.
 */
export function foreignFacility(
  batch: RingBatch,
  mayWrite: (facility: string) => boolean,
): string | null {
  const known = new Map<string, boolean>()
  for (const { builder, firstRow, rowCount } of batch.ranges()) {
    const { facilityReference, facilityBytes, arena, extra } = builder
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      const reference = facilityReference[row] ?? 0
      const bytes = reference >= extraBase ? extra : arena
      const at = reference >= extraBase ? reference - extraBase : reference
      const facility = decoder.decode(bytes.subarray(at, at + (facilityBytes[row] ?? 0)))
      const isAllowed = known.get(facility) ?? mayWrite(facility)
      if (!isAllowed) return facility
      if (known.size < rememberedMax) known.set(facility, true)
    }
  }
  return null
}

const decoder = new TextDecoder()
