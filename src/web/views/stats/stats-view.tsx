import { useMemo } from 'preact/hooks'
import { ApiError } from '../../api/api.ts'
import type { StatsAnswer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { formatBytes } from '../../components/number-text.ts'
import { QueryBar } from '../../components/query-bar.tsx'
import { Empty, Loading, Problem } from '../../components/states.tsx'
import { rangeParameters, TimePicker } from '../../components/time-picker.tsx'
import { useApp } from '../../state/app-state.ts'
import type { Step } from '../../time/buckets.ts'
import { formatLength } from '../../time/format.ts'
import type { Span } from '../../time/range.ts'
import { useSpan } from '../../time/use-span.ts'
import { StatsChart } from './stats-chart.tsx'
import { StatsForm } from './stats-form.tsx'
import { statsQuery, statsQuestionOf, stepOf } from './stats-question.ts'
import { StatsTable } from './stats-table.tsx'

/** Builds a statistic, and draws it. */
export function StatsView() {
  const { api, location } = useApp()
  const { parameters } = location.place.value
  const question = useMemo(() => statsQuestionOf(parameters), [parameters])
  const { span, isReady } = useSpan(question.range, { follows: true })
  const step = stepOf(question, span)
  const query = statsQuery(question, span, step)
  const key = isReady ? `stats ${JSON.stringify(query)}` : null
  const { value, error, reload } = useAnswer(key, async (asked, signal) => {
    const answer = await asked.json<StatsAnswer>('/eventqry/stats', query, signal)
    return { answer, span, step }
  })
  const column = error instanceof ApiError ? error.members['column'] : undefined
  const isFault = error !== null && typeof column === 'number'
  return (
    <div class="page stats">
      <div class="page-head stats-head">
        <h1>Statistics</h1>
        <QueryBar
          query={question.query}
          span={span}
          fault={isFault ? { column, detail: error.message } : null}
          placeholder="of all events"
          onSubmit={(q) => location.change({ q })}
        />
        <TimePicker
          range={question.range}
          span={span}
          onChange={(next) => location.change(rangeParameters(next))}
        />
      </div>
      <StatsForm question={question} span={span} />
      {error !== null && !isFault ? <Problem error={error} onRetry={reload} /> : null}
      {value === null ? (
        error === null && <Loading what="the statistic" />
      ) : (
        <Drawn {...value} chart={question.chart} url={api.url('/eventqry/stats', query)} />
      )}
    </div>
  )
}

interface DrawnProps {
  readonly answer: StatsAnswer
  readonly span: Span
  readonly step: Step | null
  readonly chart: string
  readonly url: string
}

function Drawn({ answer, span, step, chart, url }: DrawnProps) {
  if (answer.rows.length === 0) return <Empty title="No events to count in this time" />
  const isTable = chart === 'table' || step === null
  const curl = `curl -g '${window.location.origin}${url}'`
  return (
    <>
      {isTable || step === null ? (
        <StatsTable answer={answer} />
      ) : (
        <StatsChart answer={answer} span={span} step={step} isLine={chart === 'line'} />
      )}
      <div class="stats-foot">
        <p class="hint">
          {answer.source === 'rollup'
            ? 'from kept counts'
            : `looked at ${formatBytes(answer.scanned.bytes)}`}
          , in {formatLength(answer.tookMs)}
        </p>
        <CopyButton label="Copy curl" text={() => curl} />
      </div>
    </>
  )
}
