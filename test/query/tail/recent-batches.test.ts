import { expect, test } from 'bun:test'
import { handedBytes, type HandedBatch } from '../../../src/query/tail/messages.ts'
import { RecentBatches } from '../../../src/query/tail/recent-batches.ts'

const batchOf = (row: number): HandedBatch => ({
  minute: 7,
  receivedMs: 0,
  format: 'json',
  src: new Uint8Array(1_000),
  accepted: 1,
  places: [{ part: 0, firstRow: row, rowCount: 1 }],
})

test('what has come is numbered, and the oldest goes when there is too much', () => {
  const recent = new RecentBatches(3 * handedBytes(batchOf(0)))
  for (const row of [0, 1, 2]) recent.add({ type: 'batch', batch: batchOf(row) })
  expect(recent.isOver).toBe(false)
  expect(recent.isWhole(0)).toBe(true)
  recent.add({ type: 'batch', batch: batchOf(3) })
  expect(recent.isOver).toBe(true)
  recent.dropBefore(1)
  expect(recent.isOver).toBe(false)
  expect([recent.first, recent.next]).toEqual([1, 4])
  expect(recent.at(0)).toBeNull()
  expect(recent.at(1)).toMatchObject({ batch: { places: [{ firstRow: 1 }] } })
  expect(recent.at(4)).toBeNull()
  expect([recent.isWhole(0), recent.isWhole(1), recent.isWhole(4)]).toEqual([false, true, true])
  recent.dropBefore(9)
  expect([recent.first, recent.next]).toEqual([4, 4])
})

test('a tail that comes from the past does not begin before something that was skipped', () => {
  const recent = new RecentBatches()
  recent.add({ type: 'batch', batch: batchOf(0) })
  recent.add({ type: 'skipped', events: 5, through: { minute: 7, part: 0, row: 5 } })
  recent.add({ type: 'closed', minute: 7 })
  expect([0, 1, 2, 3].map((number) => recent.isWhole(number))).toEqual([false, false, true, true])
})

test('one entry stays, however large it is', () => {
  const recent = new RecentBatches(10)
  recent.add({ type: 'batch', batch: batchOf(0) })
  expect(recent.isOver).toBe(false)
  recent.add({ type: 'closed', minute: 7 })
  expect(recent.isOver).toBe(true)
})
