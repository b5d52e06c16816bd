import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { entryOfRows, OpenRows } from '../../src/page/open-rows.ts'
import { arbitraryEvent } from '../query/arbitrary-event.ts'
import { builderOf, roomyLimits, type TypedEvent } from '../query/typed-event.ts'
import { openSealed } from './open-sealed.ts'
import { plainBlock } from './plain-block.ts'
import { shapedEvents } from './shaped-events.ts'

const minute = 29_833_333

function expectSame(events: readonly TypedEvent[], limits = roomyLimits): void {
  const sealed = builderOf(events, limits).detach()
  const rows = new OpenRows(sealed, { minute, part: 3, rowBase: 70 })
  expect(plainBlock(rows)).toEqual(plainBlock(openSealed(sealed, minute, 3)))
  const { levels, timestampMinMs, timestampMaxMs } = encodeBlock(minute, 3, sealed).entry
  const entry = { part: 3, rowCount: events.length, levels, timestampMinMs, timestampMaxMs }
  expect(entryOfRows(rows)).toMatchObject(entry)
}

test('rows in memory read as those of a page', () => {
  const some = fc.array(arbitraryEvent, { minLength: 1, maxLength: 30 })
  const narrow = { ...roomyLimits, columnsMax: 2, pathsMax: 4 }
  fc.assert(
    fc.property(some, fc.boolean(), (events, isNarrow) => {
      expectSame(events, isNarrow ? narrow : roomyLimits)
    }),
    { numRuns: 150, verbose: 1 },
  )
  for (const count of [1, 64, 300]) expectSame(shapedEvents(count, count))
})
