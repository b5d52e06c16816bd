import { levelNames, parseLevel } from '../../event/level.ts'
import type { Bound } from '../language/ast.ts'
import { LevelField } from './level-field.ts'
import { passesSpelled } from './scalar.ts'
import { fieldTestOf, type ScalarTest } from './value-test-of.ts'

/** The levels that pass a test, found out once: there are eight. */
export function levelFieldOf(test: ScalarTest): LevelField {
  return new LevelField(
    levelNames.reduce((bits, _, level) => bits | (passes(test, level) ? 1 << level : 0), 0),
  )
}

function passes(test: ScalarTest, level: number): boolean {
  switch (test.how) {
    case 'equals':
      return parseLevel(test.text) === level
    case 'range':
      return isWithin(test.min, level, 1) && isWithin(test.max, level, -1)
    default:
      return passesSpelled(
        fieldTestOf(test, () => undefined),
        levelNames[level] ?? '',
      )
  }
}

/** By severity: a smaller number is more severe. `sign` 1 for the lower bound, -1 for the upper one. */
function isWithin(bound: Bound | null, level: number, sign: 1 | -1): boolean {
  if (bound === null) return true
  if (bound.value.is !== 'level') return false
  const order = (bound.value.level - level) * sign
  return bound.inclusive ? order >= 0 : order > 0
}
