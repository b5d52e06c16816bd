import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeBlock } from '../../../src/page/block-encoder.ts'
import { openBlock } from '../../../src/page/block-reader.ts'
import type { BlockEntry, OpenBlock, Summary } from '../../../src/page/contract.ts'
import { makeMatcher } from '../../../src/query/match/matcher.ts'
import type { Selection } from '../../../src/query/selection.ts'
import { openSealed } from '../../page/open-sealed.ts'
import { aim } from '../naive/aim.ts'
import { arbitraryTypedEvent } from '../naive/arbitrary-event.ts'
import { arbitrarySelection } from '../naive/arbitrary-query.ts'
import { plainOf, type PlainEvent } from '../naive/plain-event.ts'
import { selects } from '../naive/selects.ts'
import { seedNote } from '../seed.ts'
import { builderOf, roomyLimits, type TypedEvent } from '../typed-event.ts'

const { seed } = seedNote('matcher')
const minute = 29_400_000
const noDigest = new Uint8Array(32)
/** Few columns, so that the rest has members too. */
const tightLimits = { ...roomyLimits, columnsMax: 6 }

interface Opened {
  readonly plain: readonly PlainEvent[]
  readonly entry: BlockEntry
  /** Of a page with this block alone. */
  readonly summary: Summary
  readonly encoded: OpenBlock
  readonly sealed: OpenBlock
}

function plainEvents(events: readonly TypedEvent[], part: number): PlainEvent[] {
  return events.map((event, row) => plainOf(event, { minute, part, row }))
}

function open(events: readonly TypedEvent[], part: number, isTight: boolean): Opened {
  const limits = isTight ? tightLimits : roomyLimits
  const block = builderOf(events, limits).detach()
  const { bytes, entry, tally } = encodeBlock(minute, part, block)
  const links = { digest: noDigest, previous: noDigest, link: noDigest }
  return {
    plain: plainEvents(events, part),
    entry,
    summary: { ...tally, ...links, minute, bytes: bytes.length, closedAtMs: 0 },
    encoded: openBlock(bytes),
    sealed: openSealed(builderOf(events, limits).detach(), minute, part),
  }
}

/** How many rows the selection has. */
function check(selection: Selection, { plain, entry, summary, encoded, sealed }: Opened): number {
  const matcher = makeMatcher(selection)
  const wanted = plain.flatMap((event, row) => (selects(selection, event) ? [row] : []))
  const rowsOf = (block: OpenBlock): number[] =>
    Array.from(matcher.rowsOf(block, entry) ?? plain.keys())
  const expected = { selection, rows: wanted }
  expect({ selection, rows: rowsOf(encoded) }).toEqual(expected)
  expect({ selection, rows: rowsOf(sealed) }).toEqual(expected)
  if (wanted.length > 0) {
    const mayMatch = [matcher.mayMatchPage(summary), matcher.mayMatchBlock(entry)]
    expect({ selection, mayMatch }).toEqual({ selection, mayMatch: [true, true] })
  }
  return wanted.length
}

const blocks = fc.array(
  fc.record({
    events: fc.array(arbitraryTypedEvent, { minLength: 1, maxLength: 12, size: 'max' }),
    isTight: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
)

/** Selections; three of four without times and filters, so that the query decides. */
const selections = fc.array(
  fc.record({
    selection: arbitrarySelection,
    isWhole: fc.constantFrom(true, true, true, false),
    choices: fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 12 }),
  }),
  { minLength: 20, maxLength: 20 },
)
const unfiltered = { from: null, to: null, filter: { facility: null, level: null, event: null } }

test('the rows of a selection are those that the naive evaluation finds', () => {
  let found = 0
  let asked = 0
  let count = 0
  fc.assert(
    fc.property(blocks, selections, (list, about) => {
      const opened = list.map(({ events, isTight }, part) => open(events, part, isTight))
      const plain = opened.flatMap((one) => one.plain)
      for (const { selection, isWhole, choices } of about) {
        const query = aim(selection.query, plain, choices)
        const asks = { ...selection, ...(isWhole ? unfiltered : {}), query }
        for (const block of opened) found += check(asks, block)
        asked += plain.length
        count++
      }
    }),
    { numRuns: 500, seed },
  )
  expect(count).toBe(10_000)
  // Queries that pass nothing, or everything, would show nothing.
  expect(found / asked).toBeGreaterThan(0.05)
  expect(found / asked).toBeLessThan(0.9)
}, 120_000)
