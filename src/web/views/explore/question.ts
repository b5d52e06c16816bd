import { type LevelName, levelNames } from '../../../event/level.ts'
import type { Query } from '../../api/api.ts'
import type { ParameterChange } from '../../state/location.ts'
import {
  isTime,
  rangeOf,
  type Span,
  spanBehind,
  spanQuery,
  type TimeRange,
} from '../../time/range.ts'

/** What Explore asks, as its address says it. */
export interface Question {
  readonly query: string
  readonly range: TimeRange
  /** Alternatives; empty: any. Kept beside the query, because counts by them are kept beside the pages. */
  readonly levels: readonly LevelName[]
  readonly facilities: readonly string[]
  readonly events: readonly string[]
  readonly order: 'asc' | 'desc'
  readonly columns: readonly string[]
  /** Where the list begins, ms since the epoch; what is before is found, and not listed. Null: with the first found. */
  readonly at: number | null
  /** The id of the event that is open; null: none. */
  readonly open: string | null
}

/** `additional` is all of it, in a line. */
export const columnsDefault = ['timestamp', 'level', 'facility', 'event', 'additional'] as const

export function questionOf(parameters: URLSearchParams): Question {
  const columns = (parameters.get('columns') ?? '').split(',').filter((name) => name !== '')
  return {
    query: parameters.get('q') ?? '',
    range: rangeOf(parameters),
    levels: levelNames.filter((name) => parameters.getAll('level').includes(name)),
    facilities: parameters.getAll('facility'),
    events: parameters.getAll('event'),
    order: parameters.get('order') === 'asc' ? 'asc' : 'desc',
    columns:
      columns.length === 0 ? columnsDefault : columns.map((name) => decodeURIComponent(name)),
    at: timeOf(parameters.get('at')),
    open: parameters.get('open'),
  }
}

const timeOf = (text: string | null): number | null =>
  text !== null && isTime(text) ? Date.parse(text) : null

/** Columns in an address: names may hold commas. */
export function columnsChange(columns: readonly string[]): ParameterChange {
  const isDefault = columns.join('\n') === columnsDefault.join('\n')
  const text = columns.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(',')
  return { columns: isDefault ? null : text }
}

/** The members of a question that the API narrows by. */
export type Narrowing = 'level' | 'facility' | 'event'

/** The question as the API is asked it; `without` leaves one narrowing out, for that one's own facet. */
export function selectionQuery(question: Question, span: Span, without?: Narrowing): Query {
  const { query, levels, facilities, events } = question
  return {
    ...spanQuery(span),
    q: query,
    level: without === 'level' ? null : levels,
    facility: without === 'facility' ? null : facilities,
    event: without === 'event' ? null : events,
  }
}

/** Whether not all events of its time are asked for. */
export const isNarrowed = ({ query, levels, facilities, events }: Question): boolean =>
  query.trim() !== '' || levels.length + facilities.length + events.length > 0

/** The time at which the list begins, when it lies in the span. */
export function beginningOf({ at }: Question, { fromMs, toMs }: Span): number | null {
  return at !== null && at >= fromMs && at < toMs ? at : null
}

/** The question of the list: what was found, from where it begins. */
export function listQuery(question: Question, span: Span): Query {
  const atMs = beginningOf(question, span)
  const listed = atMs === null ? span : spanBehind(span, atMs, question.order)
  return { ...selectionQuery(question, listed), order: question.order }
}

/** The same of two questions that have the same answers, whatever is open and which columns are shown. */
export function selectionKey(question: Question, span: Span): string {
  return JSON.stringify(selectionQuery(question, span))
}
