import { levelNames, parseLevel } from '../../event/level.ts'
import type { EventFilter } from '../../query/contract.ts'
import type { QueryParameter } from '../operation.ts'
import { invalid, quoted, type QueryValues } from '../query-string.ts'

/** The simple filters of every resource that gives events. */
export const filterParameters: readonly QueryParameter[] = [
  {
    name: 'facility',
    description: 'Only events of this facility; may be given several times.',
    example: 'checkout',
    schema: { type: 'string' },
    repeatable: true,
  },
  {
    name: 'level',
    description: 'Only events of this level, by name, alias or number; may be given several times.',
    example: 'error',
    schema: { type: 'string', enum: [...levelNames] },
    repeatable: true,
  },
  {
    name: 'event',
    description: 'Only events with exactly this event string; may be given several times.',
    example: 'payment declined',
    schema: { type: 'string' },
    repeatable: true,
  },
]

/** How a level may be spelled. */
export const levelForms = `one of ${levelNames.join(', ')}, an alias or 0 to 7`

export function readFilter(query: QueryValues): EventFilter {
  const levels = query.all('level')
  return {
    facility: query.all('facility'),
    level: levels === null ? null : levels.map(readLevel),
    event: query.all('event'),
  }
}

function readLevel(name: string): number {
  const level = parseLevel(name)
  if (level !== undefined) return level
  throw invalid('level', `is ${levelForms}, not ${quoted(name)}`)
}
