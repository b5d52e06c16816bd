import { useMemo, useState } from 'preact/hooks'
import { useAnswer } from '../../api/use-answer.ts'
import { DataTable } from '../../components/data-table.tsx'
import { formatCount } from '../../components/number-text.ts'
import { Empty, Loading, Problem } from '../../components/states.tsx'
import { useApp, useKey } from '../../state/app-state.ts'
import { type Span, spanQuery } from '../../time/range.ts'
import { sameRange } from '../overview/same-range.ts'
import { catalogueColumns, pairHref } from './catalogue-columns.tsx'
import { CatalogueFilters } from './catalogue-filters.tsx'
import {
  askCatalogue,
  type CatalogueFound,
  type CatalogueQuestion,
  orderDefault,
  pairKey,
  pairsMax,
} from './catalogue-question.ts'

interface AllPairsProps {
  readonly question: CatalogueQuestion
  /** Null: it is not known yet. */
  readonly span: Span | null
}

/** All event types that are like what is asked for. */
export function AllPairs({ question, span }: AllPairsProps) {
  const key = span === null ? null : `catalogue ${JSON.stringify([question, spanQuery(span)])}`
  const { value, error, reload } = useAnswer(key, (api, signal) =>
    askCatalogue(api, question, span ?? { fromMs: 0, toMs: 0 }, signal),
  )
  return (
    <>
      <CatalogueFilters question={question} statuses={value?.answer.statuses ?? null} />
      {error !== null ? <Problem error={error} onRetry={reload} /> : null}
      {value === null ? (
        error === null && <Loading what="the catalogue" />
      ) : (
        <Pairs found={value} order={question.order === '' ? orderDefault : question.order} />
      )}
    </>
  )
}
interface PairsProps {
  readonly found: CatalogueFound
  readonly order: string
}

function Pairs({ found, order }: PairsProps) {
  const { location, preferences } = useApp()
  const { answer, before } = found
  const { pairs } = answer
  const { parameters } = location.place.value
  const range = sameRange(parameters)
  const [active, setActive] = useState(-1)
  const at = pairs[active]
  useKey('j', 'next row', () => setActive(Math.min(active + 1, pairs.length - 1)))
  useKey('k', 'row before', () => setActive(Math.max(active - 1, 0)))
  useKey('Enter', 'its events', () =>
    at === undefined ? undefined : location.go(pairHref(at, range)),
  )
  const zone = preferences.zone.value
  const columns = useMemo(
    () => catalogueColumns({ before, range, zone }),
    [before, zone, parameters.get('from'), parameters.get('to')],
  )
  if (pairs.length === 0) return <Empty title="No event type is like this in this time" />
  return (
    <>
      <section class="card">
        <DataTable
          label="Event types"
          columns={columns}
          rows={pairs}
          rowKey={pairKey}
          order={order}
          onOrder={(next) => location.change({ order: next === orderDefault ? null : next })}
          activeKey={at === undefined ? null : pairKey(at)}
        />
      </section>
      <p class="hint">
        {formatCount(answer.found)} event types
        {answer.found > pairsMax
          ? `, the first ${formatCount(pairsMax)} are shown: filter for the others`
          : ''}
        {answer.complete ? '' : `. Something may be left out: ${answer.incomplete.join(', ')}`}
      </p>
    </>
  )
}
