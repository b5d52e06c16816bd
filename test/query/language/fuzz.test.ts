import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatQuery } from '../../../src/query/language/format.ts'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { queryLimits } from '../../../src/query/language/query-limits.ts'
import { QuerySyntaxError } from '../../../src/query/language/query-syntax-error.ts'
import { seedNote } from '../seed.ts'
import { mutatedText, parts } from './mutated-text.ts'

const seed = seedNote('query fuzz')

/** CPU time of the slowest query; the usual one takes a twentieth of a millisecond. */
const slowestMs = 150

/** Runs of each test; a run takes 50 µs. */
const count = 26_000
const limitMs = 60_000

const soup = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 3 })), {
  maxLength: 40,
})

/** The queries among them; everything else must be a syntax error at a column of the text. */
function parsed(text: string): boolean {
  const begun = process.cpuUsage()
  try {
    const again = formatQuery(parseQuery(text, 0))
    if (again.length < queryLimits.lengthMax) expect(formatQuery(parseQuery(again, 0))).toBe(again)
    return true
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error
    expect(error.message).not.toBe('')
    expect(error.expected).not.toBeEmpty()
    expect(error.column).toBeWithin(1, text.length + 2)
    return false
  } finally {
    const { user, system } = process.cpuUsage(begun)
    expect((user + system) / 1000).toBeLessThan(slowestMs)
  }
}

test(
  'random texts are queries or syntax errors',
  () => {
    let queries = 0
    fc.assert(
      fc.property(soup, (list) => {
        if (parsed(list.join(''))) queries++
      }),
      { ...seed, numRuns: count },
    )
    expect(queries).toBeWithin(count / 50, count)
  },
  limitMs,
)

test(
  'mutated queries are queries or syntax errors',
  () => {
    let queries = 0
    fc.assert(
      fc.property(mutatedText, (text) => {
        if (parsed(text)) queries++
      }),
      { ...seed, numRuns: count },
    )
    expect(queries).toBeWithin(count / 5, count)
  },
  limitMs,
)

test('the longest texts of one part are queries or syntax errors, in little time', () => {
  for (const part of [
    ...parts,
    '/[',
    '"\\',
    'a-',
    'x:/',
    '/a ',
    'a >',
    '(a ',
    '-x',
    '\\ ',
    'x:(-',
  ]) {
    const text = part.repeat(Math.floor(queryLimits.lengthMax / part.length))
    parsed(text)
    parsed(`x:${text}`.slice(0, queryLimits.lengthMax))
    parsed(`a${text}`.slice(0, queryLimits.lengthMax))
  }
})
