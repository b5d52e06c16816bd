import type { CatalogueAnswer, CataloguePair } from '../../api/answers.ts'
import type { Api } from '../../api/api.ts'
import { minuteMs } from '../../time/minute.ts'
import { type Span, spanQuery } from '../../time/range.ts'
import { type CatalogueQuestion, pairKey } from './catalogue-question.ts'

export const changeKinds = ['new', 'gone', 'grown', 'shrunk'] as const
export type ChangeKind = (typeof changeKinds)[number]

/** An event type that came more or less often than in the time before. */
export interface Change {
  readonly kind: ChangeKind
  /** As of the time that has events of it. */
  readonly pair: CataloguePair
  readonly now: number
  readonly before: number
  /** `now` less `before`. */
  readonly difference: number
  /** The difference in standard deviations of what chance alone would make of it: what says most has the most. */
  readonly weight: number
}

export interface Compared {
  readonly changes: readonly Change[]
  /** Event types of either time that have not changed. */
  readonly alike: number
  readonly span: Span
  readonly earlier: Span
  /** Whether all event types were compared, and the book has the whole time before. */
  readonly isWhole: boolean
}

/** Pairs of each time; the least frequent ones of more are not compared. */
const comparedMax = 10_000
/** Below it a difference is what chance makes of counts like these. */
const weightMin = 3

/** The whole minutes of a span, as the catalogue counts them, and as many before them. */
export function comparedSpans({ fromMs, toMs }: Span): { span: Span; earlier: Span } {
  const from = Math.floor(fromMs / minuteMs) * minuteMs
  const to = Math.ceil(toMs / minuteMs) * minuteMs
  const span = { fromMs: from, toMs: to }
  return { span, earlier: { fromMs: 2 * from - to, toMs: from } }
}

/** What has changed between two times, whatever of it is asked for. */
export function changesOf(
  now: readonly CataloguePair[],
  before: readonly CataloguePair[],
): { changes: Change[]; alike: number } {
  const earlier = new Map(before.map((pair) => [pairKey(pair), pair]))
  const changes: Change[] = []
  let alike = 0
  const add = (pair: CataloguePair, counts: readonly [now: number, before: number]): void => {
    const change = changeOf(pair, counts)
    if (change !== null) changes.push(change)
    else if (counts[0] > 0) alike++
  }
  for (const pair of now) {
    const key = pairKey(pair)
    add(pair, [pair.count, earlier.get(key)?.count ?? 0])
    earlier.delete(key)
  }
  for (const pair of earlier.values()) add(pair, [0, pair.count])
  return { changes, alike }
}

function changeOf(pair: CataloguePair, [now, before]: readonly [number, number]): Change | null {
  if (now + before === 0) return null
  const difference = now - before
  const weight = Math.abs(difference) / Math.sqrt(now + before)
  const made = { pair, now, before, difference, weight }
  if (before === 0) return { kind: 'new', ...made }
  if (now === 0) return { kind: 'gone', ...made }
  if (weight < weightMin) return null
  return { kind: difference > 0 ? 'grown' : 'shrunk', ...made }
}

export const changeOrders = ['weight', 'difference', 'now', 'before', 'event', 'facility'] as const
export const changeOrderDefault = '-weight'

/** In an order such as `-difference`; what is equal goes by its name. */
export function sortedChanges(changes: readonly Change[], order: string): Change[] {
  const sign = order.startsWith('-') ? -1 : 1
  const column = changeOrders.find((name) => name === order.replace(/^-/, '')) ?? 'weight'
  const named = (a: Change, b: Change): number => (pairKey(a.pair) < pairKey(b.pair) ? -1 : 1)
  return changes.toSorted((a, b) => {
    if (column === 'event' || column === 'facility') {
      const [left, right] = [a.pair[column], b.pair[column]]
      return left === right ? named(a, b) : sign * (left < right ? -1 : 1)
    }
    return sign * (a[column] - b[column]) || named(a, b)
  })
}

/** Compares a span with the time before, which is as long. */
export async function askChanges(
  api: Api,
  question: CatalogueQuestion,
  asked: Span,
  signal: AbortSignal,
): Promise<Compared> {
  const { span, earlier } = comparedSpans(asked)
  const { contains, minLevel, facility } = question
  const status = ['new', 'returned', 'active']
  const query = { contains, minLevel, facility, status, limit: comparedMax }
  const path = '/eventqry/catalogue'
  const [now, before] = await Promise.all([
    api.json<CatalogueAnswer>(path, { ...query, ...spanQuery(span), buckets: 24 }, signal),
    api.json<CatalogueAnswer>(path, { ...query, ...spanQuery(earlier), buckets: 24 }, signal),
  ])
  const isWhole =
    Math.max(now.found, before.found) <= comparedMax && Date.parse(before.from) <= earlier.fromMs
  return { ...changesOf(now.pairs, before.pairs), span, earlier, isWhole }
}
