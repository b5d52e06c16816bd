import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import type { OpenBlock } from '../../src/page/contract.ts'
import { decodeDirectory, encodeDirectory } from '../../src/page/directory.ts'
import { FormatError } from '../../src/page/format-error.ts'
import { rowOfNumber, rowsBefore } from '../../src/page/row-number.ts'
import { sealRows } from '../../src/page/seal-rows.ts'
import { selectRows } from '../../src/page/select-rows.ts'
import { arbitraryEvent } from '../query/arbitrary-event.ts'
import { seedNote } from '../query/seed.ts'
import { builderOf, roomyLimits } from '../query/typed-event.ts'
import { plainBlock } from './plain-block.ts'
import { shapedEvents } from './shaped-events.ts'

const { seed } = seedNote('redacted-block')
const minute = 29_833_333

/** Without the columns that none of the rows has a value of: those are not encoded again. */
function plain(block: OpenBlock) {
  const all = plainBlock(block)
  const nanos = all.timestampNanos?.some((each) => each > 0) ? all.timestampNanos : null
  const columns = all.columns.filter(({ count }) => count > 0)
  return { ...all, columns, timestampNanos: nanos, rowNumbers: [...(block.rowNumbers ?? [])] }
}

function without(block: OpenBlock, rows: Uint16Array): OpenBlock {
  const left = selectRows(block, rows)
  return openBlock(encodeBlock(minute, 3, sealRows(left), left.rowNumbers).bytes)
}

const some = (count: number): fc.Arbitrary<Uint16Array> =>
  fc
    .uniqueArray(fc.nat({ max: count - 1 }), { minLength: 1, maxLength: count })
    .map((rows) => Uint16Array.from(rows).sort())

const events = fc.array(arbitraryEvent, { minLength: 1, maxLength: 60 })
const chosen = events.chain((list) => fc.tuple(fc.constant(list), some(list.length)))

describe('a block that has lost rows', () => {
  for (const limits of [roomyLimits, { ...roomyLimits, columnsMax: 2, pathsMax: 4 }]) {
    test(`holds the others as they were, in ${limits.columnsMax} columns`, () => {
      const property = fc.property(chosen, ([list, rows]) => {
        const block = openBlock(encodeBlock(minute, 3, builderOf(list, limits).detach()).bytes)
        expect(plain(without(block, rows))).toEqual(plain(selectRows(block, rows)))
      })
      fc.assert(property, { numRuns: 80, seed })
    })
  }

  test('keeps the numbers of its rows when it loses others again, and when some are picked', () => {
    const block = openBlock(
      encodeBlock(minute, 3, builderOf(shapedEvents(2_000, 7)).detach()).bytes,
    )
    const even = Uint16Array.from({ length: 1_000 }, (_, i) => i * 2)
    const once = without(block, even)
    const twice = without(once, Uint16Array.of(1, 500, 999))
    expect([...(twice.rowNumbers ?? [])]).toEqual([2, 1_000, 1_998])
    expect(plain(twice)).toEqual(plain(selectRows(block, Uint16Array.of(2, 1_000, 1_998))))
    expect([...(selectRows(once, Uint16Array.of(3)).rowNumbers ?? [])]).toEqual([6])
  })

  test('finds rows by their numbers', () => {
    const block = { rowCount: 3, rowNumbers: Uint16Array.of(2, 5, 9) }
    expect([0, 2, 3, 5, 9, 10].map((number) => rowOfNumber(block, number))).toEqual([
      null,
      0,
      null,
      1,
      2,
      null,
    ])
    expect([0, 2, 3, 10].map((number) => rowsBefore(block, number))).toEqual([0, 0, 1, 3])
    expect(rowOfNumber({ rowCount: 3, rowBase: 4 }, 6)).toBe(2)
    expect(rowOfNumber({ rowCount: 3 }, 3)).toBeNull()
  })

  test('is refused when the bitmap counts other rows', () => {
    const sealed = builderOf(shapedEvents(5, 1)).detach()
    const { bytes } = encodeBlock(minute, 0, sealed, Uint16Array.of(0, 1, 2, 3))
    expect(() => openBlock(bytes)).toThrow(FormatError)
  })
})

test('the directory of a redacted page says how many rows each part held', () => {
  const { entry } = encodeBlock(minute, 1, builderOf(shapedEvents(5, 1)).detach())
  const originalRows = new Map([
    [0, 32_768],
    [1, 9],
  ])
  const bytes = encodeDirectory(minute, [entry], originalRows)
  expect(decodeDirectory(bytes)).toEqual({ minute, blocks: [entry], originalRows })
  expect(decodeDirectory(encodeDirectory(minute, [], originalRows)).blocks).toEqual([])
})
