import type { Bound } from '../language/ast.ts'
import type { QueryClock, TimePoint } from '../selection.ts'
import { Constant } from './constant.ts'
import type { Node } from './node.ts'
import { instantOf } from './operator/equals.ts'
import { TimeWindow } from './time-window.ts'
import type { ScalarTest } from './value-test-of.ts'

/** A test of the timestamp or of the time of receipt: those that times can pass are windows of time. */
export function clockNodeOf(clock: QueryClock, test: ScalarTest): Node {
  if (test.how === 'equals') {
    const instant = instantOf(test.text)
    return instant === null
      ? new Constant('none')
      : new TimeWindow(clock, instant, justAfter(instant))
  }
  if (test.how !== 'range') return new Constant('none')
  const { min, max } = test
  const isOfTimes = [min, max].every((bound) => bound === null || bound.value.is === 'time')
  if (!isOfTimes) return new Constant('none')
  return new TimeWindow(clock, edgeOf(min, true), edgeOf(max, false))
}

/** Where the window begins, which it includes, or ends, which it does not. */
function edgeOf(bound: Bound | null, isMin: boolean): TimePoint | null {
  if (bound?.value.is !== 'time') return null
  return bound.inclusive === isMin ? bound.value : justAfter(bound.value)
}

function justAfter({ ms, nanos }: TimePoint): TimePoint {
  return nanos === 999_999 ? { ms: ms + 1, nanos: 0 } : { ms, nanos: nanos + 1 }
}
