import type { Field } from '../language/ast.ts'
import { fieldOf, nameOf } from '../language/field-name.ts'
import {
  type Aggregate,
  type NumberFunction,
  numberFunctions,
  statsLimits,
  type StatsOrder,
} from './contract.ts'

/** A parameter that cannot be read. The message is what it is expected to be, to be put behind its name. */
export class StatsParameterError extends Error {
  readonly parameter: 'by' | 'agg' | 'every' | 'order'
  constructor(parameter: StatsParameterError['parameter'], expectation: string) {
    super(expectation)
    this.name = 'StatsParameterError'
    this.parameter = parameter
  }
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const everyShape = /^([1-9][0-9]{0,8})([smhdw])$/

/** Milliseconds of `1m`, `15m`, `1h`, `1d`, `1w` (s, m, h, d, w). Throws StatsParameterError. */
export function parseEvery(text: string): number {
  const [, count, unit = ''] = everyShape.exec(text) ?? []
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN)
  if (ms >= statsLimits.everyMinMs && ms <= statsLimits.everyMaxMs) return ms
  throw new StatsParameterError(
    'every',
    `is a whole number and s, m, h, d or w, from 1s to 366d, such as 5m; not ${shown(text)}`,
  )
}

/** The text that `parseEvery` reads as these milliseconds. */
export function formatEvery(ms: number): string {
  const fitting = Object.entries(unitMs).filter(([, length]) => ms % length === 0)
  const [unit, length] = fitting.at(-1) ?? ['s', 1000]
  return `${ms / length}${unit}`
}

/** Refuses a range of too many buckets. Null: an end is open. Throws StatsParameterError. */
export function checkBuckets(
  every: number,
  range: { from: number | null; to: number | null },
): void {
  if (range.from === null || range.to === null) return
  const buckets = Math.ceil((range.to - range.from) / every)
  if (buckets <= statsLimits.bucketsMax) return
  throw new StatsParameterError(
    'every',
    `makes at most ${statsLimits.bucketsMax} buckets of a range, and ${formatEvery(every)} makes ${buckets}`,
  )
}

/** Fields from lists with commas between them; a name with other signs stands in quotes. Throws StatsParameterError. */
export function parseBy(texts: readonly string[]): Field[] {
  const fields = texts.flatMap((text) => listItems('by', text)).map((item) => fieldAt('by', item))
  if (fields.length > statsLimits.byMax) {
    throw new StatsParameterError('by', `names at most ${statsLimits.byMax} fields`)
  }
  refuseTwins('by', fields.map(nameOf))
  return fields
}

/** Aggregates from lists with commas between them; without any, count. Throws StatsParameterError. */
export function parseAggregates(texts: readonly string[]): Aggregate[] {
  const aggregates = texts.flatMap((text) => listItems('agg', text)).map(aggregateAt)
  if (aggregates.length > statsLimits.aggregatesMax) {
    throw new StatsParameterError('agg', `has at most ${statsLimits.aggregatesMax} aggregates`)
  }
  refuseTwins('agg', aggregates.map(columnOf))
  return aggregates.length === 0 ? [{ of: 'count' }] : aggregates
}

/** How a column of an aggregate is called: `count`, `p99(duration_ms)`. */
export function columnOf(aggregate: Aggregate): string {
  if (aggregate.of === 'count' || aggregate.of === 'rate') return aggregate.of
  const how = aggregate.of === 'distinct' ? 'distinct' : aggregate.how
  return `${how}(${nameOf(aggregate.field)})`
}

/** All columns of an answer, in their order. */
export function columnsOf(request: {
  readonly by: readonly Field[]
  readonly every: number | null
  readonly aggregates: readonly Aggregate[]
}): string[] {
  const time = request.every === null ? [] : ['time']
  return [...time, ...request.by.map(fieldColumn), ...request.aggregates.map(columnOf)]
}

/** A field that is called like another column has its prefix: `additional.count`. */
function fieldColumn(field: Field): string {
  const name = nameOf(field)
  return taken.has(name) ? `additional.${name}` : name
}

const taken: ReadonlySet<string> = new Set(['time', 'count', 'rate'])

/** `count`, `-count`: one of the columns, with a minus for descending. Throws StatsParameterError. */
export function parseOrder(text: string, columns: readonly string[]): StatsOrder {
  if (columns.includes(text)) return { column: text, descending: false }
  const column = text.slice(1)
  if (text.startsWith('-') && columns.includes(column)) return { column, descending: true }
  throw new StatsParameterError(
    'order',
    `is one of ${columns.join(', ')}, with - before it for descending; not ${shown(text)}`,
  )
}

