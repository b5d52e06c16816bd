import fc from 'fast-check'
import { formatQuery } from '../../../src/query/language/format.ts'
import { arbitraryQuery } from '../naive/arbitrary-query.ts'

/** What the language is made of. */
export const parts = [
  ...'"\\/*()[]{}:<>=-!&|. \n\t0a_@ä😀',
  ...'AND|OR|NOT| TO |level|timestamp|id|x:|x>=|x:[|x:(|now-1h|warn|42|-1|1e9'.split('|'),
  ...'10.0.0.0/8|::1|/a+/|{9}|(?i)|[a-z]|\ud800'.split('|'),
]

/** Queries with some characters removed, doubled, swapped or replaced. */
export const mutatedText: fc.Arbitrary<string> = fc
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
