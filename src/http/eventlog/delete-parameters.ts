import type { RedactRule } from '../../book/contract.ts'
import { patternProblem, patternsMax } from '../../event/facility-pattern.ts'
import { levelNames, parseLevel } from '../../event/level.ts'
import { formatMinute, parseAnyPeriod } from '../../event/time.ts'
import { levelForms } from '../eventqry/filter.ts'
import type { Call, QueryParameter } from '../operation.ts'
import { invalid, quoted } from '../query-string.ts'

export const deleteParameters: readonly QueryParameter[] = [
  {
    name: 'before',
    description:
      'A minute, hour or day of UTC; what was received before it goes. Required, and not past closed through, unless facility or level is given: with these it is clipped to closed through, and left out all closed pages are meant.',
    example: '2026-11-22',
    schema: { type: 'string' },
  },
  {
    name: 'facility',
    description:
      'Only events of this facility, whose pages remain without them; * stands for any characters. May be given several times.',
    example: 'debug-*',
    schema: { type: 'string' },
    repeatable: true,
  },
  {
    name: 'level',
    description:
      'Only events of this level, by name, alias or number; their pages remain without them. May be given several times.',
    example: 'debug',
    schema: { type: 'string', enum: [...levelNames] },
    repeatable: true,
  },
  {
    name: 'dryRun',
    description: 'Only say what would go. Left out: false.',
    example: true,
    schema: { type: 'boolean', default: false },
    prefilled: true,
  },
]

/** The minute before which pages go. Throws invalid-parameter. */
export function beforeOf({ query }: Call, closedThrough: number | null): number {
  const minute = readBefore(query.text('before'))
  if (minute === null) throw invalid('before', 'is required, unless facility or level is given')
  const latest = (closedThrough ?? -1) + 1
  if (minute <= latest) return minute
  throw invalid('before', `must not be past closed through, ${formatMinute(latest - 1)}`)
}

/** Which events go, where not all of their pages do; null: whole pages. Throws invalid-parameter. */
export function ruleOf({ query }: Call, closedThrough: number | null): RedactRule | null {
  const facilities = query.all('facility')
  const levels = query.all('level')
  if (facilities === null && levels === null) return null
  if (facilities !== null && facilities.length > patternsMax) {
    throw invalid('facility', `may be given ${patternsMax} times`)
  }
  for (const pattern of facilities ?? []) {
    const problem = patternProblem(pattern)
    if (problem !== '') throw invalid('facility', `${quoted(pattern)}: ${problem}`)
  }
  const latest = (closedThrough ?? -1) + 1
  const before = readBefore(query.text('before')) ?? latest
  return {
    beforeMinute: Math.min(before, latest),
    facilities,
    levels: levels === null ? null : [...new Set(levels.map(readLevel))].sort(),
  }
}

function readBefore(raw: string | null): number | null {
  if (raw === null) return null
  const period = parseAnyPeriod(raw)
  if (period !== undefined) return period.minute
  throw invalid(
    'before',
    `is a minute, hour or day such as 2026-11-22T12:34Z, 2026-11-22T12Z or 2026-11-22, not ${quoted(raw)}`,
  )
}

function readLevel(name: string): number {
  const level = parseLevel(name)
  if (level !== undefined) return level
  throw invalid('level', `is ${levelForms}, not ${quoted(name)}`)
}
