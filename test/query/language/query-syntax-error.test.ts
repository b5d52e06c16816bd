import { describe, expect, test } from 'bun:test'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { queryLimits } from '../../../src/query/language/query-limits.ts'
import { QuerySyntaxError } from '../../../src/query/language/query-syntax-error.ts'

function errorOf(text: string): QuerySyntaxError {
  try {
    parseQuery(text, 0)
  } catch (error) {
    if (error instanceof QuerySyntaxError) return error
    throw error
  }
  throw new Error(`${text} is a query`)
}

/** Text, column, what the message says, and one thing that is expected. */
const cases: readonly (readonly [string, number, RegExp, string])[] = [
  ['a AND', 6, /ends where a term should be/, 'a word'],
  ['AND a', 1, /AND needs a term before it/, 'a word'],
  ['a OR OR b', 6, /OR needs a term/, '('],
  ['a OR AND b', 6, /AND needs a term/, 'NOT'],
  ['NOT', 4, /ends where a term should be/, 'a "phrase"'],
  ['a -', 3, /- needs a term right after it/, 'field:value'],
  ['(a', 1, /does not close/, ')'],
  ['a (b (c)', 3, /does not close/, ')'],
  ['a)', 2, /closes nothing/, 'the end'],
  ['()', 2, /closes where a term should be/, 'a word'],
  ['a "b', 3, /does not end/, 'a closing "'],
  ['""', 1, /phrase needs a character/, 'a text in the quotes'],
  ['a\\', 3, /backslash ends the query/, 'a character'],
  ['x:', 3, /x: needs a value right after the colon/, 'a value'],
  ['error: timed out', 7, /needs a value right after the colon/, 'a "quoted value"'],
  ['x:()', 4, /closes where a term should be/, 'a word'],
  ['x>', 3, /> needs a value/, 'a value to compare with'],
  ['x>abc', 3, /"abc" is neither a number nor a time/, 'a number'],
  ['x>007', 3, /neither a number nor a time/, 'now'],
  ['x:[1 2]', 6, /a range needs TO/, 'TO'],
  ['x:[1 TO 2', 10, /range does not end/, '] to include the end'],
  ['x:[1 TO', 8, /a range needs a value here/, 'a value'],
  ['x:[TO 2]', 4, /a range needs a value here/, '*'],
  ['x:[1 TO ]', 9, /a range needs a value here/, '*'],
  ['level:wrn', 7, /no level "wrn": the levels are emerg, alert, crit/, 'warn'],
  ['level>=high', 8, /no level "high"/, 'warning'],
  ['level:(warn OR erorr)', 16, /no level "erorr"/, 'error'],
  ['level:w*', 7, /level does not take stars/, 'a comparison'],
  ['level:/w/', 7, /level does not take regular expressions/, 'a value'],
  ['timestamp:yesterday', 11, /"yesterday" is no time/, 'now'],
  ['timestamp>2026-02-30', 11, /is no time/, 'a day 2026-11-22'],
  ['id:xyz', 4, /"xyz" is no event id/, '16 hexadecimal digits'],
  ['facility>a', 10, /facility is a text, which has no order/, 'a value after a colon'],
  ['x:/(/', 3, /not of RE2 syntax: missing closing \)/, 'a regular expression in RE2 syntax'],
  ['b /(?=a)/', 3, /not of RE2 syntax/, 'a regular expression in RE2 syntax'],
  ['ip:10.0.0.0/33', 4, /no network/, 'the text in quotes'],
  // One character, although two units of UTF-16.
  ['😀 level:x', 9, /no level "x"/, 'warn'],
]

describe('a text that is no query', () => {
  test('is refused with the column, the reason and what was expected', () => {
    for (const [text, column, message, expected] of cases) {
      const error = errorOf(text)
      expect({ text, column: error.column, name: error.name }).toEqual({
        text,
        column,
        name: 'QuerySyntaxError',
      })
      expect(error.message).toMatch(message)
      expect(error.expected).toContain(expected)
    }
  })

  test('has a range of two kinds, lone surrogates or a long value that is not repeated', () => {
    expect(errorOf('x:[1 TO now]').message).toMatch(/from a number to a time/)
    expect(errorOf('a\ud800').message).toMatch(/not valid Unicode/)
    expect(errorOf(`level:${'x'.repeat(3000)}`).message.length).toBeLessThan(200)
  })
})

describe('the limits of a query', () => {
  test('are of its length', () => {
    expect(parseQuery('a'.repeat(queryLimits.lengthMax), 0).type).toBe('text')
    const error = errorOf('a'.repeat(queryLimits.lengthMax + 1))
    expect(error.message).toMatch(/longer than 4096 characters/)
    expect(error.column).toBe(queryLimits.lengthMax + 1)
  })

  test('are of its terms and operators', () => {
    // The AND that joins them counts, too.
    const most = queryLimits.nodesMax - 1
    expect(parseQuery('a '.repeat(most), 0).type).toBe('and')
    expect(errorOf('a '.repeat(most + 1)).message).toMatch(/more than 512 terms/)
  })

  test('are of its nesting, however it is made', () => {
    const depth = queryLimits.nestingMax
    const nestings: ((levels: number) => string)[] = [
      (levels) => `${'('.repeat(levels)}a${')'.repeat(levels)}`,
      (levels) => `${'NOT '.repeat(levels)}a`,
      (levels) => `x:${'('.repeat(levels)}a${')'.repeat(levels)}`,
      (levels) => `${'-('.repeat(levels / 2)}a${')'.repeat(levels / 2)}`,
    ]
    for (const nest of nestings) {
      expect(parseQuery(nest(depth), 0).type).toBeString()
      expect(errorOf(nest(depth + 2)).message).toMatch(/64 levels deep/)
    }
    expect(errorOf('('.repeat(queryLimits.lengthMax)).message).toMatch(/64 levels deep/)
  })

  test('are of the steps of its regular expressions together', () => {
    expect(parseQuery('/(?:[a-z]+ ){5,50}/', 0).type).toBe('text')
    for (const text of ['/(a?){1000}/', '/a{1000}a{1000}/', '/a{700}/ /b{700}/ x:/c{700}/']) {
      expect(errorOf(text).message).toMatch(/more than 2000 steps/)
    }
    expect(errorOf(`${'a'.repeat(2100)}*`).message).toMatch(/more than 2000 steps/)
  })
})
