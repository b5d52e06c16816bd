import type { Query } from '../../api/api.ts'
import { rangeOf, type Span, spanQuery, type TimeRange } from '../../time/range.ts'
import { type Step, stepFor } from '../../time/buckets.ts'

export const chartKinds = ['bar', 'line', 'table'] as const
export type ChartKind = (typeof chartKinds)[number]

/** Groups that a chart can tell apart. */
export const groupsDefault = 8
const bucketsMax = 160

/** A statistic, as its address says it. */
export interface StatsQuestion {
  readonly range: TimeRange
  readonly query: string
  readonly by: readonly string[]
  /** As the API writes it; `auto`: as fits the range; empty: no time buckets. */
  readonly every: string
  readonly agg: string
  readonly top: number
  readonly chart: ChartKind
  readonly minLevel: string
}

export function statsQuestionOf(parameters: URLSearchParams): StatsQuestion {
  const by = parameters.get('by') ?? 'level'
  const top = Number(parameters.get('top') ?? groupsDefault)
  return {
    range: rangeOf(parameters),
    query: parameters.get('q') ?? '',
    by: by === 'none' ? [] : by.split(',').filter((name) => name !== ''),
    every: parameters.get('every') ?? 'auto',
    agg: parameters.get('agg') ?? 'count',
    top: Number.isInteger(top) && top > 0 ? top : groupsDefault,
    chart: chartKinds.find((kind) => kind === parameters.get('chart')) ?? 'bar',
    minLevel: parameters.get('minLevel') ?? '',
  }
}

const everyShape = /^(\d{1,5})([smhdw])$/
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** The buckets of a statistic; null: it has none. */
export function stepOf({ every, chart }: StatsQuestion, span: Span): Step | null {
  if (every === 'none' || (chart === 'table' && every === 'auto')) return null
  const match = everyShape.exec(every)
  const unit = match?.[2]
  if (match === null || unit === undefined || !isUnit(unit)) return stepFor(span, bucketsMax)
  return { ms: Number(match[1]) * unitMs[unit], every }
}

const isUnit = (unit: string): unit is keyof typeof unitMs => unit in unitMs

/** The statistic as the API is asked it. */
export function statsQuery(question: StatsQuestion, span: Span, step: Step | null): Query {
  const { query, by, agg, top, minLevel } = question
  return {
    ...spanQuery(span),
    q: query,
    minLevel,
    by: by.length === 0 ? null : by.join(','),
    agg,
    top: by.length === 0 ? null : top,
    every: step?.every ?? null,
    fill: step === null ? null : 'zero',
  }
}
