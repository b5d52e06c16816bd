import { describe, expect, test } from 'bun:test'
import { blockRows } from '../../src/ring/block-builder.ts'
import { addTo, bytesOf, fill, lines, makeRing, slotOf } from './ring-fixture.ts'

describe('a batch that is taken back', () => {
  test('leaves nothing when a batch after it was refused in the meantime', async () => {
    const { ring, puts } = makeRing()
    const slot = slotOf(ring, 7)
    addTo(ring, slot, 'kept', 5).commit(5, 1)
    const failing = addTo(ring, slot, 'lost', 4)
    const body = bytesOf(lines('refused', 3))
    const refused = ring.begin(slot, body, 1)
    fill(refused, body, 13)
    refused.rollback()
    failing.fail()
    addTo(ring, slot, 'next', 2).commit(2, 2)
    const drained = ring.drain(slot)
    expect(puts.map((put) => put.events)).toEqual([[...lines('kept', 5), ...lines('next', 2)]])
    puts[0]?.give()
    await drained
  })

  test('takes the rows along that came after it into a shared block', async () => {
    const { ring, puts } = makeRing()
    const slot = slotOf(ring, 7)
    addTo(ring, slot, 'kept', 5).commit(5, 1)
    const body = bytesOf(lines('p', 10))
    const large = ring.beginPrivate(body, 1)
    fill(large, body, 7)
    large.adopt(slot)
    large.pend()
    const after = addTo(ring, slot, 'late', blockRows)
    large.fail()
    after.fail()
    addTo(ring, slot, 'next', 2).commit(2, 2)
    const drained = ring.drain(slot)
    expect(puts.map(({ part, events }) => ({ part, events }))).toEqual([
      { part: 0, events: [...lines('kept', 5), ...lines('next', 2)] },
    ])
    puts[0]?.give()
    await drained
    expect(ring.blocksInUse).toBe(0)
  })

  test('leaves no trace in a block that is used again', () => {
    const { ring } = makeRing()
    const slot = slotOf(ring, 7)
    const body = bytesOf(lines('n', 1))
    const batch = ring.begin(slot, body, 1)
    batch.block.hasNanos = true
    fill(batch, body, 7)
    batch.rollback()
    const next = ring.begin(slot, body, 1)
    expect(next.block.hasNanos).toBe(false)
    expect([next.block.rowCount, next.block.bytes]).toEqual([0, 0])
  })
})

test('a block is not left behind without rows, however many refused bytes pass', async () => {
  const { ring, puts } = makeRing()
  const slot = slotOf(ring, 7)
  const body = bytesOf(lines('b', 3))
  const batch = ring.begin(slot, body, 1)
  batch.rollover(14) // Two lines were refused, and their bytes would have filled the block.
  batch.block.beginEvent()
  batch.block.endEvent({
    facilityReference: 14 + batch.delta,
    facilityBytes: 1,
    eventReference: 14 + batch.delta,
    eventBytes: 7,
    level: 6,
    timestampMs: 0,
    timestampNanos: 0,
  })
  batch.finish(21)
  batch.pend()
  batch.commit(1, 1)
  const drained = ring.drain(slot)
  expect(puts.map(({ part, events }) => ({ part, events }))).toEqual([
    { part: 0, events: ['b000002'] },
  ])
  puts[0]?.give()
  await drained
})

describe('a ring whose book is gone', () => {
  test('tells who waits for a minute to be stored', async () => {
    const { ring, puts } = makeRing()
    let lost: unknown = null
    ring.onLost = (error) => (lost = error)
    const slot = slotOf(ring, 7)
    addTo(ring, slot, 'a', 3).commit(3, 1)
    const drained = ring.drain(slot)
    puts[0]?.lose(new Error('the thread has died'))
    await expect(drained).rejects.toThrow('the thread has died')
    expect(lost).toBeInstanceOf(Error)
    await expect(ring.drain(slot)).rejects.toThrow('the thread has died')
  })
})

test('a ring waits for room only while a block is on its way', async () => {
  const { ring, puts } = makeRing(1024)
  const slot = slotOf(ring, 7)
  addTo(ring, slot, 'x'.repeat(200), 100).commit(100, 1)
  expect(ring.bytes).toBeGreaterThan(1024)
  expect(ring.hasRoom()).toBe(true)
  const drained = ring.drain(slot)
  expect(ring.hasRoom()).toBe(false)
  puts[0]?.give()
  await drained
  expect(ring.hasRoom()).toBe(true)
})
