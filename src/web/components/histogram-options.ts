import uPlot from 'uplot'
import type { Zone } from '../state/preferences.ts'
import { formatClock, formatDate } from '../time/format.ts'
import type { Span } from '../time/range.ts'
import type { HistogramSeries } from './histogram.tsx'
import { formatShort } from './number-text.ts'

export interface ChartOptions {
  /** Where the chart will be: its colours are taken from there. */
  readonly element: HTMLElement
  readonly zone: Zone
  readonly span: Span
  readonly stepMs: number
  readonly height: number
  /** Labels between whole numbers make sense: it counts nothing. */
  readonly hasFractions?: boolean
  /** The bucket under the pointer and its place, null when there is none. */
  onHover(index: number | null, left: number): void
  onZoom(span: Span): void
}

export interface StackedOptions extends ChartOptions {
  readonly series: readonly HistogramSeries[]
}

/** Narrower than this, a drag was meant as a click. */
const dragMinPx = 4
const daySeconds = 86_400

/** A canvas knows no custom properties: this is the colour that one stands for. */
export function colourOf(element: HTMLElement, property: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** What uPlot needs to draw stacked bars over time. */
export function stackedOptions(options: StackedOptions): uPlot.Options {
  const { element, series } = options
  const bars = uPlot.paths.bars?.({ size: [0.86, 60], align: 1, radius: 0 })
  return {
    ...chartBase(options),
    series: [
      {},
      ...series.toReversed().map(({ name, color }) => ({
        label: name,
        fill: colourOf(element, color),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      })),
    ],
  }
}

/** What all charts over time have in common: axes, zoom, and the bucket under the pointer. */
export function chartBase(options: ChartOptions): Omit<uPlot.Options, 'series'> {
  const { element, zone, span, stepMs, height } = options
  // The axis covers all of the first and the last bucket.
  const from = Math.floor(span.fromMs / stepMs) * (stepMs / 1_000)
  const to = Math.ceil(span.toMs / stepMs) * (stepMs / 1_000)
  return {
    width: Math.max(1, element.clientWidth),
    height,
    // The last label of the time stands half beyond the axis.
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { show: false },
      y: false,
      // The bucket that the pointer is in, not the beginning that is nearest.
      dataIdx: (_, __, ___, x) => Math.floor((x - from) / (stepMs / 1_000)),
    },
    scales: {
      x: { time: true, range: [from, to] },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] },
    },
    ...(zone === 'utc'
      ? { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1e3), 'Etc/UTC') }
      : {}),
    axes: axesOf(element, zone, options.hasFractions === true),
    hooks: {
      setCursor: [
        (chart) => {
          const left = (chart.cursor.left ?? 0) + chart.bbox.left / devicePixelRatio
          options.onHover(hoveredIndex(chart), left)
        },
      ],
      setSelect: [(chart) => zoom(chart, options)],
    },
  }
}

function zoom(chart: uPlot, { onZoom }: ChartOptions): void {
  const { left, width } = chart.select
  if (width < dragMinPx) return
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  const at = (px: number): number => Math.round(chart.posToVal(px, 'x') * 1_000)
  onZoom({ fromMs: at(left), toMs: at(left + width) })
}

function axesOf(element: HTMLElement, zone: Zone, hasFractions: boolean): uPlot.Axis[] {
  const stroke = colourOf(element, '--ink-soft')
  const line = { stroke: colourOf(element, '--line'), width: 1 }
  const font = `11px ${getComputedStyle(element).fontFamily}`
  return [
    {
      stroke,
      font,
      grid: { show: false },
      ticks: { ...line, size: 4 },
      size: 26,
      space: 80,
      values: (_, splits) => splits.map((at, index) => timeLabel(at, splits[index - 1], zone)),
    },
    {
      stroke,
      font,
      grid: line,
      ticks: { show: false },
      size: 44,
      space: 34,
      values: (_, splits) =>
        splits.map((at) => (hasFractions || Number.isInteger(at) ? formatShort(at) : '')),
    },
  ]
}

function hoveredIndex(chart: uPlot): number | null {
  const { left = -1, idx } = chart.cursor
  const last = (chart.data[0]?.length ?? 0) - 1
  return left < 0 || idx === null || idx === undefined || idx < 0 || idx > last ? null : idx
}

/** The time of day, and the date where a day begins or at the first label. */
function timeLabel(at: number, before: number | undefined, zone: Zone): string {
  const date = formatDate(at * 1_000, zone)
  const clock = formatClock(at * 1_000, zone)
  if (before === undefined) return clock
  if (at - before >= daySeconds) return date.slice(5)
  return formatDate(before * 1_000, zone) === date ? clock : date.slice(5)
}
