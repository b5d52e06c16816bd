import type { CatalogueAnswer, CataloguePair } from '../../api/answers.ts'
import { type Answer, useAnswer } from '../../api/use-answer.ts'
import { type Span, spanQuery } from '../../time/range.ts'

/** What is new in a span, and what has returned. */
export interface Changes {
  /** Of all event types, whatever their level. */
  readonly catalogue: CatalogueAnswer
  /** Errors and worse first, then the newest first. */
  readonly pairs: readonly CataloguePair[]
}

const severeMax = 8
const pairsMax = 20

export function useChanges(span: Span | null): Answer<Changes> {
  const during = span === null ? null : spanQuery(span)
  const key = during === null ? null : `changes ${during.from} ${during.to}`
  return useAnswer(key, async (api, signal) => {
    const query = { ...during, status: ['new', 'returned'], order: '-first', buckets: 30 }
    const [catalogue, severe] = await Promise.all(
      [
        { ...query, limit: pairsMax },
        // Asked for by themselves, so that many harmless ones do not hide them.
        { ...query, limit: severeMax, minLevel: 'error' },
      ].map((asked) => api.json<CatalogueAnswer>('/eventqry/catalogue', asked, signal)),
    )
    if (catalogue === undefined || severe === undefined)
      throw new Error('two answers were asked for')
    const first = new Set(severe.pairs.map(pairKey))
    const rest = catalogue.pairs.filter((pair) => !first.has(pairKey(pair)))
    return { catalogue, pairs: [...severe.pairs, ...rest] }
  })
}

export const pairKey = ({ facility, event }: CataloguePair): string => `${facility}\n${event}`
