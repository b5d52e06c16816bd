import { describe, expect, test } from 'bun:test'
import { blockRows } from '../../src/ring/block-builder.ts'
import { addTo, bytesOf, fill, lines, makeRing, slotOf } from './ring-fixture.ts'

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
