import { useMemo, useState } from 'preact/hooks'
import { DataTable } from '../../components/data-table.tsx'
import { formatCount } from '../../components/number-text.ts'
import { Empty, Loading, Problem } from '../../components/states.tsx'
import { rangeParameters, TimePicker } from '../../components/time-picker.tsx'
import { useAnswer } from '../../api/use-answer.ts'
import { useApp, useKey } from '../../state/app-state.ts'
import { rangeOf, spanQuery } from '../../time/range.ts'
import { useSpan } from '../../time/use-span.ts'
import { sameRange } from '../overview/same-range.ts'
import { catalogueColumns, pairHref } from './catalogue-columns.tsx'
import { CatalogueFilters } from './catalogue-filters.tsx'
import {
  askCatalogue,
  type CatalogueFound,
  catalogueQuestionOf,
  orderDefault,
  pairKey,
  pairsMax,
} from './catalogue-question.ts'

/** Every kind of event there is: how often, how severe, since when, and what has changed. */
export function CatalogueView() {
  const { location } = useApp()
  const { parameters } = location.place.value
  const range = useMemo(() => rangeOf(parameters), [parameters])
  const question = useMemo(() => catalogueQuestionOf(parameters), [parameters])
  const { span, isReady } = useSpan(range, { follows: true })
  const key = isReady ? `catalogue ${JSON.stringify([question, spanQuery(span)])}` : null
  const { value, error, reload } = useAnswer(key, (api, signal) =>
    askCatalogue(api, question, span, signal),
  )
  return (
    <div class="page">
      <div class="page-head">
        <h1>Catalogue</h1>
        <TimePicker
          range={range}
          span={span}
          onChange={(next) => location.change(rangeParameters(next))}
        />
      </div>
      <CatalogueFilters question={question} statuses={value?.answer.statuses ?? null} />
      {error !== null ? <Problem error={error} onRetry={reload} /> : null}
      {value === null ? (
        error === null && <Loading what="the catalogue" />
      ) : (
        <Pairs found={value} order={question.order} />
      )}
    </div>
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
