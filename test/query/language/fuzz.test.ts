import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatQuery } from '../../../src/query/language/format.ts'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { queryLimits } from '../../../src/query/language/query-limits.ts'
import { QuerySyntaxError } from '../../../src/query/language/query-syntax-error.ts'
import { arbitraryQuery } from '../naive/arbitrary-query.ts'
import { seedNote } from '../seed.ts'

const seed = seedNote('query fuzz')

/** CPU time of the slowest query; the usual one takes a twentieth of a millisecond. */
const slowestMs = 150

/** What the language is made of. */
const parts = [
  ...'"\\/*()[]{}:<>=-!&|. \n\t0a_@ä😀',
  ...'AND|OR|NOT| TO |level|timestamp|id|x:|x>=|x:[|x:(|now-1h|warn|42|-1|1e9'.split('|'),
  ...'10.0.0.0/8|::1|/a+/|{9}|(?i)|[a-z]|\ud800'.split('|'),
]

const soup = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 3 })), {
  maxLength: 40,
})

/** Queries with some characters removed, doubled, swapped or replaced. */
const mutated = fc
  .tuple(
    arbitraryQuery.map(formatQuery),
    fc.array(fc.tuple(fc.nat({ max: 300 }), fc.constantFrom('', ...parts)), { maxLength: 4 }),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [at, part]) => {
      const from = at % (changed.length + 1)
      return changed.slice(0, from) + part + changed.slice(from + (at % 3))
    }, text),
  )

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
    expect(error.column).toBeWithin(1, text.length + 2)
    return false
  } finally {
    const { user, system } = process.cpuUsage(begun)
    expect((user + system) / 1000).toBeLessThan(slowestMs)
  }
}

test('random texts are queries or syntax errors', () => {
  let queries = 0
  const count = 12_000
  fc.assert(
    fc.property(soup, (list) => {
      if (parsed(list.join(''))) queries++
    }),
    { ...seed, numRuns: count },
  )
  expect(queries).toBeWithin(count / 50, count)
})

test('mutated queries are queries or syntax errors', () => {
  let queries = 0
  const count = 12_000
  fc.assert(
    fc.property(mutated, (text) => {
      if (parsed(text)) queries++
    }),
    { ...seed, numRuns: count },
  )
  expect(queries).toBeWithin(count / 5, count)
})

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
