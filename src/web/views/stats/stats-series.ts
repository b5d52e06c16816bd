import { levelNames } from '../../../event/level.ts'
import type { Json, StatsAnswer } from '../../api/answers.ts'
import { bucketsOf, type Step } from '../../time/buckets.ts'
import type { Span } from '../../time/range.ts'

/** One line or one colour of a stack. */
export interface StatsSeries {
  readonly name: string
  readonly color: string
  readonly values: readonly (number | null)[]
}

/** Colours of groups that are no levels, told apart in both themes. */
const palette = 8

/** The groups of a statistic with time buckets, those with the most first; its first aggregate alone. */
export function statsSeries(
  answer: StatsAnswer,
  span: Span,
  step: Step,
): {
  readonly times: readonly number[]
  readonly series: readonly StatsSeries[]
} {
  const times = bucketsOf(span, step)
  const first = times[0] ?? 0
  const aggregate = answer.agg[0] ?? 'count'
  const groups = new Map<string, (number | null)[]>()
  for (const row of answer.rows) {
    const name = groupName(row, answer.by)
    const values = groups.get(name) ?? Array.from({ length: times.length }, () => null)
    groups.set(name, values)
    const index = Math.round((Date.parse(String(row['time'])) - first) / step.ms)
    const value = row[aggregate]
    if (index >= 0 && index < times.length) values[index] = typeof value === 'number' ? value : null
  }
  const sorted = [...groups].toSorted((a, b) => sum(b[1]) - sum(a[1]))
  const isByLevel = answer.by.length === 1 && answer.by[0] === 'level'
  const series = sorted.map(([name, values], index) => ({
    name,
    color: isByLevel ? `--level-${name}` : `--group-${(index % palette) + 1}`,
    values,
  }))
  if (isByLevel) series.sort((a, b) => levelRank(a.name) - levelRank(b.name))
  return { times, series }
}

const levelRank = (name: string): number => levelNames.findIndex((level) => level === name)

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0)

/** What a group is called: its values, or `all` when there are no groups. */
export function groupName(row: Readonly<Record<string, Json>>, by: readonly string[]): string {
  if (by.length === 0) return 'all'
  return by.map((name) => valueName(row[name])).join(' · ')
}

function valueName(value: Json | undefined): string {
  if (value === null || value === undefined) return '(none)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
