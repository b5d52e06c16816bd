import { describe, expect, test } from 'bun:test'
import { planRetention, type RetentionFacts } from '../../src/book/retention.ts'
import { dayOfMinute } from '../../src/book/layout.ts'
import { dayStart } from './book-fixture.ts'

const dayMs = 86_400_000
const now = dayStart * 60_000

/** `count` full days of 100 bytes, the last of them up to now. */
function facts(count: number, change: Partial<RetentionFacts> = {}): RetentionFacts {
  const days = Array.from({ length: count }, (_, i) => {
    const firstMinute = dayStart - (count - i) * 1_440
    const day = dayOfMinute(firstMinute)
    return { day, bytes: 100, firstMinute, lastMinute: firstMinute + 1_439 }
  })
  const closedThrough = dayStart - 1
  return { closedThrough, droppedBefore: null, lastDropMs: null, days, ...change }
}

const byAge = (days: number) => ({ maxAgeMs: days * dayMs, maxBytes: null })
const bySize = (bytes: number) => ({ maxAgeMs: null, maxBytes: bytes })

describe('retention', () => {
  test('keeps everything without a limit, below it, and in an empty book', () => {
    expect(planRetention(facts(50), { maxAgeMs: null, maxBytes: null }, now)).toBeNull()
    expect(planRetention(facts(30), byAge(30), now)).toBeNull()
    expect(planRetention(facts(30), bySize(3_000), now)).toBeNull()
    expect(planRetention(facts(0, { closedThrough: null }), byAge(1), now)).toBeNull()
  })

  test('drops a day once all of it has passed the age', () => {
    expect(planRetention(facts(31), byAge(30), now)).toBe(dayStart - 30 * 1_440)
    expect(planRetention(facts(31), byAge(30), now - 60_000)).toBeNull()
  })

  test('drops two days in one run at most, whatever the clock says, and not twice in an hour', () => {
    const year = 365 * dayMs
    const cut = planRetention(facts(20), byAge(30), now + year)
    expect(cut).toBe(dayStart - 18 * 1_440)
    const after = facts(18, { droppedBefore: cut, lastDropMs: now + year })
    expect(planRetention(after, byAge(30), now + year + 59 * 60_000)).toBeNull()
    expect(planRetention(after, byAge(30), now + year + 61 * 60_000)).toBe(dayStart - 16 * 1_440)
  })

  test('drops the oldest days until the rest fits', () => {
    expect(planRetention(facts(10), bySize(950), now)).toBe(dayStart - 9 * 1_440)
    expect(planRetention(facts(10), bySize(899), now)).toBe(dayStart - 8 * 1_440)
  })

  test('drops hours of the only day that is left', () => {
    expect(planRetention(facts(1), bySize(75), now)).toBe(dayStart - 18 * 60)
    expect(planRetention(facts(1), bySize(99), now)).toBe(dayStart - 23 * 60)
  })

  test('never passes closed through', () => {
    const open = facts(1, { closedThrough: dayStart - 700 })
    expect(planRetention(open, bySize(0), now)).toBe(dayStart - 699)
  })
})
