import type { CatalogueAnswer, CataloguePair, PairStatus } from '../../api/answers.ts'
import type { Api, Query } from '../../api/api.ts'
import { type Span, spanQuery } from '../../time/range.ts'

export const pairStatuses: readonly PairStatus[] = ['new', 'returned', 'active', 'silent']
/** Pairs of one view; a filter finds the others. */
export const pairsMax = 500
/** Of the time before, to compare with. */
const comparedMax = 10_000

/** What the catalogue's address asks. */
export interface CatalogueQuestion {
  /** Of the changes: which kinds; empty: all. */
  readonly change: readonly string[]
  readonly status: readonly string[]
  readonly contains: string
  readonly minLevel: string
  readonly facility: readonly string[]
  /** Empty: the usual one. */
  readonly order: string
}

export const orderDefault = '-count'

export function catalogueQuestionOf(parameters: URLSearchParams): CatalogueQuestion {
  return {
    change: parameters.getAll('change'),
    status: parameters
      .getAll('status')
      .filter((each) => pairStatuses.some((known) => known === each)),
    contains: parameters.get('contains') ?? '',
    minLevel: parameters.get('minLevel') ?? '',
    facility: parameters.getAll('facility'),
    order: parameters.get('order') ?? '',
  }
}

export const pairKey = ({ facility, event }: CataloguePair): string => `${facility}\n${event}`

export interface CatalogueFound {
  readonly answer: CatalogueAnswer
  /** Events of each pair in the time before, which is as long. */
  readonly before: ReadonlyMap<string, number>
}

/** The pairs of a span, and how often they came in the time before. */
export async function askCatalogue(
  api: Api,
  question: CatalogueQuestion,
  span: Span,
  signal: AbortSignal,
): Promise<CatalogueFound> {
  const { fromMs, toMs } = span
  const { status, contains, minLevel, facility } = question
  const order = question.order === '' ? orderDefault : question.order
  const narrowed: Query = { contains, minLevel, facility }
  const earlier = spanQuery({ fromMs: 2 * fromMs - toMs, toMs: fromMs })
  const path = '/eventqry/catalogue'
  const [answer, previous] = await Promise.all([
    api.json<CatalogueAnswer>(
      path,
      { ...narrowed, ...spanQuery(span), status, order, limit: pairsMax, buckets: 24 },
      signal,
    ),
    api.json<CatalogueAnswer>(
      path,
      { ...narrowed, ...earlier, limit: comparedMax, buckets: 0 },
      signal,
    ),
  ])
  const before = new Map(previous.pairs.map((pair) => [pairKey(pair), pair.count]))
  return { answer, before }
}
