import type { Field, FieldTest } from './ast.ts'
import { type Bare, type Comparator, type Cursor, fail } from './cursor.ts'
import { nameOf } from './field-name.ts'
import { idOf, levelOf, timeSpanOf } from './literal.ts'
import { hasFittingPrefix, looksLikeNetwork } from './network.ts'
import { compared } from './range-test.ts'
import { queryLimits } from './query-limits.ts'
import { regexSize } from './regex-size.ts'
import { regexProblem } from './regex-problem.ts'

/* What a value behind a field and a colon asks, by what the field is. `at` is where the value begins. */

export function bareTest(cursor: Cursor, field: Field, bare: Bare, at: number): FieldTest {
  const [text = '', ...others] = bare.pieces
  if (others.length === 0) {
    if (!bare.hasEscapes && hasTexts(field) && looksLikeNetwork(text)) {
      return networkTest(cursor, text, at)
    }
    return equalsTest(cursor, field, { text, isQuoted: false }, at)
  }
  if (bare.pieces.every((piece) => piece === '')) return { how: 'exists' }
  if (!hasTexts(field)) failForm(cursor, field, 'stars', at)
  return { how: 'wildcard', pieces: bare.pieces }
}

export function equalsTest(
  cursor: Cursor,
  field: Field,
  value: { text: string; isQuoted: boolean },
  at: number,
): FieldTest {
  const { text } = value
  switch (field.of) {
    case 'level':
      levelOf(cursor, text, at)
      break
    case 'id':
      return { how: 'equals', text: idOf(cursor, text, at), isQuoted: value.isQuoted }
    case 'timestamp':
    case 'received': {
      const span = timeSpanOf(cursor, text, at)
      const { start, end } = span
      return {
        how: 'range',
        min: { value: { is: 'time', ...start }, inclusive: true },
        max: { value: { is: 'time', ...(end ?? start) }, inclusive: end === null },
      }
    }
    default:
  }
  return { how: 'equals', ...value }
}

export function regexTest(cursor: Cursor, field: Field, source: string, at: number): FieldTest {
  if (!hasTexts(field)) failForm(cursor, field, 'regular expressions', at)
  checkRegex(cursor, source, at)
  return { how: 'regex', source }
}

/** Refuses what RE2 does not take, and what would take too long. */
export function checkRegex(cursor: Cursor, source: string, at: number): void {
  cursor.regexSteps += regexSize(source)
  if (cursor.regexSteps > queryLimits.regexStepsMax) {
    const limit = queryLimits.regexStepsMax
    fail(cursor, at, `the regular expressions of the query have more than ${limit} steps`, [
      `at most ${limit} steps together: {n} repeats what it follows`,
    ])
  }
  const problem = regexProblem(source)
  if (problem !== '') {
    fail(cursor, at, `the regular expression is not of RE2 syntax: ${problem}`, [
      'a regular expression in RE2 syntax',
      'a path or another text with slashes in quotes',
    ])
  }
}

export function comparisonTest(
  cursor: Cursor,
  field: Field,
  comparison: { readonly comparator: Comparator; readonly text: string },
  at: number,
): FieldTest {
  return { how: 'range', min: null, max: null, ...compared(cursor, field, comparison, at) }
}

function networkTest(cursor: Cursor, cidr: string, at: number): FieldTest {
  if (!hasFittingPrefix(cidr)) {
    fail(cursor, at, `${cidr} is no network: its prefix is too long`, [
      'a prefix of 0 to 32 bits, of IPv6 0 to 128',
      'the text in quotes',
    ])
  }
  return { how: 'network', cidr }
}

/** Whether stars, regular expressions and networks apply to a field. */
function hasTexts(field: Field): boolean {
  return field.of === 'facility' || field.of === 'event' || field.of === 'additional'
}

function failForm(cursor: Cursor, field: Field, form: string, at: number): never {
  return fail(cursor, at, `${nameOf(field)} does not take ${form}`, [
    'a value',
    'a comparison',
    'a range such as [a TO b]',
  ])
}
