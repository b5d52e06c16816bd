import { levelNames } from '../../../event/level.ts'
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
    const path = '/eventqry/catalogue'
    const catalogue = await api.json<CatalogueAnswer>(path, { ...query, limit: pairsMax }, signal)
    if (catalogue.found <= pairsMax) return { catalogue, pairs: severeFirst(catalogue.pairs) }
    // Asked for by themselves, so that many harmless ones do not hide them.
    const wanted = { ...query, limit: severeMax, minLevel: 'error' }
    const severe = await api.json<CatalogueAnswer>(path, wanted, signal)
    const first = new Set(severe.pairs.map(pairKey))
    const rest = catalogue.pairs.filter((pair) => !first.has(pairKey(pair)))
    return { catalogue, pairs: [...severe.pairs, ...rest] }
  })
}

const severeLevels = levelNames.slice(0, 4)

const isSevere = ({ levels }: CataloguePair): boolean =>
  severeLevels.some((name) => (levels[name] ?? 0) > 0)

function severeFirst(pairs: readonly CataloguePair[]): readonly CataloguePair[] {
  return [...pairs.filter(isSevere), ...pairs.filter((pair) => !isSevere(pair))]
}

export const pairKey = ({ facility, event }: CataloguePair): string => `${facility}\n${event}`
