import type { Field, Query } from './ast.ts'
import {
  atEnd,
  type Bare,
  type Comparator,
  countNode,
  type Cursor,
  fail,
  match,
  nested,
  peekOperator,
  skipSpace,
  takeBare,
  takeComparator,
  takeOperator,
  takeQuoted,
  takeRegex,
} from './cursor.ts'
import { fieldOf, nameOf, takeName } from './field-name.ts'
import { bareTest, checkRegex, comparisonTest, equalsTest, regexTest } from './field-test.ts'
import { queryLimits } from './query-limits.ts'
import { takeRange } from './range-test.ts'
import { wordPattern } from './word-pattern.ts'

type Term = (cursor: Cursor) => Query

const termExpected = ['a word', 'a "phrase"', 'field:value', 'NOT', '(']
const valueExpected = ['a value', 'a "quoted value"', '*', 'a comparison', '[a TO b]', '(']

/** A minus or an exclamation mark right before a term; `--flag` and `!=` are words. */
const exclusion = /[-!](?=[^\s)\-!=])/y
/** Behind a name: a colon, but neither a URL's `://` nor the `::` inside a qualified name. */
const colon = /:(?!\/\/)(?!:(?!:))/y
const comparedText = /[^\s()"]+/y

/**
 * Reads a query of the filter language; docs/QUERY.md describes it. Times relative to now mean `nowMs`.
 * Throws QuerySyntaxError. An empty text is the query that finds every event.
 */
export function parseQuery(text: string, nowMs: number): Query {
  const cursor: Cursor = { text, nowMs, at: 0, nodes: 0, nesting: 0, regexSteps: 0 }
  if (text.length > queryLimits.lengthMax) {
    fail(
      cursor,
      queryLimits.lengthMax,
      `the query is longer than ${queryLimits.lengthMax} characters`,
      [`at most ${queryLimits.lengthMax} characters`],
    )
  }
  if (!text.isWellFormed())
    fail(cursor, 0, 'the query is not valid Unicode', ['a text without lone surrogates'])
  skipSpace(cursor)
  if (atEnd(cursor)) return { type: 'all' }
  const query = parseOr(cursor, takeTerm)
  if (!atEnd(cursor)) {
    fail(cursor, cursor.at, 'this parenthesis closes nothing', ['a term', 'the end'])
  }
  return query
}

function parseOr(cursor: Cursor, term: Term): Query {
  const at = cursor.at
  const parts = [parseAnd(cursor, term)]
  while (takeOperator(cursor, 'OR')) parts.push(parseAnd(cursor, term))
  return joined(cursor, 'or', parts, at)
}

/** Terms one after the other, with or without AND. Leaves the cursor at OR, a parenthesis or the end. */
function parseAnd(cursor: Cursor, term: Term): Query {
  const at = cursor.at
  const parts = [parseUnary(cursor, term)]
  for (;;) {
    skipSpace(cursor)
    const isAnd = takeOperator(cursor, 'AND')
    if (!isAnd) {
      const isOver = atEnd(cursor) || cursor.text.charAt(cursor.at) === ')'
      if (isOver || peekOperator(cursor) === 'OR') break
    }
    parts.push(parseUnary(cursor, term))
  }
  return joined(cursor, 'and', parts, at)
}

function joined(cursor: Cursor, type: 'and' | 'or', parts: readonly Query[], at: number): Query {
  const [only, another] = parts
  if (only !== undefined && another === undefined) return only
  countNode(cursor, at)
  return { type, parts }
}

function parseUnary(cursor: Cursor, term: Term): Query {
  skipSpace(cursor)
  const at = cursor.at
  if (takeOperator(cursor, 'NOT') || match(cursor, exclusion) !== '') {
    countNode(cursor, at)
    return nested(cursor, () => ({ type: 'not', part: parseUnary(cursor, term) }))
  }
  const operator = peekOperator(cursor)
  if (operator !== null) {
    fail(cursor, at, `${operator} needs a term before it, and one after it`, termExpected)
  }
  const char = cursor.text.charAt(at)
  if (char === '(') return parseGroup(cursor, term)
  if (char === '') fail(cursor, at, 'the query ends where a term should be', termExpected)
  if (char === ')') fail(cursor, at, 'a parenthesis closes where a term should be', termExpected)
  countNode(cursor, at)
  return term(cursor)
}

function parseGroup(cursor: Cursor, term: Term): Query {
  const at = cursor.at++
  const inner = nested(cursor, () => parseOr(cursor, term))
  skipSpace(cursor)
  if (cursor.text.charAt(cursor.at) !== ')') {
    fail(cursor, at, 'the parenthesis that opens here does not close', [')'])
  }
  cursor.at++
  return inner
}

function takeTerm(cursor: Cursor): Query {
  const at = cursor.at
  const char = cursor.text.charAt(at)
  if (char === '"') return takePhrase(cursor)
  if (char === '/') {
    const source = takeRegex(cursor)
    if (source !== null) {
      checkRegex(cursor, source, at)
      return { type: 'text', test: { how: 'regex', source } }
    }
  }
  const name = takeName(cursor)
  if (name !== null) {
    const field = takeField(cursor, fieldOf(name), true)
    if (field !== null) return field
    cursor.at = at
  }
  return wordQuery(cursor, takeBare(cursor), at)
}

function takePhrase(cursor: Cursor): Query {
  const at = cursor.at
  const text = takeQuoted(cursor)
  const field = takeField(cursor, fieldOf(text), false)
  if (field !== null) return field
  if (text === '') fail(cursor, at, 'a phrase needs a character at least', ['a text in the quotes'])
  return { type: 'text', test: { how: 'phrase', text } }
}

function wordQuery(cursor: Cursor, bare: Bare, at: number): Query {
  const [text = '', ...others] = bare.pieces
  if (others.length === 0) {
    if (!bare.hasEscapes && (text === '-' || text === '!')) {
      fail(cursor, at, `${text} needs a term right after it`, termExpected)
    }
    return { type: 'text', test: { how: 'word', text } }
  }
  if (bare.pieces.every((piece) => piece === '')) return { type: 'all' }
  const source = wordPattern(bare.pieces)
  checkRegex(cursor, source, at)
  return { type: 'text', test: { how: 'regex', source } }
}

/** What follows the name of a field; null: nothing that makes the name one. */
function takeField(cursor: Cursor, field: Field, isBare: boolean): Query | null {
  if (match(cursor, isBare ? colon : /:/y) !== '') return takeValue(cursor, field)
  const comparator = takeComparator(cursor, isBare)
  return comparator === null ? null : takeComparison(cursor, field, comparator)
}

function takeComparison(cursor: Cursor, field: Field, comparator: Comparator): Query {
  const at = cursor.at
  const isQuoted = cursor.text.charAt(at) === '"'
  const text = isQuoted ? takeQuoted(cursor) : match(cursor, comparedText)
  if (text === '') fail(cursor, at, `${comparator} needs a value`, ['a value to compare with'])
  return { type: 'field', field, test: comparisonTest(cursor, field, { comparator, text }, at) }
}

/** What stands behind `field:`, or one item of `field:(…)`. */
function takeValue(cursor: Cursor, field: Field): Query {
  const at = cursor.at
  const char = cursor.text.charAt(at)
  switch (char) {
    case '(':
      return parseGroup(cursor, (inner) => takeValue(inner, field))
    case '"': {
      const text = takeQuoted(cursor)
      return { type: 'field', field, test: equalsTest(cursor, field, { text, isQuoted: true }, at) }
    }
    case '[':
    case '{': {
      const range = takeRange(cursor, field)
      const test = range === null ? { how: 'exists' as const } : { how: 'range' as const, ...range }
      return { type: 'field', field, test }
    }
    default:
  }
  const comparator = takeComparator(cursor, false)
  if (comparator !== null) return takeComparison(cursor, field, comparator)
  const source = char === '/' ? takeRegex(cursor) : null
  if (source !== null) return { type: 'field', field, test: regexTest(cursor, field, source, at) }
  const bare = takeBare(cursor)
  if (cursor.at === at) {
    const name = nameOf(field)
    fail(
      cursor,
      at,
      `${name}: needs a value right after the colon; a text with a colon needs quotes`,
      valueExpected,
    )
  }
  return { type: 'field', field, test: bareTest(cursor, field, bare, at) }
}
