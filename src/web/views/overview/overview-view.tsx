import { useMemo } from 'preact/hooks'
import type { BookIndex, StatsAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Loading, Problem } from '../../components/states.tsx'
import { rangeParameters, TimePicker } from '../../components/time-picker.tsx'
import { useApp } from '../../state/app-state.ts'
import { stepFor } from '../../time/buckets.ts'
import { rangeOf, spanQuery } from '../../time/range.ts'
import { useSpan } from '../../time/use-span.ts'
import { FirstRun } from '../first-run/first-run.tsx'
import { ChangeList } from './change-list.tsx'
import { FacilityList } from './facility-list.tsx'
import { OverviewChart } from './overview-chart.tsx'
import { OverviewNumbers } from './overview-numbers.tsx'
import { useChanges } from './use-changes.ts'

const bucketsMax = 180

/** The last minutes at a glance: numbers, events by level over time, what is new, who logs. It follows the book. */
export function OverviewView() {
  const { location } = useApp()
  const range = useMemo(() => rangeOf(location.place.value.parameters), [location.place.value])
  const { span, isReady } = useSpan(range, { follows: true })
  const step = stepFor(span, bucketsMax)
  const during = spanQuery(span)
  const changes = useChanges(isReady ? span : null)
  const { value, error, reload } = useAnswer(
    isReady ? `overview ${during.from} ${during.to}` : null,
    async (api, signal) => {
      const query = { ...during, by: 'level', every: step.every }
      const answer = await api.json<StatsAnswer>('/eventqry/stats', query, signal)
      return { answer, span, step }
    },
  )
  const isEmpty = value !== null && value.answer.rows.length === 0
  const index = useAnswer(isEmpty ? `index ${during.to}` : null, (api, signal) =>
    api.json<BookIndex>('/eventqry', {}, signal),
  )
  if (isEmpty && index.value?.totals.events === 0) return <FirstRun />
  return (
    <div class="page overview">
      <div class="page-head">
        <h1>Overview</h1>
        <TimePicker
          range={range}
          span={span}
          onChange={(next) => location.change(rangeParameters(next))}
        />
      </div>
      {error !== null && value === null ? <Problem error={error} onRetry={reload} /> : null}
      {value === null ? (
        error === null && <Loading what="the overview" />
      ) : (
        <>
          <OverviewNumbers answer={value.answer} span={value.span} changes={changes.value} />
          {isEmpty ? (
            <Empty title="No events in this time">
              <Button
                label="Show all time"
                onPress={() => location.change({ from: 'all', to: null })}
              />
            </Empty>
          ) : (
            <OverviewChart answer={value.answer} span={value.span} step={value.step} />
          )}
        </>
      )}
      {isReady ? (
        <div class="overview-lists">
          <ChangeList changes={changes} />
          <FacilityList span={span} />
        </div>
      ) : null}
    </div>
  )
}
