import type { Span } from './range.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Lengths of a bucket, and how the API writes them. */
const steps: readonly (readonly [ms: number, every: string])[] = [
  [second, '1s'],
  [2 * second, '2s'],
  [5 * second, '5s'],
  [15 * second, '15s'],
  [30 * second, '30s'],
  [minute, '1m'],
  [2 * minute, '2m'],
  [5 * minute, '5m'],
  [10 * minute, '10m'],
  [15 * minute, '15m'],
  [30 * minute, '30m'],
  [hour, '1h'],
  [2 * hour, '2h'],
  [6 * hour, '6h'],
  [12 * hour, '12h'],
  [day, '1d'],
  [7 * day, '7d'],
  [28 * day, '28d'],
  [364 * day, '364d'],
]

/** A length of time buckets: in ms, and as the API's `every`. */
export interface Step {
  readonly ms: number
  readonly every: string
}

/** The shortest step that cuts a span into at most `bucketsMax` buckets. */
export function stepFor({ fromMs, toMs }: Span, bucketsMax: number): Step {
  const found = steps.find(([ms]) => (toMs - fromMs) / ms <= bucketsMax) ?? steps.at(-1)
  const [ms, every] = found ?? [day, '1d']
  return { ms, every }
}

/** The beginnings of all buckets that a span touches, ms since the epoch. */
export function bucketsOf({ fromMs, toMs }: Span, { ms }: Step): number[] {
  const times: number[] = []
  for (let at = Math.floor(fromMs / ms) * ms; at < toMs; at += ms) times.push(at)
  return times
}
