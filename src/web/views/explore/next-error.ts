import { levelNames } from '../../../event/level.ts'
import type { SearchAnswer, StoredEvent } from '../../api/answers.ts'
import type { Api } from '../../api/api.ts'
import { countEvents } from '../../api/count-events.ts'
import { type Span, spanBehind } from '../../time/range.ts'
import { type Question, selectionQuery } from './question.ts'

type Order = Question['order']

/** Error and worse. */
const severe = new Set<string>(levelNames.slice(0, 4))

export const isSevere = ({ level }: StoredEvent): boolean => severe.has(level ?? '')

/** To the millisecond: what an address can say. */
export const msOf = ({ timestamp }: StoredEvent): number => Date.parse(timestamp ?? '')

/** The next error among the loaded events, in a direction; null: none. */
export function errorAmong(
  events: readonly StoredEvent[],
  from: number | null,
  by: 1 | -1,
): number | null {
  let at = from === null ? (by === 1 ? 0 : events.length - 1) : from + by
  for (; at >= 0 && at < events.length; at += by) {
    const event = events[at]
    if (event !== undefined && isSevere(event)) return at
  }
  return null
}

export interface Asked {
  readonly question: Question
  readonly span: Span
  readonly signal: AbortSignal
}

export const opposite = (order: Order): Order => (order === 'desc' ? 'asc' : 'desc')

/** The first error behind the last of the loaded events (or before the first, in the opposite order); null: none. */
export async function findError(
  api: Api,
  { question, span, signal }: Asked,
  order: Order,
  loaded: readonly StoredEvent[],
): Promise<StoredEvent | null> {
  const edge = order === question.order ? loaded.at(-1) : loaded[0]
  if (edge === undefined) return null
  const atMs = msOf(edge)
  const known = new Set(
    loaded.filter((event) => isSevere(event) && msOf(event) === atMs).map(({ id }) => id),
  )
  const query = {
    ...selectionQuery(question, spanBehind(span, atMs, order)),
    minLevel: 'error',
    order,
    fields: 'id,timestamp',
    // One that is not known must be among as many.
    limit: known.size + 1,
  }
  const { events } = await api.json<SearchAnswer>('/eventqry/search', query, signal)
  return events.find(({ id }) => !known.has(id)) ?? null
}

/** How many events of the question lie between two, both among them. */
export function countBetween(
  api: Api,
  { question, span, signal }: Asked,
  one: StoredEvent,
  other: StoredEvent,
): Promise<number> {
  const [fromMs, lastMs] = [msOf(one), msOf(other)].sort((a, b) => a - b)
  const between = { fromMs: fromMs ?? span.fromMs, toMs: (lastMs ?? span.toMs) + 1 }
  return countEvents(api, selectionQuery(question, between), signal)
}

/** Where a list begins that shows some events before an error; ms since the epoch. */
export async function beginningBefore(
  api: Api,
  { question, span, signal }: Asked,
  error: StoredEvent,
  events: number,
): Promise<number> {
  const order = opposite(question.order)
  const query = {
    ...selectionQuery(question, spanBehind(span, msOf(error), order)),
    order,
    fields: 'id,timestamp',
    limit: events,
  }
  const answer = await api.json<SearchAnswer>('/eventqry/search', query, signal)
  return msOf(answer.events.at(-1) ?? error)
}
