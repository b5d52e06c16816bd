import type { Bound, RangeValue } from '../../../src/query/language/ast.ts'
import type { Leaf } from '../leaf.ts'
import { instantOf, isInstant, nanosecondsOf, nanosecondsOfText } from './plain-time.ts'
import { isEqual, numberOf } from './value-text.ts'

type Ordered = bigint | number | string

/** Whether a value lies in a range. It must be of the kind of each bound. */
export function leafInRange(
  range: { readonly min: Bound | null; readonly max: Bound | null },
  value: Leaf,
): boolean {
  const { min, max } = range
  if (min !== null) {
    const [own, bound] = [comparable(value, min.value), wanted(min.value)]
    if (own === null || !(own > bound || (min.inclusive && isEqual(own, bound)))) return false
  }
  if (max !== null) {
    const [own, bound] = [comparable(value, max.value), wanted(max.value)]
    if (own === null || !(own < bound || (max.inclusive && isEqual(own, bound)))) return false
  }
  return true
}

function wanted(value: RangeValue): Ordered {
  switch (value.is) {
    case 'number':
      return numberOf(value.text) ?? Number.NaN
    case 'time':
      return nanosecondsOf(instantOf(value.ms, value.nanos))
    case 'level':
      return 7 - value.level
    case 'id':
      return value.id
  }
}

/** The value as something to compare with the bound; null: it is of another kind. */
function comparable(value: Leaf, bound: RangeValue): Ordered | null {
  switch (bound.is) {
    case 'level':
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? value : null
    case 'time':
      if (typeof value === 'string') return nanosecondsOfText(value)
      return isInstant(value) ? nanosecondsOf(value) : null
    case 'id':
      return typeof value === 'string' ? value : null
  }
}
