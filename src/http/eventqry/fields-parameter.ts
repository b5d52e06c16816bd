import type { QueryParameter } from '../operation.ts'
import { invalid, type QueryValues } from '../query-string.ts'

/** Names in one list. */
const namesMax = 100

export const fieldsParameter: QueryParameter = {
  name: 'fields',
  description:
    'Only these members of the events, separated by commas or given several times: timestamp, level, event, and any path in additional. Without it: all.',
  example: 'timestamp,event,user.id',
  schema: { type: 'string' },
  repeatable: true,
}

/** The names of a list parameter; null when it is not given. */
export function readNames(query: QueryValues, parameter: string): string[] | null {
  const values = query.all(parameter)
  if (values === null) return null
  const names = values.flatMap((value) => value.split(',')).map((name) => name.trim())
  if (names.includes('')) throw invalid(parameter, 'is a list of names separated by commas')
  if (names.length > namesMax) throw invalid(parameter, `has at most ${namesMax} names`)
  return [...new Set(names)]
}

export const readFields = (query: QueryValues): string[] | null => readNames(query, 'fields')
