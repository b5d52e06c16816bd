import { useMemo } from 'preact/hooks'
import { levelNames } from '../../../event/level.ts'
import type { StatsAnswer } from '../../api/answers.ts'
import { Histogram } from '../../components/histogram.tsx'
import { levelHistogram } from '../../components/level-series.ts'
import { Link } from '../../components/link.tsx'
import { formatCount, formatShort } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'
import { href } from '../../state/location.ts'
import type { Step } from '../../time/buckets.ts'
import { formatLength } from '../../time/format.ts'
import { isoOf, type Span } from '../../time/range.ts'
import { sameRange } from './same-range.ts'

interface OverviewChartProps {
  readonly answer: StatsAnswer
  readonly span: Span
  readonly step: Step
}

/** Events by level over time; dragging zooms, a level leads to its events. */
export function OverviewChart({ answer, span, step }: OverviewChartProps) {
  const { location } = useApp()
  const drawn = useMemo(() => levelHistogram(answer, span, step), [answer])
  const range = sameRange(location.place.value.parameters)
  return (
    <section class="card" aria-label="Events over time">
      <header>
        <h2>Events by level</h2>
        <span class="soft phone-hidden">a bar is {formatLength(step.ms)}, drag to zoom</span>
        <ul class="legend">
          {levelNames
            .filter((name) => drawn.counts[name] > 0)
            .map((name) => (
              <li key={name}>
                <Link
                  href={href('/explore', { ...range, level: name })}
                  title={`${formatCount(drawn.counts[name])} events`}
                >
                  <span class="dot" style={{ background: `var(--level-${name})` }} />
                  {name} <span class="soft">{formatShort(drawn.counts[name])}</span>
                </Link>
              </li>
            ))}
        </ul>
      </header>
      <Histogram
        label="Events, by level"
        times={drawn.times}
        stepMs={step.ms}
        span={span}
        series={drawn.series}
        height={210}
        onZoom={({ fromMs, toMs }) => location.change({ from: isoOf(fromMs), to: isoOf(toMs) })}
      />
    </section>
  )
}
