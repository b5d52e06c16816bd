import { parseLevel } from '../../event/level.ts'
import type { Meter } from '../work/contract.ts'
import type { Aggregate, StatsRequest, Value } from './contract.ts'
import { columnsOf } from './request.ts'
import type { Totals } from './totals.ts'
import { compareValues } from './value.ts'

export interface TableRange {
  readonly fromMs: number
  readonly toMs: number
}

type Row = readonly Value[]

/** What a row of a table takes beside its values. */
const rowBytes = 64

/** The rows of an answer: each group's values and aggregates, filled up, cut to the top, in order. Throws QueryLimit. */
export function tableOf(
  request: StatsRequest,
  totals: Totals,
  range: TableRange,
  meter: Meter,
): Row[] {
  const groups = topGroups(request, totals)
  const rows = groups.map((group) => rowOf(request, totals, group, range))
  if (request.fill) fillUp(request, totals, { range, groups, rows, meter })
  rows.sort(comparerOf(request))
  // With buckets the top are groups, and all buckets of each are kept.
  return request.top === null || request.every !== null ? rows : rows.slice(0, request.top)
}

function rowOf(
  { aggregates }: StatsRequest,
  totals: Totals,
  group: number,
  range: TableRange,
): Row {
  const { buckets } = totals.groups
  const values = totals.groups.valuesOf(group)
  if (buckets === null) {
    const seconds = (range.toMs - range.fromMs) / 1000
    return [...values, ...aggregates.map((one) => totals.of(group, one, seconds))]
  }
  const startMs = buckets.startMs(Number(values[0]))
  const seconds = secondsOf(startMs, buckets.every, range)
  const results = aggregates.map((one) => totals.of(group, one, seconds))
  return [startMs, ...values.slice(1), ...results]
}

/** The part of a bucket that lies in the range; all of it where events are from outside: of a clock that is wrong. */
function secondsOf(startMs: number, every: number, { fromMs, toMs }: TableRange): number {
  const inside = Math.min(startMs + every, toMs) - Math.max(startMs, fromMs)
  return (inside > 0 ? inside : every) / 1000
}

/** All groups; with `every` and `top` those of the combinations of values that have the most events. */
function topGroups({ every, top }: StatsRequest, { groups, counts }: Totals): number[] {
  const all = Array.from({ length: groups.size }, (_, group) => group)
  if (every === null || top === null) return all
  const series = new Map<string, { values: Value[]; count: number; groups: number[] }>()
  for (const group of all) {
    const values = groups.valuesOf(group).slice(1)
    const key = keyOf(values)
    const known = series.get(key) ?? { values, count: 0, groups: [] }
    known.count += counts.of(group)
    known.groups.push(group)
    series.set(key, known)
  }
  return [...series.values()]
    .sort((a, b) => b.count - a.count || compareLists(a.values, b.values))
    .slice(0, top)
    .flatMap((one) => one.groups)
}

function keyOf(values: readonly Value[]): string {
  return JSON.stringify(
    values.map((value) => (typeof value === 'bigint' ? { n: `${value}` } : value)),
  )
}

interface Filling {
  readonly range: TableRange
  readonly groups: readonly number[]
  readonly rows: Row[]
  readonly meter: Meter
}

/** Adds a row for each bucket of the range in which a combination of values has no events. */
function fillUp(request: StatsRequest, totals: Totals, filling: Filling): void {
  const { buckets } = totals.groups
  const { range, groups, rows, meter } = filling
  if (buckets === null || range.toMs <= range.fromMs) return
  const first = buckets.at(range.fromMs)
  const last = buckets.at(range.toMs - 1)
  const series = new Map<string, { values: Value[]; known: Set<Value> }>()
  if (request.by.length === 0) series.set('[]', { values: [], known: new Set() })
  for (const group of groups) {
    const [bucket = null, ...values] = totals.groups.valuesOf(group)
    const key = keyOf(values)
    const one = series.get(key) ?? { values, known: new Set() }
    one.known.add(bucket)
    series.set(key, one)
  }
  const empty = request.aggregates.map(emptyValue)
  for (const { values, known } of series.values()) {
    for (let bucket = first; bucket <= last; bucket++) {
      if (known.has(bucket)) continue
      meter.hold({ groups: 1, bytes: rowBytes })
      rows.push([buckets.startMs(bucket), ...values, ...empty])
    }
  }
}

/** Of no events. */
function emptyValue(aggregate: Aggregate): Value {
  return aggregate.of === 'numbers' && aggregate.how !== 'sum' ? null : 0
}

type Comparer = (a: Row, b: Row) => number

/** The asked column, then time, then the first aggregate descending, then the values: always one order. */
function comparerOf(request: StatsRequest): Comparer {
  const { by, every, order } = request
  const columns = columnsOf(request)
  const levelAt = columns.indexOf('level', every === null ? 0 : 1)
  const levelColumn = by.some((field) => field.of === 'level') ? levelAt : -1
  const compareAt = (column: number, descending: boolean): Comparer => {
    const read = (row: Row): Value => {
      const value = row[column] ?? null
      return column === levelColumn ? (parseLevel(String(value)) ?? null) : value
    }
    return (a, b) => compareSide(read(a), read(b), descending)
  }
  const comparers: Comparer[] = []
  if (order !== null) comparers.push(compareAt(columns.indexOf(order.column), order.descending))
  if (every !== null) comparers.push(compareAt(0, false))
  const firstValue = every === null ? 0 : 1
  comparers.push(compareAt(firstValue + by.length, true))
  for (const i of by.keys()) comparers.push(compareAt(firstValue + i, false))
  return (a, b) => {
    for (const compare of comparers) {
      const result = compare(a, b)
      if (result !== 0) return result
    }
    return 0
  }
}

/** Null comes last whichever way. */
function compareSide(a: Value, b: Value, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return descending ? compareValues(b, a) : compareValues(a, b)
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  for (const [i, value] of a.entries()) {
    const result = compareValues(value, b[i] ?? null)
    if (result !== 0) return result
  }
  return 0
}
