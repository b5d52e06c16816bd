import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { matchesFacility, patternProblem } from '../../src/event/facility-pattern.ts'

const letters = fc.constantFrom('a', 'b', 'ab', '*', '-')
const pattern = fc.array(letters, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(''))
const facility = fc
  .array(fc.constantFrom('a', 'b', '-'), { maxLength: 8 })
  .map((parts) => parts.join(''))

test('a pattern matches what the regular expression of its pieces matches', () => {
  fc.assert(
    fc.property(pattern, facility, (text, name) => {
      const expression = new RegExp(`^${text.replaceAll('*', '.*')}$`)
      expect(matchesFacility([text], name)).toBe(expression.test(name))
    }),
    { numRuns: 5_000 },
  )
})

test('one of several patterns is enough, and all facilities are all', () => {
  expect(matchesFacility(['shop-*', 'checkout'], 'checkout')).toBe(true)
  expect(matchesFacility(['shop-*', 'checkout'], 'shop-a')).toBe(true)
  expect(matchesFacility(['shop-*', 'checkout'], 'Checkout')).toBe(false)
  expect(matchesFacility([], 'checkout')).toBe(false)
  expect(matchesFacility('all', 'checkout')).toBe(true)
})

test('what is no pattern is said', () => {
  expect(patternProblem('shop-*')).toBe('')
  expect(patternProblem('')).toContain('not empty')
  expect(patternProblem('a**b')).toContain('one star')
  expect(patternProblem('a'.repeat(257))).toContain('256 bytes')
})
