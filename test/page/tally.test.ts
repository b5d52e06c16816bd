import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import type { Tally } from '../../src/page/contract.ts'
import { emptyTally, mergeTally, tallyCellsMax } from '../../src/page/tally.ts'
import { decodeTally } from '../../src/page/tally-decoder.ts'
import { encodeTally } from '../../src/page/tally-encoder.ts'
import { arbitraryEvent } from '../query/arbitrary-event.ts'
import { builderOf, type TypedEvent } from '../query/typed-event.ts'
import { shapedEvents } from './shaped-events.ts'

const tallyOf = (events: readonly TypedEvent[]): Tally =>
  encodeBlock(1, 0, builderOf(events).detach()).tally

const someEvents = fc.array(arbitraryEvent, { minLength: 1, maxLength: 40 })

/** Counted event by event. */
function countPlainly(events: readonly TypedEvent[]) {
  const counts = new Map<string, number>()
  const add = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const { facility, event, level, timestampMs } of events) {
    add(JSON.stringify(['pair', facility, event, level]))
    add(JSON.stringify(['cell', Math.floor(timestampMs / 60_000), facility, level]))
  }
  return counts
}

function flatten(tally: Tally) {
  const counts = new Map<string, number>()
  const add = (key: unknown[], levels: readonly number[]): void => {
    for (const [level, count] of levels.entries()) {
      if (count > 0) counts.set(JSON.stringify([...key, level]), count)
    }
  }
  for (const [facility, events] of tally.facilities) {
    for (const [event, pair] of events) add(['pair', facility, event], pair.levels)
  }
  for (const [minute, cells] of tally.eventTime) {
    for (const [facility, levels] of cells) add(['cell', minute, facility], levels)
  }
  return counts
}

describe('a tally', () => {
  test('counts each event once', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const tally = tallyOf(events)
        expect(flatten(tally)).toEqual(countPlainly(events))
        const times = events.map((event) => event.timestampMs)
        expect(tally.timestampMinMs).toBe(Math.min(...times))
        expect(tally.timestampMaxMs).toBe(Math.max(...times))
        expect(tally.eventCount).toBe(events.length)
        expect(tally.levels.reduce((sum, count) => sum + count, 0)).toBe(events.length)
      }),
      { verbose: 1 },
    )
  })

  test('comes back from its bytes', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const tally = tallyOf(events)
        expect(decodeTally(encodeTally(tally))).toEqual(tally)
      }),
      { verbose: 1 },
    )
    expect(decodeTally(encodeTally(emptyTally()))).toEqual(emptyTally())
  })

  test('merges: that of all events is that of their parts together', () => {
    fc.assert(
      fc.property(someEvents, someEvents, (first, second) => {
        const merged = emptyTally()
        mergeTally(merged, tallyOf(first))
        mergeTally(merged, tallyOf(second))
        expect(merged).toEqual(tallyOf([...first, ...second]))
      }),
      { verbose: 1 },
    )
  })

  test('keeps the first and last time of each pair', () => {
    const [event] = shapedEvents(1, 1)
    if (event === undefined) throw new Error('no event')
    const events = [5, 3, 9].map((second) => ({ ...event, timestampMs: second * 1000 }))
    const pair = tallyOf(events).facilities.get(event.facility)?.get(event.event)
    expect(pair).toMatchObject({ firstMs: 3000, lastMs: 9000 })
  })

  test('stops to grow at its bound, and says so', () => {
    const [event] = shapedEvents(1, 1)
    if (event === undefined) throw new Error('no event')
    const merged = emptyTally()
    const blockEvents = 8192
    const blocks = tallyCellsMax / blockEvents
    for (let block = 0; block <= blocks; block++) {
      expect(merged.exact).toBe(true)
      const events = Array.from({ length: blockEvents }, (_, i) => {
        const number = block * blockEvents + i
        return { ...event, members: [], event: `${number}`, timestampMs: number * 60_000 }
      })
      mergeTally(merged, tallyOf(events))
    }
    expect(merged.exact).toBe(false)
    expect(merged.cells).toBe(tallyCellsMax)
    expect(merged.facilities.get(event.facility)?.size).toBe(tallyCellsMax)
    expect(merged.eventCount).toBe(tallyCellsMax + blockEvents)
    const again = decodeTally(encodeTally(merged))
    expect(again.cells).toBe(tallyCellsMax)
    expect(again.exact).toBe(false)
  })
})
