import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatQuery } from '../../../src/query/language/format.ts'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { arbitraryCase } from '../naive/aim.ts'
import { seedNote } from '../seed.ts'

const seed = seedNote('format')

test('the text of a query is the query', () => {
  fc.assert(
    fc.property(arbitraryCase({ min: 1, max: 4 }), ({ query }) => {
      const text = formatQuery(query)
      expect({ text, query: parseQuery(text, 0) }).toEqual({ text, query })
    }),
    { ...seed, numRuns: 3000 },
  )
})

test('any words and values have a text', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
  const special = fc.string({
    unit: fc.constantFrom(...'\\"*()[]{}:<>=/-!&| \n,a1ANDOR'),
    minLength: 1,
    maxLength: 8,
  })
  const any = fc.oneof(text, special).filter((one) => one.isWellFormed())
  fc.assert(
    fc.property(any, any, any, (name, value, other) => {
      const field = { of: 'additional', path: name } as const
      const parts = [
        { type: 'text', test: { how: 'word', text: value } },
        { type: 'field', field, test: { how: 'equals', text: other, isQuoted: false } },
        { type: 'text', test: { how: 'phrase', text: value } },
        { type: 'field', field, test: { how: 'wildcard', pieces: [other, value] } },
        { type: 'text', test: { how: 'word', text: other } },
        { type: 'field', field, test: { how: 'equals', text: value, isQuoted: true } },
      ] as const
      const query = { type: 'and', parts } as const
      const written = formatQuery(query)
      expect({ written, query: parseQuery(written, 0) }).toEqual({ written, query })
    }),
    { ...seed, numRuns: 3000 },
  )
})

test('the text is the usual spelling', () => {
  const cases: [string, string][] = [
    ['a AND b || c', 'a b OR c'],
    ['(a OR b) -c', '(a OR b) NOT c'],
    ['level:>=WARN  x:(1 2)', 'level>=warn (x:1 x:2)'],
    ['additional.x:"a b" additional.id:1', 'x:"a b" additional.id:1'],
    ['timestamp:1970-01-01', 'timestamp:[1970-01-01T00:00:00.000Z TO 1970-01-02T00:00:00.000Z}'],
    ['timestamp>-1h', 'timestamp>1969-12-31T23:00:00.000Z'],
    [' ', '*'],
    [String.raw`/a\/b c/`, String.raw`/a\/b c/`],
    ['x:[* TO 5}', 'x<5'],
  ]
  for (const [text, expected] of cases) {
    expect({ text, formatted: formatQuery(parseQuery(text, 0)) }).toEqual({
      text,
      formatted: expected,
    })
  }
})

test('a tree that no parser makes has a text of the same meaning', () => {
  expect(formatQuery({ type: 'and', parts: [] })).toBe('*')
  expect(formatQuery({ type: 'or', parts: [] })).toBe('NOT *')
  const range = { how: 'range', min: null, max: null } as const
  expect(formatQuery({ type: 'field', field: { of: 'level' }, test: range })).toBe('level:*')
})
