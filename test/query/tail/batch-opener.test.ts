import { expect, test } from 'bun:test'
import { defaultLimits } from '../../../src/event/limits.ts'
import { BatchOpener } from '../../../src/query/tail/batch-opener.ts'

const batchOf = (accepted: number, ...events: object[]) => ({
  minute: 1,
  receivedMs: 60_000,
  format: 'json' as const,
  src: new TextEncoder().encode(events.map((event) => JSON.stringify(event)).join('\n')),
  accepted,
  places: [{ part: 0, firstRow: 0, rowCount: accepted }],
})

test('a batch is opened that was taken in when limits were higher, and the next one too', () => {
  const opener = new BatchOpener([{ ...defaultLimits, nestingMax: 2, eventNameBytesMax: 10 }], 64)
  const event = { facility: 'f', level: 'info', event: 'e' }
  const deep = { ...event, additional: { a: { b: { c: 1 } } } }
  const deeper = { ...event, additional: JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`) }
  for (const batch of [batchOf(1, event), batchOf(2, event, deep), batchOf(2, deep, deeper)]) {
    const rows = opener.open(batch)
    expect(rows.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(batch.accepted)
    opener.release()
  }
  expect(() => opener.open(batchOf(1, event, event))).toThrow('cannot be read as such')
  expect(opener.open(batchOf(1, event))).toHaveLength(1)
  opener.release()
})

test('limits of earlier starts say which events of a batch were refused', () => {
  const earlier = { ...defaultLimits, eventNameBytesMax: 5 }
  const events = ['short', 'longer', 'e'].map((event) => ({ facility: 'f', level: 'info', event }))
  const opener = new BatchOpener([{ ...defaultLimits, eventNameBytesMax: 3 }, earlier], 64)
  const [rows] = opener.open(batchOf(2, ...events))
  expect(rows?.block.rowCount).toBe(2)
  opener.release()
  const usual = new BatchOpener([defaultLimits], 64)
  expect(() => usual.open(batchOf(2, ...events))).toThrow('cannot be read as such')
})
