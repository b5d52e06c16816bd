import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { writeDouble, writeInt } from '../../src/query/render/number-text.ts'
import { Output } from '../../src/query/render/output.ts'
import { doubleText } from './leaf.ts'
import { seedNote } from './seed.ts'

const { seed } = seedNote('number-text')
const runs = { numRuns: 20_000, seed }

function written(write: (out: Output) => void): string {
  const out = new Output()
  write(out)
  return Buffer.from(out.take()).toString()
}

test('an integer is written as the runtime writes it', () => {
  const edges = [0, 9, 10, 99_999, 999_999_999, 1e9, 1e9 + 7, Number.MAX_SAFE_INTEGER]
  for (const edge of edges) {
    expect(written((out) => writeInt(out, edge))).toBe(`${edge}`)
    if (edge > 0) expect(written((out) => writeInt(out, -edge))).toBe(`${-edge}`)
  }
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 52 }), (value, bits) => {
      const shorter = Math.trunc(value / 2 ** bits) + 0
      expect(written((out) => writeInt(out, shorter))).toBe(`${shorter}`)
    }),
    runs,
  )
})

test('a double is written in its shortest form, and never as an integer', () => {
  const decimals = fc
    .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 8 }))
    .map(([digits, places]) => digits / 10 ** places)
  const any = fc.double({ noNaN: true, noDefaultInfinity: true })
  fc.assert(
    fc.property(fc.oneof(any, decimals), (value) => {
      expect(written((out) => writeDouble(out, value))).toBe(doubleText(value))
    }),
    runs,
  )
})
