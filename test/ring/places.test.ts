import { expect, test } from 'bun:test'
import { formatEventId } from '../../src/event/event-id.ts'
import { blockRows } from '../../src/ring/block-builder.ts'
import type { MinuteSlot } from '../../src/ring/minute-slot.ts'
import type { Ring } from '../../src/ring/ring.ts'
import type { RingBatch } from '../../src/ring/ring-batch.ts'
import { addTo, bytesOf, fill, lines, makeRing, slotOf } from './ring-fixture.ts'

const minute = 7

function addPrivate(ring: Ring, slot: MinuteSlot, prefix: string, count: number): RingBatch {
  const body = bytesOf(lines(prefix, count))
  const batch = ring.beginPrivate(body, 1)
  fill(batch, body, prefix.length + 6)
  batch.adopt(slot)
  batch.pend()
  return batch
}

function idsOf(batch: RingBatch): string[] {
  return batch
    .places()
    .flatMap(({ part, firstRow, rowCount }) =>
      Array.from({ length: rowCount }, (_, i) =>
        formatEventId({ minute, part, row: firstRow + i }),
      ),
    )
}

test('ids grow in the order of batches, whatever their kind and whichever fail', () => {
  const { ring, puts } = makeRing()
  const slot = slotOf(ring, minute)
  const ids: string[] = []
  let sequence = 0
  const commit = (batch: RingBatch, count: number): void => {
    const found = idsOf(batch)
    expect(found).toHaveLength(count)
    ids.push(...found)
    batch.commit(count, ++sequence)
  }
  for (const count of [3, blockRows, 5]) commit(addTo(ring, slot, 's', count), count)
  for (const count of [2, blockRows + 1, 4]) {
    commit(addPrivate(ring, slot, 'p', count), count)
    commit(addTo(ring, slot, 's', count), count)
    // Both are taken back, and what they had begun with them.
    const failing = addPrivate(ring, slot, 'f', count)
    const after = addTo(ring, slot, 'f', blockRows)
    failing.fail()
    after.fail()
    const refused = ring.begin(slot, bytesOf(lines('r', 2)), 1)
    fill(refused, bytesOf(lines('r', 2)), 7)
    refused.rollback()
  }
  commit(addTo(ring, slot, 's', 9), 9)
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(ids).size).toBe(ids.length)

  // The same ids follow from the counts of the parts alone.
  const [open] = ring.openMinutes()
  expect(open?.eventCount).toBe(ids.length)
  const counted = (open?.partRows ?? []).flatMap((rows, part) =>
    Array.from({ length: rows }, (_, row) => formatEventId({ minute, part, row })),
  )
  expect(Bun.deepEquals(counted, ids)).toBe(true)
  const rows = puts.map(({ part, events }) => [part, events.length])
  expect(rows).toEqual(rows.map(([part = 0]) => [part, open?.partRows[part] ?? 0]))
})

test('a minute says how many of its events are durable', () => {
  const { ring } = makeRing()
  const slot = slotOf(ring, minute)
  addTo(ring, slot, 'a', 5).commit(5, 1)
  addTo(ring, slot, 'b', 7)
  expect(ring.openMinutes()).toEqual([{ minute, eventCount: 5, partRows: [12] }])
})
