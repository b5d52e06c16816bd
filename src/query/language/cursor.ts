import { QuerySyntaxError } from './query-syntax-error.ts'
import { queryLimits } from './query-limits.ts'

/** Where a parser stands in the text of a query, and what it has used of the limits. */
export interface Cursor {
  readonly text: string
  /** The clock that relative times mean. */
  readonly nowMs: number
  at: number
  nodes: number
  nesting: number
  regexSteps: number
}

/** A run of characters without quotes, split at its unescaped stars. */
export interface Bare {
  readonly pieces: readonly string[]
  readonly hasEscapes: boolean
}

const space = /\s*/y
const notBare = /[\s()"]/
const operator = /(AND|OR|NOT|&&|\|\|)(?=$|[\s()"])/y
const comparator = /(>=|<=|>|<)\s*/y
const spacedComparator = /\s*(>=|<=|>|<)\s*/y

export type Operator = 'AND' | 'OR' | 'NOT'
export type Comparator = '>=' | '<=' | '>' | '<'

export function fail(
  cursor: Cursor,
  at: number,
  message: string,
  expected: readonly string[],
): never {
  const column = Array.from(cursor.text.slice(0, at)).length + 1
  throw new QuerySyntaxError(message, column, expected)
}

export function skipSpace(cursor: Cursor): void {
  match(cursor, space)
}

export function atEnd(cursor: Cursor): boolean {
  return cursor.at >= cursor.text.length
}

/** Counts a node of the tree. */
export function countNode(cursor: Cursor, at: number): void {
  cursor.nodes++
  if (cursor.nodes > queryLimits.nodesMax) {
    const limit = queryLimits.nodesMax
    const expected = [`at most ${limit} terms and operators`]
    fail(cursor, at, `the query has more than ${limit} terms and operators`, expected)
  }
}

/** Runs `parse` one level deeper. */
export function nested<T>(cursor: Cursor, parse: () => T): T {
  cursor.nesting++
  if (cursor.nesting > queryLimits.nestingMax) {
    const limit = queryLimits.nestingMax
    const expected = [`at most ${limit} levels of parentheses and NOT`]
    fail(cursor, cursor.at, `parentheses and NOT are more than ${limit} levels deep`, expected)
  }
  const parsed = parse()
  cursor.nesting--
  return parsed
}

/** The operator that stands here; the cursor stays. */
export function peekOperator(cursor: Cursor): Operator | null {
  operator.lastIndex = cursor.at
  switch (operator.exec(cursor.text)?.[1]) {
    case 'AND':
    case '&&':
      return 'AND'
    case 'OR':
    case '||':
      return 'OR'
    case 'NOT':
      return 'NOT'
    default:
      return null
  }
}

export function takeOperator(cursor: Cursor, wanted: Operator): boolean {
  if (peekOperator(cursor) !== wanted) return false
  match(cursor, operator)
  return true
}

/** Takes `>`, `>=`, `<` or `<=` and the space after it; `spaced`: and the space before it. */
export function takeComparator(cursor: Cursor, spaced: boolean): Comparator | null {
  const taken = match(cursor, spaced ? spacedComparator : comparator).trim()
  return taken === '>=' || taken === '<=' || taken === '>' || taken === '<' ? taken : null
}

/** Takes a quoted text. Within quotes only `\"` and `\\` are escapes, so that Windows paths stay whole. */
export function takeQuoted(cursor: Cursor): string {
  const start = cursor.at
  let text = ''
  for (let at = start + 1; at < cursor.text.length; at++) {
    const char = cursor.text.charAt(at)
    const next = cursor.text.charAt(at + 1)
    if (char === '"') {
      cursor.at = at + 1
      return text
    }
    if (char === '\\' && (next === '"' || next === '\\')) {
      text += next
      at++
    } else {
      text += char
    }
  }
  return fail(cursor, start, 'the quote that begins here does not end', ['a closing "'])
}

/** Takes everything up to a space, a parenthesis or a quote. A backslash makes any character plain. */
export function takeBare(cursor: Cursor): Bare {
  const pieces = ['']
  let hasEscapes = false
  for (; !atEnd(cursor); cursor.at++) {
    let char = cursor.text.charAt(cursor.at)
    if (notBare.test(char)) break
    if (char === '*') {
      // Several stars say no more than one.
      if (pieces.at(-1) !== '' || pieces.length === 1) pieces.push('')
      continue
    }
    if (char === '\\') {
      hasEscapes = true
      cursor.at++
      char = cursor.text.charAt(cursor.at)
      if (char === '') fail(cursor, cursor.at, 'a backslash ends the query', ['a character'])
    }
    pieces.push(`${pieces.pop() ?? ''}${char}`)
  }
  return { pieces, hasEscapes }
}

/**
 * Takes `/regex/` if one begins here: its first unescaped slash must be followed by the end, a space or a
 * closing parenthesis. Otherwise null, and the slash is the beginning of a path.
 */
export function takeRegex(cursor: Cursor): string | null {
  const { text } = cursor
  let source = ''
  for (let at = cursor.at + 1; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '\\') {
      at++
      source += text.charAt(at) === '/' ? '/' : `\\${text.charAt(at)}`
    } else if (char === '/') {
      if (source === '' || !/^[\s)]?$/.test(text.charAt(at + 1))) return null
      // In `path:/api OR path:/` the second slash begins a path: it ends nothing.
      const isEscaped = text.charAt(at - 2) === '\\'
      if (/\s/.test(source) && /[\s:(]/.test(text.charAt(at - 1)) && !isEscaped) return null
      cursor.at = at + 1
      return source
    } else {
      source += char
    }
  }
  return null
}

/** Takes what a sticky pattern finds here. */
export function match(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)?.[0] ?? ''
  cursor.at += found.length
  return found
}
