import { type Instant, parseTimestamp } from '../../../event/time.ts'
import type { Bound } from '../../language/ast.ts'
import { doubleFrom, doubleTo, parseNumber } from '../double-range.ts'
import { noDoubles, type TypedTest, type ValueTest } from '../value-test.ts'

type Check<T> = (value: T) => boolean

/** `>`, `>=`, `<`, `<=`, `[a TO b]`: on the right side of both bounds. */
export class Range implements ValueTest {
  readonly typed: TypedTest
  readonly needle = null
  readonly isNeedleAll = false
  readonly tokens = null
  readonly #time: Check<Instant> | null

  constructor(min: Bound | null, max: Bound | null) {
    const number = bothOf(numberCheck(min, 1), numberCheck(max, -1))
    const time = bothOf(timeCheck(min, 1), timeCheck(max, -1))
    this.#time = time
    this.typed = {
      number: number ?? never,
      bool: never,
      nothing: never,
      time: time === null ? never : (ms, nanos) => time({ ms, nanos }),
      doubles: number === null ? noDoubles : { min: lowest(min), max: highest(max) },
    }
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#time === null) return false
    const instant = { ms: 0, nanos: 0 }
    return parseTimestamp(bytes, from, to, instant) === '' && this.#time(instant)
  }
}

const never = (): boolean => false

/** Null: a bound that values of that type are not compared with. 'open': no bound. */
type Side<T> = Check<T> | 'open' | null

function bothOf<T>(min: Side<T>, max: Side<T>): Check<T> | null {
  if (min === null || max === null) return null
  if (min === 'open') return max === 'open' ? null : max
  return max === 'open' ? min : (value) => min(value) && max(value)
}

/** `sign` 1 for the lower bound, -1 for the upper one. */
function numberCheck(bound: Bound | null, sign: 1 | -1): Side<number | bigint> {
  if (bound === null) return 'open'
  const literal = bound.value.is === 'number' ? parseNumber(bound.value.text) : null
  if (literal === null) return null
  if (sign === 1) return bound.inclusive ? (value) => value >= literal : (value) => value > literal
  return bound.inclusive ? (value) => value <= literal : (value) => value < literal
}

function timeCheck(bound: Bound | null, sign: 1 | -1): Side<Instant> {
  if (bound === null) return 'open'
  if (bound.value.is !== 'time') return null
  const { ms, nanos } = bound.value
  const least = bound.inclusive ? 0 : 1
  return (value) => {
    const order = Math.sign(value.ms - ms || value.nanos - nanos)
    return order * sign >= least
  }
}

function lowest(bound: Bound | null): number {
  if (bound?.value.is !== 'number') return -Infinity
  return doubleFrom(parseNumber(bound.value.text) ?? 0, bound.inclusive)
}

function highest(bound: Bound | null): number {
  if (bound?.value.is !== 'number') return Infinity
  return doubleTo(parseNumber(bound.value.text) ?? 0, bound.inclusive)
}
