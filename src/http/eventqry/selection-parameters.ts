import { levelNames, parseLevel } from '../../event/level.ts'
import { formatTimestamp } from '../../event/time.ts'
import type { EventFilter } from '../../query/contract.ts'
import type { Query } from '../../query/language/ast.ts'
import { parseQuery } from '../../query/language/parse.ts'
import { QuerySyntaxError } from '../../query/language/query-syntax-error.ts'
import { parseTimePoint, timeForms } from '../../query/language/time-expression.ts'
import type { QueryClock, Selection, TimePoint } from '../../query/selection.ts'
import type { Call, QueryParameter } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { invalid, quoted, type QueryValues } from '../query-string.ts'
import { filterParameters, levelForms, readFilter } from './filter.ts'
import { syntaxProblem } from './query-problem.ts'

const timeText = { type: 'string' } as const

export const queryParameter: QueryParameter = {
  name: 'q',
  description:
    'A query: words, "phrases", field:value, comparisons, ranges, /regular expressions/, AND, OR, NOT, parentheses. docs/QUERY.md has all of it.',
  example: 'level>=warn "timed out"',
  schema: { type: 'string' },
}

export const minLevelParameter: QueryParameter = {
  name: 'minLevel',
  description: 'Only events of this level or a more severe one.',
  example: 'warn',
  schema: { type: 'string', enum: [...levelNames] },
}

/** Which events: without the two times, for what is not about a range of them. */
export const eventParameters: readonly QueryParameter[] = [
  queryParameter,
  ...filterParameters,
  minLevelParameter,
]

export const clockParameter: QueryParameter = {
  name: 'clock',
  description:
    "Which time `from`, `to` and the order are about: the events' own, or the server's when it received them.",
  example: 'received',
  schema: { type: 'string', enum: ['timestamp', 'received'], default: 'timestamp' },
}

export const rangeParameters: readonly QueryParameter[] = [
  {
    name: 'from',
    description:
      'The first moment, inclusive: RFC 3339, the name of a minute, an hour or a day, `now`, or a time before now such as `-15m`, `-2h`, `-7d` (s, m, h, d, w). Without it: from the first event on.',
    example: '-1h',
    schema: timeText,
  },
  {
    name: 'to',
    description: 'The end, exclusive; spelled as `from`. Without it: to the last event.',
    example: 'now',
    schema: timeText,
  },
  clockParameter,
]

/** What a question is read from: its parameters, and what its asker may see. */
export type Asked = Pick<Call, 'query' | 'admitted'>

/** A credential that is bound to facilities sees those alone, whatever it asks for. */
export function readableOf({ principal }: Call['admitted']): Pick<EventFilter, 'readable'> {
  const { read } = principal.grants
  if (read === 'all') return {}
  return { readable: read ?? [] }
}

/** What is of all facilities together is not for a credential that is bound to some. Throws forbidden. */
export function requireUnbound({ principal }: Call['admitted']): void {
  if (principal.grants.read === 'all') return
  throw new ProblemError(
    'forbidden',
    `${principal.name} may read some facilities, and this is of all`,
  )
}

/** The parameters of every question about a range of events. */
export const selectionParameters: readonly QueryParameter[] = [
  ...rangeParameters,
  ...eventParameters,
]

/** Reads them. Throws invalid-parameter and query-syntax. */
export function readSelection({ query, admitted }: Asked, nowMs: number): Selection {
  const from = readTime(query, 'from', nowMs)
  const to = readTime(query, 'to', nowMs)
  if (from !== null && to !== null && isAfter(from, to)) {
    throw invalid('to', 'must not be earlier than from')
  }
  return {
    clock: readClock(query),
    from,
    to,
    filter: readEventFilter({ query, admitted }),
    query: readQueryText(query, nowMs),
  }
}

/** What selects events apart from their time. Throws query-syntax. */
export function readQueryText(query: QueryValues, nowMs: number): Query {
  try {
    return parseQuery(query.text('q') ?? '', nowMs)
  } catch (error) {
    if (error instanceof QuerySyntaxError) throw syntaxProblem(error)
    throw error
  }
}

/** The equality filters, `minLevel` resolved into the levels. */
export function readEventFilter({ query, admitted }: Asked): EventFilter {
  const filter = { ...readFilter(query), ...readableOf(admitted) }
  const name = query.text('minLevel')
  if (name === null) return filter
  const least = parseLevel(name)
  if (least === undefined) {
    throw invalid('minLevel', `is ${levelForms}, not ${quoted(name)}`)
  }
  const severe = levelNames.map((_, level) => level).filter((level) => level <= least)
  const level = filter.level === null ? severe : filter.level.filter((each) => each <= least)
  return { ...filter, level }
}

export function readClock(query: QueryValues): QueryClock {
  const raw = query.text('clock')
  if (raw === null || raw === 'timestamp') return 'timestamp'
  if (raw === 'received') return 'received'
  throw invalid('clock', `is timestamp or received, not ${quoted(raw)}`)
}

function readTime(query: QueryValues, name: 'from' | 'to', nowMs: number): TimePoint | null {
  const raw = query.text(name)
  if (raw === null || raw === '') return null
  const point = parseTimePoint(raw, nowMs)
  if (point !== undefined) return point
  // In a URL a plus is a space.
  const hint = / \d\d:\d\d$/.test(raw) ? ' (in a URL, + is written %2B)' : ''
  throw invalid(name, `is ${timeForms.join(', ')}; not ${quoted(raw)}${hint}`)
}

function isAfter(a: TimePoint, b: TimePoint): boolean {
  return a.ms > b.ms || (a.ms === b.ms && a.nanos > b.nanos)
}

export function pointText({ ms, nanos }: TimePoint): string {
  return formatTimestamp(ms, nanos)
}
