import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import type { OpenBlock } from '../../src/page/contract.ts'
import { selectRows } from '../../src/page/select-rows.ts'
import { arbitraryEvent } from '../query/arbitrary-event.ts'
import { seedNote } from '../query/seed.ts'
import { builderOf, roomyLimits, type TypedEvent } from '../query/typed-event.ts'
import { openSealed } from './open-sealed.ts'
import { plainBlock } from './plain-block.ts'
import { makeRandom, shapedEvents } from './shaped-events.ts'

const { seed } = seedNote('select-rows')
const minute = 29_833_333

/** A block read row by row has columns without entries; one made of these rows alone has not. */
function withoutEmpty(block: OpenBlock) {
  const plain = plainBlock(block)
  return {
    ...plain,
    // The order of the names is that in which they came.
    columns: plain.columns
      .filter(({ count }) => count > 0)
      .map((column) => [JSON.stringify([column.segments, column.kind]), column] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    timestampNanos: plain.timestampNanos?.some((nanos) => nanos > 0) ? plain.timestampNanos : null,
  }
}

function expectSelected(events: readonly TypedEvent[], rows: Uint16Array, limits = roomyLimits) {
  const sealed = builderOf(events, limits).detach()
  const open = openBlock(encodeBlock(minute, 3, sealed).bytes)
  const selected = selectRows(open, rows)
  expect([...(selected.rowNumbers ?? [])]).toEqual([...rows])
  // Whatever was encoded, and what nothing was.
  expect(plainBlock(selected)).toEqual(plainBlock(selectRows(openSealed(sealed, minute, 3), rows)))
  if (limits !== roomyLimits) return
  const few = [...rows].flatMap((row) => events[row] ?? [])
  expect(withoutEmpty(selected)).toEqual(
    withoutEmpty(openSealed(builderOf(few).detach(), minute, 3)),
  )
}

const someOf = (count: number): fc.Arbitrary<Uint16Array> =>
  fc
    .uniqueArray(fc.nat({ max: count - 1 }), { maxLength: count })
    .map((rows) => Uint16Array.from(rows).sort())

const events = fc.array(arbitraryEvent, { minLength: 1, maxLength: 60 })
const chosen = events.chain((list) => fc.tuple(fc.constant(list), someOf(list.length)))

describe('some rows of a block', () => {
  test('are those that were put into it, whatever was', () => {
    fc.assert(
      fc.property(chosen, ([list, rows]) => expectSelected(list, rows)),
      { numRuns: 100, seed },
    )
  })

  test('have their members that found no column', () => {
    const narrow = { ...roomyLimits, columnsMax: 2, pathsMax: 4 }
    fc.assert(
      fc.property(chosen, ([list, rows]) => expectSelected(list, rows, narrow)),
      { numRuns: 80, seed },
    )
  })

  for (const count of [1, 63, 64, 300, 2000]) {
    test(`are the same in every encoding, of ${count}`, () => {
      const list = shapedEvents(count, count)
      const random = makeRandom(seed + count)
      for (const share of [1, 3, 150]) {
        const rows = list.flatMap((_, row) => (random() % share === 0 ? [row] : []))
        expectSelected(list, Uint16Array.from(rows))
      }
      expectSelected(list, Uint16Array.of(count - 1))
      expectSelected(list, Uint16Array.of())
    })
  }

  test('can be chosen from among rows that were chosen', () => {
    const open = openBlock(encodeBlock(minute, 0, builderOf(shapedEvents(300, 5)).detach()).bytes)
    const once = selectRows(open, Uint16Array.of(3, 97, 102, 299))
    const twice = selectRows(once, Uint16Array.of(1, 2))
    expect([...(twice.rowNumbers ?? [])]).toEqual([97, 102])
    expect([...twice.timestampMs()]).toEqual(
      [97, 102].map((row) => open.timestampMs()[row] ?? Number.NaN),
    )
  })
})
