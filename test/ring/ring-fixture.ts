import type { SealedBlock } from '../../src/ring/block-builder.ts'
import type { MinuteSlot } from '../../src/ring/minute-slot.ts'
import { Ring } from '../../src/ring/ring.ts'
import type { RingBatch } from '../../src/ring/ring-batch.ts'

const blockLimits = { columnsMax: 64, pathsMax: 128, bytesMax: 1024 * 1024 }

interface Put {
  readonly minute: number
  readonly part: number
  readonly events: string[]
  give(): void
  lose(error: Error): void
}

/** A ring whose book is a list; `give` on a put returns the arrays, as the book does when durable. */
export function makeRing(bytesMax = 64 * 1024 * 1024) {
  const puts: Put[] = []
  const ring = new Ring({
    slotsMax: 3,
    bytesMax,
    blockLimits,
    putBlock: (minute, part, block) =>
      new Promise((resolve, reject) => {
        puts.push({
          minute,
          part,
          events: eventsOf(block),
          give: () => resolve(block),
          lose: reject,
        })
      }),
  })
  return { ring, puts }
}

function eventsOf(block: SealedBlock): string[] {
  const decoder = new TextDecoder()
  return Array.from({ length: block.rowCount }, (_, row) => {
    const from = block.eventReference[row] ?? 0
    return decoder.decode(block.arena.subarray(from, from + (block.eventBytes[row] ?? 0)))
  })
}

/** Does what a decoder does with a body of one-line events. */
export function fill(batch: RingBatch, body: Uint8Array, lineBytes: number): void {
  let sliceStart = 0
  for (let at = 0; at < body.length; at += lineBytes) {
    if (batch.block.isFull(at - sliceStart)) {
      batch.rollover(at)
      sliceStart = at
    }
    batch.block.beginEvent()
    batch.block.endEvent({
      facilityReference: at + batch.delta,
      facilityBytes: 1,
      eventReference: at + batch.delta,
      eventBytes: lineBytes,
      level: 6,
      timestampMs: 0,
      timestampNanos: 0,
    })
  }
  batch.finish(body.length)
}

export const lines = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(6, '0')}`)
export const bytesOf = (texts: string[]): Uint8Array => new TextEncoder().encode(texts.join(''))

export function addTo(ring: Ring, slot: MinuteSlot, prefix: string, count: number): RingBatch {
  const body = bytesOf(lines(prefix, count))
  const batch = ring.begin(slot, body, 1)
  fill(batch, body, prefix.length + 6)
  batch.pend()
  return batch
}

export function slotOf(ring: Ring, minute: number): MinuteSlot {
  const slot = ring.slot(minute)
  if (slot === null) throw new Error('no slot')
  return slot
}
