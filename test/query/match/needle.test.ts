import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { Needle } from '../../../src/query/match/needle.ts'
import { doubleFrom, doubleTo, parseNumber } from '../../../src/query/match/double-range.ts'
import { literalIn } from '../../../src/query/match/regex-literal.ts'
import { lower } from '../naive/value-text.ts'
import { seedNote } from '../seed.ts'

const { seed } = seedNote('needle')

const piece = fc.constantFrom(
  'a',
  'A',
  'b',
  '1',
  '12',
  '.',
  ' ',
  'é',
  'É',
  'ſ',
  '\u212a',
  'k',
  '😀',
)
const some = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(piece, { maxLength }).map((pieces) => pieces.join(''))

test('a needle is found in the texts that hold it, letters A to Z in either case', () => {
  const texts = fc.array(some(30), { minLength: 1, maxLength: 200 })
  const needle = some(4).filter((text) => text !== '')
  fc.assert(
    fc.property(texts, needle, fc.constantFrom(1, 40, 9000), (few, text, times) => {
      // The longest are looked at in several pieces.
      const list = Array.from({ length: few.length * Math.ceil(times / few.length) }, (_, i) => {
        return few[i % few.length] ?? ''
      })
      const bytes = Buffer.from(list.join(''))
      const offsets = new Uint32Array(list.length + 1)
      for (const [i, one] of list.entries())
        offsets[i + 1] = (offsets[i] ?? 0) + Buffer.byteLength(one)
      const passes = new Uint8Array(list.length)
      new Needle(text).mark({ bytes, offsets }, passes)
      const wanted = list.map((one) => (lower(one).includes(lower(text)) ? 1 : 0))
      expect(Buffer.compare(passes, Uint8Array.from(wanted))).toBe(0)
    }),
    { numRuns: 200, seed },
  )
}, 30_000)

const literals = ['ab', 'K', 'é', 's', 'ss', '{', '[Aa]', '\\.', '\\Qa.b\\E', '\\x61']
const classes = ['\\d', '\\b', '\\pL', '[ab]', '[^]a]', '[[:alpha:]]', '.', '^', '$']
const groups = ['(ab|k)', '(?i)', '(?i:k)', '(?:^|[^0-9A-Za-z_])', '|']
const tokens = [...literals, ...classes, ...groups, '?', '*', '+', '{2}', '{1,}']

test('no literal is seen where flags stand between a letter and its repetition', () => {
  for (const source of ['ab(?i)?cd', 'ab(?i)(?s)*cd', 'ab(?i){0}cd']) {
    expect(RE2JS.compile(source).matcher('acd').find()).toBe(true)
    expect(literalIn(source)).toBe('')
  }
  expect(literalIn('ab(?i)c')).toBe('ab')
})

test('every text in which a regular expression is found holds the literal seen in it', () => {
  const source = fc
    .array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 7 })
    .map((chosen) => chosen.join(''))
  let seen = 0
  fc.assert(
    fc.property(source, fc.array(some(12), { minLength: 20, maxLength: 20 }), (regex, texts) => {
      let pattern: RE2JS
      try {
        pattern = RE2JS.compile(regex)
      } catch {
        return
      }
      const literal = literalIn(regex)
      if (literal === '') return
      seen++
      for (const text of [
        ...texts,
        'ababab',
        `k${literal}k`,
        'ſſ',
        '\u212a\u212aab',
        literal.toUpperCase(),
      ]) {
        if (pattern.test(text)) expect(lower(text)).toContain(lower(literal))
      }
    }),
    { numRuns: 5000, seed },
  )
  expect(seen).toBeGreaterThan(300)
}, 30_000)

test('the literals of usual expressions are seen', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['timed out', 'timed out'],
    [String.raw`pool\.run[0-9]+`, 'pool.run'],
    ['(?:^|[^0-9A-Za-z_])[Pp][Aa][Yy][0-9A-Za-z_]*', 'pay'],
    ['colou?r map', 'r map'],
    ['(?i)timeout', 'timeout'],
    ['(?i)task', 'ta'],
    ['a|bcd', ''],
    ['(abc)', ''],
    ['[0-9]{3}', ''],
  ]
  for (const [source, literal] of cases) {
    expect({ source, literal: literalIn(source) }).toEqual({ source, literal })
  }
})

test('doubles on the right side of a number are those of a range of doubles', () => {
  const digits = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String)
  const literal = fc.oneof(
    digits,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    fc.constantFrom(
      '0',
      '-0',
      '1e400',
      '-1e400',
      '5e-324',
      '9007199254740993',
      '1.7976931348623157e308',
    ),
  )
  const value = fc.oneof(fc.double({ noNaN: true }), digits.map(Number))
  fc.assert(
    fc.property(literal, value, fc.boolean(), (text, double, inclusive) => {
      const number = parseNumber(text)
      if (number === null) throw new Error(text)
      for (const one of [double, Number(text)]) {
        const isEqual = !(one < number) && !(one > number)
        expect(one >= doubleFrom(number, inclusive)).toBe(one > number || (inclusive && isEqual))
        expect(one <= doubleTo(number, inclusive)).toBe(one < number || (inclusive && isEqual))
      }
    }),
    { numRuns: 3000, seed },
  )
})
