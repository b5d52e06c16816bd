import { type LevelName, levelNames } from '../../event/level.ts'
import type { StatsAnswer } from '../api/answers.ts'
import { bucketsOf, type Step } from '../time/buckets.ts'
import type { Span } from '../time/range.ts'
import type { HistogramSeries } from './histogram.tsx'

/** What a histogram by level draws. */
export interface LevelHistogram {
  readonly times: readonly number[]
  readonly series: readonly HistogramSeries[]
  readonly total: number
  /** Events of each level. */
  readonly counts: Readonly<Record<LevelName, number>>
}

/** Series of a statistic `by=level&every=…`: the most severe at the bottom, where its height can be read. */
export function levelHistogram(answer: StatsAnswer, span: Span, step: Step): LevelHistogram {
  const times = bucketsOf(span, step)
  const first = times[0] ?? 0
  const table = levelNames.map(() => Array.from({ length: times.length }, () => 0))
  const counts: Record<LevelName, number> = {
    emerg: 0,
    alert: 0,
    crit: 0,
    error: 0,
    warn: 0,
    notice: 0,
    info: 0,
    debug: 0,
  }
  let total = 0
  for (const { time, level, count } of answer.rows) {
    const index = Math.round((Date.parse(String(time)) - first) / step.ms)
    const number = levelNames.findIndex((name) => name === level)
    const row = table[number]
    const name = levelNames[number]
    if (row === undefined || name === undefined || typeof count !== 'number') continue
    if (index >= 0 && index < times.length) row[index] = (row[index] ?? 0) + count
    counts[name] += count
    total += count
  }
  const series = levelNames
    .map((name, number) => ({ name, color: `--level-${name}`, counts: table[number] ?? [] }))
    .filter(({ name }) => counts[name] > 0)
  return { times, series, total, counts }
}
