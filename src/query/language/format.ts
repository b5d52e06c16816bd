import { formatTimestamp } from '../../event/time.ts'
import { levelNames } from '../../event/level.ts'
import type { AnyTextTest, Bound, FieldTest, Query, RangeValue } from './ast.ts'
import { writtenName } from './field-name.ts'
import { looksLikeNetwork } from './network.ts'

/**
 * The text of a query, in the one spelling that we would give it: parsing it gives the query again. Lists such as
 * `field:(a OR b)` are written out, and relative times as the times that they meant.
 */
export function formatQuery(query: Query): string {
  switch (query.type) {
    case 'all':
      return '*'
    case 'and':
      return query.parts.length === 0 ? '*' : query.parts.map(formatTight).join(' ')
    case 'or':
      return query.parts.length === 0 ? 'NOT *' : query.parts.map(formatLoose).join(' OR ')
    case 'not':
      return `NOT ${formatTight(query.part)}`
    case 'text':
      return formatText(query.test)
    case 'field':
      return formatField(writtenName(query.field), query.test)
  }
}

/** Where AND or NOT would take a part of it. */
function formatTight(query: Query): string {
  const text = formatQuery(query)
  return query.type === 'and' || query.type === 'or' ? `(${text})` : text
}

/** Where only OR would take a part of it: AND binds tighter. */
function formatLoose(query: Query): string {
  const text = formatQuery(query)
  return query.type === 'or' ? `(${text})` : text
}

function formatText(test: AnyTextTest): string {
  switch (test.how) {
    case 'word':
      return formatWord(test.text)
    case 'phrase':
      return formatQuoted(test.text)
    case 'regex':
      return formatRegex(test.source)
  }
}

function formatField(name: string, test: FieldTest): string {
  switch (test.how) {
    case 'exists':
      return `${name}:*`
    case 'equals':
      if (test.isQuoted || test.text === '') return `${name}:${formatQuoted(test.text)}`
      return `${name}:${formatBare(test.text)}`
    case 'wildcard':
      return `${name}:${test.pieces.map((piece, i) => escapeBare(piece, i === 0)).join('*')}`
    case 'regex':
      return `${name}:${formatRegex(test.source)}`
    case 'network':
      return `${name}:${test.cidr}`
    case 'range':
      return formatRange(name, test.min, test.max)
  }
}

function formatRange(name: string, min: Bound | null, max: Bound | null): string {
  if (min === null && max === null) return `${name}:*`
  if (max === null && min !== null) {
    return `${name}>${min.inclusive ? '=' : ''}${formatValue(min.value)}`
  }
  if (min === null && max !== null) {
    return `${name}<${max.inclusive ? '=' : ''}${formatValue(max.value)}`
  }
  const from = min === null ? '*' : formatValue(min.value)
  const to = max === null ? '*' : formatValue(max.value)
  return `${name}:${min?.inclusive ? '[' : '{'}${from} TO ${to}${max?.inclusive ? ']' : '}'}`
}

function formatValue(value: RangeValue): string {
  switch (value.is) {
    case 'number':
      return value.text
    case 'time':
      return formatTimestamp(value.ms, value.nanos)
    case 'level':
      return levelNames[value.level] ?? String(value.level)
    case 'id':
      return value.id
  }
}

function formatQuoted(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`
}

/** A slash inside is escaped; so is an end that would read as if it began another term. */
function formatRegex(source: string): string {
  const body = source.replace(/\\[\s\S]|\//g, (part) => (part === '/' ? String.raw`\/` : part))
  const isOpen = /\s/.test(source) && /(?<!\\)[\s:(]$/.test(source)
  return `/${isOpen ? `${body.slice(0, -1)}\\${body.slice(-1)}` : body}/`
}

/** A value behind a colon that is neither a list nor has stars. */
function formatBare(text: string): string {
  const escaped = escapeBare(text, true)
  return looksLikeNetwork(text) ? escaped.replace('/', String.raw`\/`) : escaped
}

/** Escapes what ends a bare text or stands for others, and what means something at the beginning of a value. */
function escapeBare(text: string, isFirst: boolean): string {
  const escaped = text.replace(/[\s\\()"*]/g, String.raw`\$&`)
  return isFirst ? escaped.replace(/^[/[{<>:]/, String.raw`\$&`) : escaped
}

const operators = new Set(['AND', 'OR', 'NOT', '&&', '||'])

/** As for a value; and nothing may make it a field, an operator or an exclusion. */
function formatWord(text: string): string {
  if (operators.has(text)) return `\\${text}`
  return text.replace(/[\s\\()"*:<>]/g, String.raw`\$&`).replace(/^[-!/]/, String.raw`\$&`)
}