/** A part of a list, and where it begins: 1 is the first character. */
interface Item {
  readonly text: string
  readonly at: number
}

function listItems(parameter: 'by' | 'agg', text: string): Item[] {
  const items: Item[] = []
  let from = 0
  let depth = 0
  let quoteAt = -1
  for (let i = 0; i <= text.length; i++) {
    const char = text[i]
    if (quoteAt >= 0) {
      if (char === '\\') i++
      else if (char === '"') quoteAt = -1
      continue
    }
    if (char === '"') quoteAt = i
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === undefined || (char === ',' && depth <= 0)) {
      const raw = text.slice(from, i)
      items.push({ text: raw.trim(), at: from + raw.length - raw.trimStart().length + 1 })
      from = i + 1
    }
  }
  if (quoteAt >= 0) {
    fail(parameter, quoteAt + 1, { found: text.slice(quoteAt), expected: 'a closing quote' })
  }
  return items
}

const bareName = /^[\p{L}_@$][\p{L}\p{M}\p{N}_.@$-]*$/u
const quotedName = /^(additional\.)?"((?:[^"\\]|\\[\s\S])*)"$/

function fieldAt(parameter: 'by' | 'agg', { text, at }: Item): Field {
  const quotedParts = quotedName.exec(text)
  if (quotedParts !== null) {
    const name = (quotedParts[2] ?? '').replace(/\\([\s\S])/g, '$1')
    return fieldOf(`${quotedParts[1] ?? ''}${name}`)
  }
  if (!bareName.test(text)) {
    const expected = 'the name of a field, in quotes if it has unusual characters'
    fail(parameter, at, { found: text, expected })
  }
  return fieldOf(text)
}

const call = /^([a-z0-9.]+)\s*\(([\s\S]*)\)$/

function aggregateAt(item: Item): Aggregate {
  const { text, at } = item
  if (text === 'count' || text === 'rate') return { of: text }
  const [, how = '', inner = ''] = call.exec(text) ?? []
  const number = numberFunctions.find((one) => one === how)
  if (number === undefined && how !== 'distinct') failAggregate(item)
  const innerAt = at + text.indexOf('(') + 1 + inner.length - inner.trimStart().length
  const field = fieldAt('agg', { text: inner.trim(), at: innerAt })
  if (number === undefined) return { of: 'distinct', field }
  return { of: 'numbers', how: number, field: numericField(field, number, innerAt) }
}

const ofFields: readonly string[] = ['distinct', ...numberFunctions]

function failAggregate({ text, at }: Item): never {
  const [, name = ''] = /^([^(]*)/.exec(text) ?? []
  const all = ['count', 'rate', ...ofFields.map((one) => `${one}(field)`)].join(', ')
  if (text === '') fail('agg', at, { found: '', expected: `one of ${all}` })
  if (ofFields.includes(name.trim())) {
    const hint = text.includes('(') ? 'its parenthesis is not closed' : 'it needs a field'
    fail('agg', at, { found: text, expected: `${name.trim()}(field): ${hint}` })
  }
  if (name.trim() === 'count' || name.trim() === 'rate') {
    const hint = 'it takes no field; q=field:* selects the events with one'
    fail('agg', at, { found: text, expected: `${name.trim()}: ${hint}` })
  }
  fail('agg', at, { found: text, expected: `one of ${all}` })
}

/** A fixed field has no numbers; of times there is a first and a last. */
function numericField(field: Field, how: NumberFunction, at: number): Field {
  const isTime = field.of === 'timestamp' || field.of === 'received'
  if (field.of === 'additional' || (isTime && (how === 'min' || how === 'max'))) return field
  return fail('agg', at, {
    found: nameOf(field),
    expected: 'a field of additional, or a time for min and max',
  })
}

function refuseTwins(parameter: 'by' | 'agg', names: readonly string[]): void {
  const twin = names.find((name, i) => names.indexOf(name) < i)
  if (twin !== undefined) throw new StatsParameterError(parameter, `names ${shown(twin)} twice`)
}

interface Mistake {
  /** Empty: nothing stands there. */
  readonly found: string
  readonly expected: string
}

function fail(parameter: 'by' | 'agg', at: number, { found, expected }: Mistake): never {
  const what = found === '' ? 'nothing' : shown(found)
  throw new StatsParameterError(parameter, `has ${what} at column ${at}; expected ${expected}`)
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100).toWellFormed()}…` : text)
}
