import { levelNames } from '../../../src/event/level.ts'
import { formatNanoTimestamp, formatTimestamp } from '../../../src/event/time.ts'
import type { Field } from '../../../src/query/language/ast.ts'
import type { Aggregate, StatsRequest, Value } from '../../../src/query/stats/contract.ts'
import type { Leaf } from '../leaf.ts'
import { placesOf } from '../naive/matches.ts'
import type { PlainEvent } from '../naive/plain-event.ts'
import { isInstant } from '../naive/plain-time.ts'
import { selects } from '../naive/selects.ts'

/* What docs/QUERY.md says of statistics, one event at a time and written to be obviously right. */

export interface NaiveRow {
  /** The beginning of the bucket in ms, or null. */
  readonly time: number | null
  readonly values: readonly Value[]
  readonly events: readonly PlainEvent[]
}

const quantiles: Record<string, number> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
}

/** The groups of the events that a request selects. */
export function naiveGroups(request: StatsRequest, events: readonly PlainEvent[]): NaiveRow[] {
  const { by, every, selection } = request
  const rows = new Map<string, { time: number | null; values: Value[]; events: PlainEvent[] }>()
  if (by.length === 0 && every === null) rows.set('null|', { time: null, values: [], events: [] })
  for (const event of events.filter((one) => selects(selection, one))) {
    const ms = selection.clock === 'received' ? event.receivedMs : event.timestampMs
    const time = every === null ? null : bucketStart(ms, every)
    for (const values of combinations(by.map((field) => groupValues(field, event)))) {
      const key = `${time}|${values.map((value) => `${typeof value}:${value}`).join('|')}`
      const row = rows.get(key) ?? { time, values, events: [] }
      row.events.push(event)
      rows.set(key, row)
    }
  }
  return [...rows.values()]
}

/** Buckets are counted from the epoch on, those of whole weeks from the first Monday after it. */
export function bucketStart(ms: number, every: number): number {
  const first = every % 604_800_000 === 0 ? Date.UTC(1970, 0, 5) : 0
  return first + Math.floor((ms - first) / every) * every
}

/** An event is in a group for each value it has; without any, in that of null. */
function groupValues(field: Field, event: PlainEvent): Value[] {
  const values = scalarsOf(field, event)
  return values.length === 0 ? [null] : [...new Set(values)]
}

function combinations(lists: readonly Value[][]): Value[][] {
  const [first, ...others] = lists
  if (first === undefined) return [[]]
  const rest = combinations(others)
  return first.flatMap((value) => rest.map((values) => [value, ...values]))
}

/** The values of a field, repeated ones too, without null and bytes. */
export function scalarsOf(field: Field, event: PlainEvent): Exclude<Value, null>[] {
  switch (field.of) {
    case 'facility':
    case 'event':
    case 'id':
      return [event[field.of]]
    case 'level':
      return [levelNames[event.level] ?? '']
    case 'timestamp':
      return [formatTimestamp(event.timestampMs, event.timestampNanos)]
    case 'received':
      return [formatTimestamp(event.receivedMs)]
    case 'additional':
      return placesOf(event)
        .filter(({ path }) => path === field.path)
        .flatMap(({ leaf }) => scalarsIn(leaf))
  }
}

function scalarsIn(leaf: Leaf): Exclude<Value, null>[] {
  if (leaf === null || leaf instanceof Uint8Array) return []
  if (Array.isArray(leaf) || leaf instanceof Map) return []
  if (isInstant(leaf)) return [formatNanoTimestamp(leaf.seconds, leaf.nanos)]
  if (typeof leaf === 'bigint') {
    return [leaf >= -(2n ** 53n) + 1n && leaf < 2n ** 53n ? Number(leaf) : leaf]
  }
  if (typeof leaf !== 'number') return [leaf]
  // A double of the value of an integer that is a bigint elsewhere is that bigint.
  const isBig = Number.isInteger(leaf) && !Number.isSafeInteger(leaf)
  return [isBig && leaf < 2 ** 64 && leaf >= -(2 ** 63) ? BigInt(leaf) : leaf + 0]
}

/** The value of an aggregate over the events of a group. `seconds`: of its time. */
export function naiveAggregate(
  aggregate: Aggregate,
  events: readonly PlainEvent[],
  seconds: number,
): Value {
  if (aggregate.of === 'count') return events.length
  if (aggregate.of === 'rate') return events.length / seconds
  const { field } = aggregate
  const values = events.flatMap((event) => scalarsOf(field, event))
  if (aggregate.of === 'distinct') return new Set(values).size
  if (field.of !== 'additional') {
    const times = values.toSorted()
    return times.at(aggregate.how === 'min' ? 0 : -1) ?? null
  }
  const numbers = values
    .filter((value) => typeof value === 'number' || typeof value === 'bigint')
    .map(Number)
    .toSorted((a, b) => a - b)
  const sum = numbers.reduce((total, value) => total + value, 0)
  if (aggregate.how === 'sum') return sum
  if (aggregate.how === 'avg') return numbers.length === 0 ? null : sum / numbers.length
  if (aggregate.how === 'min') return numbers[0] ?? null
  if (aggregate.how === 'max') return numbers.at(-1) ?? null
  // Nearest rank: the smallest number that this part of them does not exceed.
  const part = quantiles[aggregate.how] ?? 1
  return numbers.find((_, i) => i + 1 >= part * numbers.length - 1e-9) ?? null
}
