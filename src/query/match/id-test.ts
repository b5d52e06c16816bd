import type { Bound } from '../language/ast.ts'
import { IdField } from './id-field.ts'
import { passesSpelled } from './scalar.ts'
import { fieldTestOf, type Look, type ScalarTest } from './value-test-of.ts'

const first = ''
const last = 'g'

/** The test of an id as text; ids are in lower case and sort as their events do. */
export function idFieldOf(test: ScalarTest, look: Look): IdField {
  if (test.how === 'range') {
    const { min, max } = test
    const passes = (id: string): boolean => isWithin(id, min, 1) && isWithin(id, max, -1)
    return new IdField(passes, { min: idOf(min) ?? first, max: idOf(max) ?? last })
  }
  const asText = fieldTestOf(test, look)
  const passes = (id: string): boolean => passesSpelled(asText, id)
  if (test.how !== 'equals') return new IdField(passes, { min: first, max: last })
  const id = test.text.toLowerCase()
  return new IdField(passes, { min: id, max: id })
}

function idOf(bound: Bound | null): string | null {
  return bound?.value.is === 'id' ? bound.value.id : null
}

function isWithin(id: string, bound: Bound | null, sign: 1 | -1): boolean {
  if (bound === null) return true
  const other = idOf(bound)
  if (other === null) return false
  if (id === other) return bound.inclusive
  return id > other === (sign === 1)
}
