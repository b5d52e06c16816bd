import type { QueryParameter } from '../operation.ts'
import { invalid, quoted, type QueryValues } from '../query-string.ts'

/** Names in one list. */
const namesMax = 100

export const fieldsParameter: QueryParameter = {
  name: 'fields',
  description:
    'Only these members of the events, separated by commas or given several times: timestamp, level, event, and any path in additional. A name with a comma or a quote stands in quotes. Without it: all.',
  example: 'timestamp,event,user.id',
  schema: { type: 'string' },
  repeatable: true,
}

// Nothing in it can be read in two ways: a text of any length takes time in proportion.
const listItem = /(?:\s*(additional\.)?"((?:[^"\\]|\\[^])*)"\s*|([^",]*))(,|$)/y

/** The names between commas; one with a comma or a quote stands in quotes, as in a query. */
function listed(value: string): string[] {
  const names: string[] = []
  let isOpen = true
  listItem.lastIndex = 0
  while (isOpen) {
    const [, prefix = '', inQuotes, bare = '', comma] = listItem.exec(value) ?? []
    const name =
      inQuotes === undefined ? bare.trim() : prefix + inQuotes.replaceAll(/\\([^])/g, '$1')
    if (name === '') {
      const expectation = 'is a list of names separated by commas; unusual ones stand in quotes'
      throw invalid('fields', `${expectation}; not ${quoted(value)}`)
    }
    names.push(name)
    isOpen = comma === ','
  }
  return names
}

/** The names of `fields`; null when it is not given. Throws invalid-parameter. */
export function readFields(query: QueryValues): string[] | null {
  const values = query.all('fields')
  if (values === null) return null
  const names = values.flatMap(listed)
  if (names.length > namesMax) throw invalid('fields', `has at most ${namesMax} names`)
  return [...new Set(names)]
}
