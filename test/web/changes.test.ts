import { describe, expect, test } from 'bun:test'
import type { CataloguePair } from '../../src/web/api/answers.ts'
import { formatChange } from '../../src/web/components/number-text.ts'
import { changesOf, comparedSpans, sortedChanges } from '../../src/web/views/catalogue/changes.ts'

function pairOf(event: string, count: number): CataloguePair {
  const at = '2026-11-22T12:00:00.000Z'
  const times = { first: at, last: at, firstReceived: at, lastReceived: at }
  const unused = { levels: {}, total: count, returnedAfterMinutes: null, sparkline: [] }
  return { facility: 'shop', event, count, status: 'active', ...times, ...unused }
}

const pairsOf = (counts: Record<string, number>): CataloguePair[] =>
  Object.entries(counts).map(([event, count]) => pairOf(event, count))

describe('what has changed between two times', () => {
  const now = pairsOf({ came: 1, rose: 400, fell: 10, noise: 104, same: 7, nothing: 0 })
  const before = pairsOf({ went: 2, rose: 100, fell: 90, noise: 100, same: 7, nothing: 0 })
  const { changes, alike } = changesOf(now, before)
  const kinds = Object.fromEntries(changes.map(({ kind, pair }) => [pair.event, kind]))

  test('names what is new, gone, grown and shrunk, and not what chance makes of counts', () => {
    expect(kinds).toEqual({ came: 'new', went: 'gone', rose: 'grown', fell: 'shrunk' })
    expect(alike).toBe(2)
  })

  test('gives the figures of both times', () => {
    const rose = changes.find(({ pair }) => pair.event === 'rose')
    expect(rose).toMatchObject({ now: 400, before: 100, difference: 300 })
    const went = changes.find(({ kind }) => kind === 'gone')
    expect(went).toMatchObject({ now: 0, before: 2, difference: -2 })
  })

  const events = (order: string): string[] =>
    sortedChanges(changes, order).map(({ pair }) => pair.event)

  test('has what says most first, and sorts by any figure in either direction', () => {
    expect(events('-weight')).toEqual(['rose', 'fell', 'went', 'came'])
    expect(events('difference')).toEqual(['fell', 'went', 'came', 'rose'])
    expect(events('-before')).toEqual(['rose', 'fell', 'went', 'came'])
    expect(events('event')).toEqual(['came', 'fell', 'rose', 'went'])
    expect(events('-event')).toEqual(['went', 'rose', 'fell', 'came'])
  })

  test('says small changes in percent, and great ones as a factor', () => {
    expect(formatChange(138, 100)).toBe('+38 %')
    expect(formatChange(10, 100)).toBe('−90 %')
    expect(formatChange(1_234, 100)).toBe('×12')
    expect(formatChange(350, 100)).toBe('×3.5')
    expect(formatChange(1, 100_000)).toBe('−99 %')
    expect(formatChange(100, 100)).toBe('+0 %')
    expect(formatChange(5, 0)).toBeNull()
    expect(formatChange(0, 5)).toBeNull()
  })

  test('compares whole minutes, none of them twice', () => {
    const fromMs = Date.parse('2026-11-22T12:00:30Z')
    const toMs = Date.parse('2026-11-22T12:04:10Z')
    const { span, earlier } = comparedSpans({ fromMs, toMs })
    expect(new Date(span.fromMs).toISOString()).toBe('2026-11-22T12:00:00.000Z')
    expect(new Date(span.toMs).toISOString()).toBe('2026-11-22T12:05:00.000Z')
    expect(earlier.toMs).toBe(span.fromMs)
    expect(earlier.toMs - earlier.fromMs).toBe(span.toMs - span.fromMs)
  })
})
