import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { chartBase, colourOf } from '../../components/histogram-options.ts'
import { useApp } from '../../state/app-state.ts'
import type { Span } from '../../time/range.ts'
import type { StatsSeries } from './stats-series.ts'

export interface LineChartProps {
  /** For screen readers. */
  readonly label: string
  /** Beginnings of the buckets, ms since the epoch. */
  readonly times: readonly number[]
  readonly stepMs: number
  readonly span: Span
  readonly series: readonly StatsSeries[]
  readonly height: number
  onZoom(span: Span): void
}

/** A line for each group; a bucket without a value leaves a gap. */
export function LineChart(props: LineChartProps) {
  const { label, times, stepMs, span, series, height } = props
  const { preferences } = useApp()
  const zone = preferences.zone.value
  const colours = preferences.colours.value
  const root = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    const element = root.current
    if (element === null) return undefined
    const base = chartBase({
      element,
      zone,
      span,
      stepMs,
      height,
      hasFractions: true,
      onHover: () => undefined,
      onZoom: (drawn) => latest.current.onZoom(drawn),
    })
    const lines = series.map(({ name, color }) => ({
      label: name,
      stroke: colourOf(element, color),
      width: 1.5,
      points: { size: 4 },
    }))
    const data: uPlot.AlignedData = [
      times.map((ms) => ms / 1_000),
      ...series.map(({ values }) => [...values]),
    ]
    const legend = { show: true, live: true }
    const scales = { ...base.scales, y: {} }
    const chart = new uPlot({ ...base, scales, legend, series: [{}, ...lines] }, data, element)
    const resized = new ResizeObserver(() => {
      const width = element.clientWidth
      if (width !== chart.width) chart.setSize({ width, height })
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      chart.destroy()
    }
  }, [times, series, span.fromMs, span.toMs, stepMs, height, zone, colours])
  return (
    <div class="histogram">
      <div ref={root} role="img" aria-label={label} />
    </div>
  )
}
