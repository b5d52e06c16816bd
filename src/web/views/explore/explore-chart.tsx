import { useMemo } from 'preact/hooks'
import type { StatsAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Histogram } from '../../components/histogram.tsx'
import { levelHistogram } from '../../components/level-series.ts'
import { formatCount } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'
import { stepFor } from '../../time/buckets.ts'
import { formatLength } from '../../time/format.ts'
import { isoOf, type Span } from '../../time/range.ts'
import { type Question, selectionQuery } from './question.ts'

const bucketsMax = 120
const chartHeight = 116

interface ExploreChartProps {
  readonly question: Question
  readonly span: Span
  /** Null: nothing is asked yet. */
  readonly selectionKey: string | null
}

/** How many events were found, by level and time. Dragging across it narrows the range. */
export function ExploreChart({ question, span, selectionKey }: ExploreChartProps) {
  const { location } = useApp()
  const step = stepFor(span, bucketsMax)
  const { value, isLoading } = useAnswer(
    selectionKey === null ? null : `chart ${selectionKey}`,
    async (api, signal) => {
      const query = { ...selectionQuery(question, span), by: 'level', every: step.every }
      const answer = await api.json<StatsAnswer>('/eventqry/stats', query, signal)
      // Drawn with the span that it was asked with.
      return { answer, span, step }
    },
  )
  const drawn = useMemo(
    () => (value === null ? null : levelHistogram(value.answer, value.span, value.step)),
    [value],
  )
  return (
    <section class={`explore-chart${isLoading ? ' waiting' : ''}`} aria-label="Events over time">
      {drawn === null || value === null ? (
        <div style={{ height: `${chartHeight}px` }} />
      ) : (
        <>
          <Histogram
            label="Events found, by level"
            times={drawn.times}
            stepMs={value.step.ms}
            span={value.span}
            series={drawn.series}
            height={chartHeight}
            onZoom={({ fromMs, toMs }) =>
              location.change({ from: isoOf(fromMs), to: isoOf(toMs), open: null })
            }
          />
          <p class="chart-note">
            <b>{formatCount(drawn.total)}</b> {drawn.total === 1 ? 'event' : 'events'}
            <span class="soft">
              {' '}
              · a bar is {formatLength(value.step.ms)} · counted in{' '}
              {formatLength(value.answer.tookMs)}
            </span>
          </p>
        </>
      )}
    </section>
  )
}
