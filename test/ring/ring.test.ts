import { describe, expect, test } from 'bun:test'
import { blockRows, type SealedBlock } from '../../src/ring/block-builder.ts'
import { Ring } from '../../src/ring/ring.ts'
import type { RingBatch } from '../../src/ring/ring-batch.ts'
import type { MinuteSlot } from '../../src/ring/minute-slot.ts'

const blockLimits = { columnsMax: 64, pathsMax: 128, bytesMax: 1024 * 1024 }

interface Put {
  readonly minute: number
  readonly part: number
  readonly events: string[]
  give(): void
}

/** A ring whose book is a list; `give` on a put returns the arrays, as the book does when durable. */
function makeRing(bytesMax = 64 * 1024 * 1024) {
  const puts: Put[] = []
  const ring = new Ring({
    slotsMax: 3,
    bytesMax,
    blockLimits,
    putBlock: (minute, part, block) =>
      new Promise((resolve) => {
        puts.push({ minute, part, events: eventsOf(block), give: () => resolve(block) })
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
function fill(batch: RingBatch, body: Uint8Array, lineBytes: number): void {
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

const lines = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(6, '0')}`)
const bytesOf = (texts: string[]): Uint8Array => new TextEncoder().encode(texts.join(''))

function addTo(ring: Ring, slot: MinuteSlot, prefix: string, count: number): RingBatch {
  const body = bytesOf(lines(prefix, count))
  const batch = ring.begin(slot, body, 1)
  fill(batch, body, prefix.length + 6)
  batch.pend()
  return batch
}

function slotOf(ring: Ring, minute: number): MinuteSlot {
  const slot = ring.slot(minute)
  if (slot === null) throw new Error('no slot')
  return slot
}

describe('the ring', () => {
  test('sends a full block once all of its rows are durable', async () => {
    const { ring, puts } = makeRing()
    const slot = slotOf(ring, 7)
    const first = addTo(ring, slot, 'a', blockRows - 10)
    const second = addTo(ring, slot, 'b', 30)
    second.commit(30, 2)
    expect(puts).toHaveLength(0)
    first.commit(blockRows - 10, 1)
    expect(puts.map((put) => [put.minute, put.part, put.events.length])).toEqual([
      [7, 0, blockRows],
    ])
    expect(puts[0]?.events.at(-1)).toBe('b000009')

    const drained = ring.drain(slot)
    expect(puts[1]?.events).toEqual(lines('b', 30).slice(10))
    for (const put of puts) put.give()
    await drained
    expect(slot.eventCount).toBe(blockRows + 20)
    ring.remove(slot)
    expect(ring.slots).toBe(0)
    expect(ring.blocksInUse).toBe(0)
  })

  test('cuts off what a failed group held, and everything after it', async () => {
    const { ring, puts } = makeRing()
    const slot = slotOf(ring, 7)
    const kept = addTo(ring, slot, 'kept', 5)
    kept.commit(5, 1)
    const failed = addTo(ring, slot, 'lost', blockRows)
    const after = addTo(ring, slot, 'late', 4)
    expect(slot.nextPart).toBe(2)
    expect(failed.fail()).toBe(true)
    expect(after.fail()).toBe(false)
    expect(slot.nextPart).toBe(1)
    const again = addTo(ring, slot, 'next', 3)
    again.commit(3, 2)
    const drained = ring.drain(slot)
    expect(puts.map((put) => put.events)).toEqual([[...lines('kept', 5), ...lines('next', 3)]])
    puts[0]?.give()
    await drained
    expect(slot.pending).toBe(0)
    expect(ring.blocksInUse).toBe(0)
  })

  test('gives a private batch its own parts, in the order of sequencing', async () => {
    const { ring, puts } = makeRing()
    const slot = slotOf(ring, 7)
    const body = bytesOf(lines('p', blockRows + 2))
    const large = ring.beginPrivate(body, 1)
    const small = addTo(ring, slot, 'small', 2)
    fill(large, body, 7)
    large.adopt(slot)
    large.pend()
    small.commit(2, 1)
    large.commit(blockRows + 2, 2)
    const drained = ring.drain(slot)
    expect(puts.map((put) => [put.part, put.events.length]).toSorted()).toEqual([
      [0, 2],
      [1, blockRows],
      [2, 2],
    ])
    for (const put of puts) put.give()
    await drained
  })

  test('gives up a private batch whose group failed, together with those before it', () => {
    const { ring } = makeRing()
    const slot = slotOf(ring, 7)
    const small = addTo(ring, slot, 'small', 2)
    const body = bytesOf(lines('p', 10))
    const large = ring.beginPrivate(body, 1)
    fill(large, body, 7)
    large.adopt(slot)
    large.pend()
    expect(small.fail()).toBe(true)
    expect(large.fail()).toBe(false)
    expect(slot.nextPart).toBe(0)
    expect(ring.blocksInUse).toBe(0)
  })

  test('needs no block for a body that ends where a block is full', () => {
    const { ring } = makeRing()
    const slot = slotOf(ring, 7)
    addTo(ring, slot, 'a', blockRows)
    expect(ring.blocksInUse).toBe(1)
    const body = bytesOf(lines('b', 1))
    const batch = ring.begin(slot, body, 1)
    batch.rollover(0)
    batch.finish(0)
    batch.rollback()
    expect([ring.blocksInUse, slot.nextPart]).toEqual([1, 1])
  })

  test('has no slot beyond its number, and room again when blocks return', async () => {
    const { ring, puts } = makeRing(1024 * 1024)
    for (const minute of [1, 2, 3]) slotOf(ring, minute)
    expect(ring.slot(4)).toBeNull()
    const slot = slotOf(ring, 1)
    addTo(ring, slot, 'x'.repeat(200), blockRows).commit(blockRows, 1)
    expect(puts.length).toBeGreaterThan(3)
    expect(ring.hasRoom()).toBe(false)
    const waited = ring.waitForRoom(60_000)
    for (const put of puts) put.give()
    await waited
    const drained = ring.drain(slot)
    puts.at(-1)?.give()
    await drained
    expect(ring.hasRoom()).toBe(true)
    expect(ring.oldestBefore(3)?.minute).toBe(1)
  })

  test('uses a returned block again without growing', async () => {
    const { ring, puts } = makeRing()
    for (let round = 0; round < 5; round++) {
      const slot = slotOf(ring, round)
      addTo(ring, slot, 'r', 100).commit(100, round + 1)
      const drained = ring.drain(slot)
      expect(puts[round]?.events).toEqual(lines('r', 100))
      puts[round]?.give()
      await drained
      ring.remove(slot)
    }
    expect(ring.blocksInUse).toBe(0)
  })
})
