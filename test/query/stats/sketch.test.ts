import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { DistinctCount, distinctExactMax } from '../../../src/query/stats/distinct-count.ts'
import { HyperLogLog, hyperLogLogError } from '../../../src/query/stats/hyper-log-log.ts'
import {
  NumberSketch,
  rankOf,
  sketchRelativeError,
  wordsOf,
} from '../../../src/query/stats/number-sketch.ts'
import { seedNote } from '../seed.ts'

const { seed } = seedNote('sketches')
const parts = [0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1]

function sketchOf(list: readonly number[]): NumberSketch {
  const sketch = new NumberSketch()
  const values = Float64Array.from(list)
  const words = wordsOf(values)
  for (let i = 0; i < values.length; i++) sketch.add(values[i] ?? 0, words[2 * i + 1] ?? 0)
  return sketch
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, 5e-324, -5e-324, 1.7e308, -1.7e308, 2 ** 53, 0.1),
)

/** The smallest normal double: below it there are fewer bits than cells. */
const normalMin = 2.3e-308

function isWithin(found: number | null, exact: number): boolean {
  if (Math.abs(exact) < normalMin) return found !== null && Math.abs(found - exact) < normalMin
  return (
    found !== null && Math.abs(found - exact) <= Math.abs(exact) * sketchRelativeError * 1.000001
  )
}

test('quantiles lie within the documented error of the value at their rank', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 400, size: 'max' }), (list) => {
      const sketch = sketchOf(list)
      const sorted = list.toSorted((a, b) => a - b)
      for (const q of parts) {
        const exact = sorted[rankOf(q, list.length) - 1] ?? 0
        const found = sketch.quantile(q)
        if (list.length < 64) expect((found ?? Number.NaN) + 0).toBe(exact + 0)
        else expect({ q, exact, found, ok: isWithin(found, exact) }).toMatchObject({ ok: true })
      }
    }),
    { numRuns: 500, seed },
  )
})

test('two sketches merged are the sketch of both', () => {
  const list = fc.array(number, { maxLength: 200, size: 'max' })
  fc.assert(
    fc.property(list, list, (a, b) => {
      const merged = sketchOf(a)
      merged.merge(sketchOf(b))
      const both = sketchOf([...a, ...b])
      expect(merged.count).toBe(both.count)
      for (const q of parts) expect(merged.quantile(q)).toBe(both.quantile(q))
    }),
    { numRuns: 300, seed },
  )
})

test('a rank is not raised by the rounding of its part', () => {
  expect(rankOf(0.999, 1000)).toBe(999)
  expect(rankOf(0.99, 100)).toBe(99)
  expect(rankOf(0.9, 10)).toBe(9)
  expect(rankOf(0.5, 3)).toBe(2)
  expect(rankOf(0.5, 1)).toBe(1)
})

test('a distinct count is exact up to its bound, and within five standard errors beyond', () => {
  const count = new DistinctCount()
  for (let i = 0; i < distinctExactMax; i++) {
    count.add(`value ${i}`)
    count.add(`value ${i >> 1}`)
  }
  expect(count.isExact).toBe(true)
  expect(count.count()).toBe(distinctExactMax)
  let next = distinctExactMax
  for (const size of [distinctExactMax + 1, 20_000, 40_000, 80_000, 200_000]) {
    while (next < size) count.add(`value ${next++}`)
    expect(count.isExact).toBe(false)
    expect(Math.abs(count.count() / size - 1)).toBeLessThan(5 * hyperLogLogError)
  }
})

function make(from: number, to: number): DistinctCount {
  const count = new DistinctCount()
  for (let i = from; i < to; i++) count.add(i)
  return count
}

test('distinct counts merge, exact ones and estimates', () => {
  const small = make(0, 100)
  small.merge(make(50, 200))
  expect(small.count()).toBe(200)
  const large = make(0, 30_000)
  large.merge(make(15_000, 45_000))
  expect(large.count()).toBe(make(0, 45_000).count())
  const mixed = make(0, 10)
  mixed.merge(make(0, 30_000))
  expect(mixed.count()).toBe(make(0, 30_000).count())
})

test('a number, the text that spells it and a truth value are different', () => {
  const count = new DistinctCount()
  for (const value of [1, '1', true, 'true', 2n ** 60n, `${2n ** 60n}`, '']) count.add(value)
  expect(count.count()).toBe(7)
})

test('the estimator has the error that is documented, over many sets', () => {
  let squares = 0
  const sets = 60
  let state = seed >>> 0
  // A generator of Marsaglia's: 32 bits, of which two make the hashes of a value.
  const random = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  state = state === 0 ? 1 : state
  for (let set = 0; set < sets; set++) {
    const sketch = new HyperLogLog()
    const size = 20_000 + set * 1000
    for (let i = 0; i < size; i++) sketch.add(random(), random())
    squares += (sketch.estimate() / size - 1) ** 2
  }
  const error = Math.sqrt(squares / sets)
  expect(error).toBeLessThan(1.6 * hyperLogLogError)
  expect(error).toBeGreaterThan(0.4 * hyperLogLogError)
})

test('an empty one has seen nothing', () => {
  expect(new HyperLogLog().estimate()).toBe(0)
  expect(new DistinctCount().count()).toBe(0)
  expect(new NumberSketch().quantile(0.5)).toBe(null)
})
