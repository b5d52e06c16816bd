import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import { sha256 } from '../../src/page/summary.ts'
import { arbitraryEvent } from '../query/arbitrary-event.ts'
import { builderOf, roomyLimits, type TypedEvent } from '../query/typed-event.ts'
import { openSealed } from './open-sealed.ts'
import { plainBlock, plainColumn } from './plain-block.ts'
import { shapedEvents } from './shaped-events.ts'

const minute = 29_833_333

function expectSame(events: readonly TypedEvent[], limits = roomyLimits): Uint8Array {
  const sealed = builderOf(events, limits).detach()
  const { bytes, entry } = encodeBlock(minute, 3, sealed)
  expect(plainBlock(openBlock(bytes))).toEqual(plainBlock(openSealed(sealed, minute, 3)))
  expect(entry).toMatchObject({ part: 3, rowCount: events.length, bytes: bytes.length })
  expect(entry.sha256).toEqual(sha256(bytes))
  return bytes
}

describe('a block', () => {
  test('gives back any events', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { minLength: 1, maxLength: 60 }), (events) => {
        expectSame(events)
      }),
      { numRuns: 150, verbose: 1 },
    )
  })

  test('gives back members that found no column', () => {
    const narrow = { ...roomyLimits, columnsMax: 2, pathsMax: 4 }
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { minLength: 1, maxLength: 20 }), (events) => {
        expectSame(events, narrow)
      }),
      { numRuns: 60, verbose: 1 },
    )
  })

  for (const count of [1, 2, 63, 64, 300, 5000]) {
    test(`gives back ${count} events of every shape`, () => {
      expectSame(shapedEvents(count, count))
    })
  }

  test('gives back a block without events', () => {
    expectSame([])
  })

  test('is the same whatever was encoded before it', () => {
    const sealed = builderOf(shapedEvents(40, 1)).detach()
    const first = encodeBlock(minute, 0, sealed).bytes
    encodeBlock(minute, 0, builderOf(shapedEvents(900, 2)).detach())
    expect(Buffer.compare(encodeBlock(minute, 0, sealed).bytes, first)).toBe(0)
  })

  test('decodes a column without its neighbours', () => {
    const sealed = builderOf(shapedEvents(2000, 9)).detach()
    const open = openBlock(encodeBlock(minute, 0, sealed).bytes)
    const index = open.columns.findIndex((column) => column.segments[0] === 'uuid4')
    const expected = openSealed(sealed, minute, 0)
    expect(plainColumn(open.column(index))).toEqual(plainColumn(expected.column(index)))
    expect(() => open.column(open.columns.length)).toThrow(RangeError)
  })

  test('says between which numbers a column lies', () => {
    const open = openBlock(encodeBlock(minute, 0, builderOf(shapedEvents(500, 4)).detach()).bytes)
    for (const [index, column] of open.columns.entries()) {
      const numbers = open.column(index).numbers
      // 0 and -0 are the same bound.
      expect(column.min === (numbers === null ? null : Math.min(...numbers))).toBe(true)
      expect(column.max === (numbers === null ? null : Math.max(...numbers))).toBe(true)
    }
  })
})
