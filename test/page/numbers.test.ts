import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ByteSink } from '../../src/page/byte-sink.ts'
import { ByteSource } from '../../src/page/byte-source.ts'
import { decodeNumbers } from '../../src/page/decode-numbers.ts'
import { encodeNumbers } from '../../src/page/encode-numbers.ts'
import { NumberCode } from '../../src/page/format.ts'

function throughBytes(values: readonly number[]): { code: number; bytes: number } {
  const sink = new ByteSink()
  const numbers = Float64Array.from(values)
  encodeNumbers(sink, numbers, values.length)
  const source = new ByteSource(sink.copy(), 'numbers')
  const found = decodeNumbers(source, values.length)
  source.end()
  // As bits: -0 is not 0.
  expect(new BigUint64Array(found.buffer)).toEqual(new BigUint64Array(numbers.buffer))
  return { code: sink.bytes[0] ?? -1, bytes: sink.length }
}

const rows = (count: number, value: (row: number) => number): number[] =>
  Array.from({ length: count }, (_, row) => value(row))
const scattered = (row: number): number => Math.imul(row + 1, 0x9e3779b1) >>> 0

describe('numbers take the smallest form', () => {
  const cases: readonly [string, number, readonly number[]][] = [
    ['all the same', NumberCode.Const, rows(1000, () => -5)],
    ['none', NumberCode.Const, []],
    ['near one another', NumberCode.Frame, rows(1000, (row) => 1e12 + (scattered(row) % 250))],
    ['of six bytes', NumberCode.Frame, rows(1000, (row) => scattered(row) * 60_000)],
    ['rising', NumberCode.Delta, rows(1000, (row) => 1e12 + row * 300 + (scattered(row) % 9))],
    ['few and far apart', NumberCode.Dictionary, rows(1000, (row) => (scattered(row) % 7) * 1e9)],
    ['in runs', NumberCode.Runs, rows(1000, (row) => Math.floor(row / 100) * 1e9)],
    ['with three decimals', NumberCode.Scaled, rows(1000, (row) => scattered(row) / 1000)],
    ['with any decimals', NumberCode.Raw, rows(1000, (row) => scattered(row) / 977)],
    ['with -0', NumberCode.Raw, rows(10, (row) => (row === 4 ? -0 : row))],
    ['with -0 among decimals', NumberCode.Raw, [0.5, -0, 0.25]],
    ['too far apart to subtract', NumberCode.Raw, [-(2 ** 53) + 1, 2 ** 53 - 1]],
    ['with infinities', NumberCode.Raw, [Infinity, 1, -Infinity]],
    ['with decimals a sample misses', NumberCode.Raw, rows(1000, (r) => (r === 7 ? 1 / 3 : r / 2))],
  ]
  for (const [name, code, values] of cases) {
    test(name, () => expect(throughBytes(values).code).toBe(code))
  }

  test('one byte a number for differences below 256', () => {
    expect(throughBytes(rows(10_000, (row) => 1e12 + row * 3)).bytes).toBeLessThan(10_100)
  })
})

test('any numbers come back to the bit', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true }),
    fc.maxSafeInteger(),
    fc.integer({ min: -3, max: 3 }),
    fc.integer().map((n) => n / 100),
    fc.constantFrom(-0, 0, 5e-324, 0.1 + 0.2, 2 ** 53 - 1, 1e308),
  )
  const column = fc.oneof(
    fc.array(number, { maxLength: 200 }),
    fc.array(fc.maxSafeInteger(), { maxLength: 200 }),
    fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 70, maxLength: 300 }),
    fc.array(
      fc.integer().map((n) => n / 1000),
      { maxLength: 200 },
    ),
  )
  fc.assert(
    fc.property(column, (values) => {
      throughBytes(values)
    }),
    { numRuns: 500, verbose: 1 },
  )
})

test('a NaN stays one', () => {
  const sink = new ByteSink()
  const facts = encodeNumbers(sink, Float64Array.of(1, NaN, 3), 3)
  expect(facts.hasNan).toBe(true)
  expect([...decodeNumbers(new ByteSource(sink.copy(), 'numbers'), 3)]).toEqual([1, NaN, 3])
})
