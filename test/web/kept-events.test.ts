import { describe, expect, test } from 'bun:test'
import {
  KeptEvents,
  tailCharactersMax,
  type TailEvent,
  tailEventsMax,
} from '../../src/web/views/tail/kept-events.ts'

const idOf = (number: number): string => number.toString(16).padStart(16, '0')
const eventOf = (number: number, text = '{}'): TailEvent => ({ event: { id: idOf(number) }, text })
const idsOf = (events: readonly TailEvent[] | null): string[] =>
  (events ?? []).map(({ event }) => event.id)

describe('the events that a tail keeps', () => {
  test('are the newest ones, the newest first, whether they are looked at often or seldom', () => {
    for (const lookEvery of [1, 7, 4_000, 1_000_000]) {
      const kept = new KeptEvents()
      let shown: readonly TailEvent[] = []
      for (let number = 0; number < 3 * tailEventsMax; number++) {
        kept.add(eventOf(number))
        if (number % lookEvery === 0 && number > 14_000) shown = kept.take() ?? shown
      }
      shown = kept.take() ?? shown
      expect(shown.length).toBe(tailEventsMax)
      expect(shown[0]?.event.id).toBe(idOf(3 * tailEventsMax - 1))
      expect(shown.at(-1)?.event.id).toBe(idOf(2 * tailEventsMax))
    }
  })

  test('are not longer than a bound, but the newest is there whatever its length', () => {
    const kept = new KeptEvents()
    const long = 'x'.repeat(tailCharactersMax / 4)
    for (let number = 0; number < 9; number++) kept.add(eventOf(number, long))
    expect(idsOf(kept.take())).toEqual([8, 7, 6, 5].map(idOf))
    kept.add(eventOf(9, 'x'.repeat(tailCharactersMax + 1)))
    expect(idsOf(kept.take())).toEqual([idOf(9)])
  })

  test('are the same list while nothing comes, and none behind a position that is gone back to', () => {
    const kept = new KeptEvents()
    for (let number = 0; number < 5; number++) kept.add(eventOf(number))
    expect(idsOf(kept.take()).length).toBe(5)
    expect(kept.take()).toBeNull()
    kept.add(eventOf(5))
    kept.keepThrough(idOf(2))
    expect(idsOf(kept.take())).toEqual([2, 1, 0].map(idOf))
    kept.clear()
    expect(kept.take()).toEqual([])
  })
})
