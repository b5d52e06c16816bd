import type { Bound, Field, RangeValue } from './ast.ts'
import { type Comparator, type Cursor, fail, match, skipSpace, takeQuoted } from './cursor.ts'
import { nameOf } from './field-name.ts'
import { idOf, levelOf, shown, timeSpanOf } from './literal.ts'
import { isNumberLiteral } from './number-literal.ts'
import { parseTimeSpan, timeForms, type TimeSpan } from './time-expression.ts'

/* Comparisons and ranges: numbers, times, levels and ids have an order, texts have none. */

interface Range {
  readonly min: Bound | null
  readonly max: Bound | null
}

const side = /[^\s\]}"]+/y
const keyword = /TO(?=[\s\]}]|$)/y

/** One side of a range by a comparator: `>2026-11-22` begins after that day, `<=2026-11-22` includes it. */
export function compared(
  cursor: Cursor,
  field: Field,
  comparison: { readonly comparator: Comparator; readonly text: string },
  at: number,
): Partial<Range> {
  const { comparator, text } = comparison
  const { value, end } = valueOf(cursor, field, text, at)
  switch (comparator) {
    case '>=':
      return { min: { value, inclusive: true } }
    case '>':
      return { min: end === null ? { value, inclusive: false } : { value: end, inclusive: true } }
    case '<':
      return { max: { value, inclusive: false } }
    case '<=':
      return { max: end === null ? { value, inclusive: true } : { value: end, inclusive: false } }
  }
}

/** Takes `[a TO b]`, `{a TO b}` or a mix of them; `*` is an open side. Null: open on both. */
export function takeRange(cursor: Cursor, field: Field): Range | null {
  const opening = cursor.text.charAt(cursor.at++)
  const min = takeSide(cursor, field, opening === '[' ? '>=' : '>')
  skipSpace(cursor)
  if (match(cursor, keyword) === '') fail(cursor, cursor.at, 'a range needs TO', ['TO'])
  const start = cursor.at
  const max = takeSide(cursor, field, () => closingComparator(cursor))
  cursor.at++
  const minBound = min?.min ?? null
  const maxBound = max?.max ?? null
  if (minBound !== null && maxBound !== null && minBound.value.is !== maxBound.value.is) {
    const kind = minBound.value.is
    const message = `a range from a ${kind} to a ${maxBound.value.is} has no order`
    fail(cursor, start, message, [`a ${kind}`, '*'])
  }
  return minBound === null && maxBound === null ? null : { min: minBound, max: maxBound }
}

/** Takes a value of a range; null: it is open. The comparator may depend on what follows the value. */
function takeSide(
  cursor: Cursor,
  field: Field,
  comparator: Comparator | (() => Comparator),
): Partial<Range> | null {
  skipSpace(cursor)
  const at = cursor.at
  const isQuoted = cursor.text.charAt(at) === '"'
  const text = isQuoted ? takeQuoted(cursor) : match(cursor, side)
  const isMissing = !isQuoted && (text === '' || text === 'TO')
  if (isMissing) fail(cursor, at, 'a range needs a value here', ['a value', '*'])
  const how = typeof comparator === 'string' ? comparator : comparator()
  if (text === '*' && !isQuoted) return null
  return compared(cursor, field, { comparator: how, text }, at)
}

function closingComparator(cursor: Cursor): Comparator {
  skipSpace(cursor)
  const closing = cursor.text.charAt(cursor.at)
  if (closing === ']') return '<='
  if (closing === '}') return '<'
  return fail(cursor, cursor.at, 'the range does not end', [
    '] to include the end',
    '} to exclude it',
  ])
}

interface Compared {
  readonly value: RangeValue
  /** Of a minute, an hour or a day: the first moment after it. */
  readonly end: RangeValue | null
}

function valueOf(cursor: Cursor, field: Field, text: string, at: number): Compared {
  switch (field.of) {
    case 'level':
      return { value: { is: 'level', level: levelOf(cursor, text, at) }, end: null }
    case 'id':
      return { value: { is: 'id', id: idOf(cursor, text, at) }, end: null }
    case 'timestamp':
    case 'received':
      return timesOf(timeSpanOf(cursor, text, at))
    case 'facility':
    case 'event':
      return fail(cursor, at, `${nameOf(field)} is a text, which has no order`, [
        'a value after a colon',
      ])
    case 'additional': {
      if (isNumberLiteral(text)) return { value: { is: 'number', text }, end: null }
      const span = parseTimeSpan(text, cursor.nowMs)
      if (span !== undefined) return timesOf(span)
      return fail(cursor, at, `${shown(text)} is neither a number nor a time`, [
        'a number',
        ...timeForms,
      ])
    }
  }
}

function timesOf({ start, end }: TimeSpan): Compared {
  return {
    value: { is: 'time', ...start },
    end: end === null ? null : { is: 'time', ...end },
  }
}
