import type { Json } from '../api/answers.ts'

/* Terms of the filter language (docs/QUERY.md) as the app writes them. */

const plainName = /^[\p{L}_@$][\p{L}\p{M}\p{N}_.@$-]*(?<!-)$/u
/** A value that means itself without quotes: no operator, star, slash or network. */
const plainValue = /^[\p{L}\p{N}_][\p{L}\p{N}_.@-]*$/u
const words = new Set(['and', 'or', 'not', 'to'])

const quoted = (text: string): string => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`

/** A field's name in a query, in quotes where it needs them. */
export const fieldText = (name: string): string => (plainName.test(name) ? name : quoted(name))

/** A value in a query. Quotes change nothing about it but what its characters mean. */
export function valueText(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return plainValue.test(text) && !words.has(text.toLowerCase()) ? text : quoted(text)
}

/** The term that is true of events whose field has the value; with `isNot`, of all others. Null: of those without one. */
export function termOf(field: string, value: Json, isNot = false): string {
  if (value === null) return `${isNot ? '' : '-'}${fieldText(field)}:*`
  return `${isNot ? '-' : ''}${fieldText(field)}:${valueText(value)}`
}

/** The query with one more term, which must be true as well. A term that is there already is not repeated. */
export function withTerm(query: string, term: string): string {
  const trimmed = query.trim()
  if (trimmed === '') return term
  if (` ${trimmed} `.includes(` ${term} `)) return trimmed
  // AND binds tighter than OR: an alternative must stay whole.
  return /\bOR\b/i.test(trimmed) ? `(${trimmed}) ${term}` : `${trimmed} ${term}`
}

/** The query without a term that `withTerm` has added. */
export function withoutTerm(query: string, term: string): string {
  const at = ` ${query} `.indexOf(` ${term} `)
  if (at < 0) return query
  return `${query.slice(0, at)}${query.slice(at + term.length)}`.replace(/\s{2,}/g, ' ').trim()
}

export const hasTerm = (query: string, term: string): boolean => ` ${query} `.includes(` ${term} `)
