import { useMemo } from 'preact/hooks'
import type { StatsAnswer } from '../../api/answers.ts'
import { Histogram } from '../../components/histogram.tsx'
import { useApp } from '../../state/app-state.ts'
import type { Step } from '../../time/buckets.ts'
import { isoOf, type Span } from '../../time/range.ts'
import { LineChart } from './line-chart.tsx'
import { statsSeries } from './stats-series.ts'

interface StatsChartProps {
  readonly answer: StatsAnswer
  readonly span: Span
  readonly step: Step
  readonly isLine: boolean
}

const height = 340

/** The groups over time: stacked, or as lines. */
export function StatsChart({ answer, span, step, isLine }: StatsChartProps) {
  const { location } = useApp()
  const { times, series } = useMemo(() => statsSeries(answer, span, step), [answer])
  const bars = useMemo(
    () =>
      series.map(({ name, color, values }) => ({
        name,
        color,
        counts: values.map((value) => value ?? 0),
      })),
    [series],
  )
  const zoom = ({ fromMs, toMs }: Span): void =>
    location.change({ from: isoOf(fromMs), to: isoOf(toMs) })
  const label = `${answer.agg[0] ?? 'count'} by ${answer.by.join(', ') || 'time'}`
  return (
    <section class="card stats-chart" aria-label={label}>
      <header>
        <h2>{label}</h2>
        <ul class="legend">
          {series.map(({ name, color }) => (
            <li key={name}>
              <span class="dot" style={{ background: `var(${color})` }} /> {name}
            </li>
          ))}
        </ul>
      </header>
      {isLine ? (
        <LineChart
          label={label}
          times={times}
          stepMs={step.ms}
          span={span}
          series={series}
          height={height}
          onZoom={zoom}
        />
      ) : (
        <Histogram
          label={label}
          times={times}
          stepMs={step.ms}
          span={span}
          series={bars}
          height={height}
          onZoom={zoom}
        />
      )}
    </section>
  )
}
