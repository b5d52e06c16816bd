import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import { useApp } from '../state/app-state.ts'
import { formatBucket } from '../time/format.ts'
import type { Span } from '../time/range.ts'
import { stackedOptions } from './histogram-options.ts'
import { formatCount } from './number-text.ts'

/** One colour of the stack. */
export interface HistogramSeries {
  readonly name: string
  /** A custom property of the style sheets: `--level-error`. */
  readonly color: string
  /** One number a bucket. */
  readonly counts: readonly number[]
}

export interface HistogramProps {
  /** What it shows, for screen readers. */
  readonly label: string
  /** Beginnings of the buckets, ms since the epoch, evenly apart. */
  readonly times: readonly number[]
  readonly stepMs: number
  /** What the axis covers. */
  readonly span: Span
  /** From the bottom of the stack to its top. */
  readonly series: readonly HistogramSeries[]
  readonly height?: number
  /** A range was drawn with the pointer; it is widened to whole buckets. */
  onZoom?(span: Span): void
}

/** Stacked bars over time. Dragging across them zooms; the pointer shows a bucket's numbers. */
export function Histogram(props: HistogramProps) {
  const { label, times, stepMs, span, series, height = 160 } = props
  const { preferences } = useApp()
  const zone = preferences.zone.value
  const colours = preferences.colours.value
  const root = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const [hovered, setHovered] = useState<{ index: number; left: number } | null>(null)
  // In the same frame as the numbers around it.
  useLayoutEffect(() => {
    const element = root.current
    if (element === null) return undefined
    const options = stackedOptions({
      element,
      zone,
      span,
      stepMs,
      height,
      series,
      onHover: (index, left) => setHovered(index === null ? null : { index, left }),
      onZoom: (drawn) => latest.current.onZoom?.(wholeBuckets(drawn, latest.current)),
    })
    const chart = new uPlot(options, stacked(times, series), element)
    const resized = new ResizeObserver(() => {
      // It is told of the first size too, with which the chart is drawn already.
      const width = element.clientWidth
      if (width !== chart.width) chart.setSize({ width, height })
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      chart.destroy()
      setHovered(null)
    }
  }, [times, series, span.fromMs, span.toMs, stepMs, height, zone, colours])
  const total = series.reduce((sum, { counts }) => sum + counts.reduce((a, b) => a + b, 0), 0)
  return (
    <div class="histogram" style={{ height: `${height}px` }}>
      <div ref={root} role="img" aria-label={`${label}: ${formatCount(total)} events`} />
      {hovered === null ? null : (
        <HistogramTip {...props} index={hovered.index} left={hovered.left} />
      )}
    </div>
  )
}

interface TipProps extends HistogramProps {
  readonly index: number
  readonly left: number
}

function HistogramTip({ times, stepMs, series, index, left }: TipProps) {
  const { preferences } = useApp()
  const rows = series.filter(({ counts }) => (counts[index] ?? 0) > 0).toReversed()
  const total = rows.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0)
  const isLeft = index > times.length / 2
  return (
    <div class={`chart-tip ${isLeft ? 'before' : 'after'}`} style={{ left: `${left}px` }}>
      <p>{formatBucket(times[index] ?? 0, stepMs, preferences.zone.value)}</p>
      {rows.map(({ name, color, counts }) => (
        <p key={name} class="chart-tip-row">
          <span class="dot" style={{ background: `var(${color})` }} />
          <span>{name}</span>
          <b>{formatCount(counts[index] ?? 0)}</b>
        </p>
      ))}
      {rows.length === 1 ? null : (
        <p class="chart-tip-row total">
          <span />
          <span>all</span>
          <b>{formatCount(total)}</b>
        </p>
      )}
    </div>
  )
}

/** Times in seconds, then for each series the sum of it and all below; the top of the stack is drawn first. */
function stacked(times: readonly number[], series: readonly HistogramSeries[]): uPlot.AlignedData {
  const sums: number[][] = []
  let below: readonly number[] = times.map(() => 0)
  for (const { counts } of series) {
    const sum = times.map((_, index) => (below[index] ?? 0) + (counts[index] ?? 0))
    sums.push(sum)
    below = sum
  }
  return [times.map((ms) => ms / 1_000), ...sums.reverse()]
}

function wholeBuckets(drawn: Span, { stepMs }: HistogramProps): Span {
  return {
    fromMs: Math.floor(drawn.fromMs / stepMs) * stepMs,
    toMs: Math.ceil(drawn.toMs / stepMs) * stepMs,
  }
}
