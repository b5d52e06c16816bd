import type { FieldEntry, Json, JsonObject, StoredEvent } from '../../api/answers.ts'
import { pathOf } from './event-values.ts'

interface Tally {
  events: number
  readonly kinds: Map<string, number>
}

/** Which fields of `additional` some events have, those that most have first; counts are of these events. */
export function foundFields(events: readonly StoredEvent[]): FieldEntry[] {
  const tallies = new Map<string, Tally>()
  for (const { additional } of events) {
    // A name with dots may be the path of another: each event counts once.
    const seen = new Set<string>()
    eachLeaf(additional ?? {}, '', (path, value) => {
      const name = pathOf(path)
      const tally = tallies.get(name) ?? { events: 0, kinds: new Map<string, number>() }
      tallies.set(name, tally)
      if (!seen.has(name)) tally.events++
      seen.add(name)
      const kind = kindOf(value)
      tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1)
    })
  }
  return [...tallies]
    .map(([name, { events: count, kinds }]) => {
      const byCount = [...kinds].sort(([, a], [, b]) => b - a)
      return { name, events: count, kinds: Object.fromEntries(byCount), min: null, max: null }
    })
    .sort((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1))
}

function eachLeaf(
  object: JsonObject,
  prefix: string,
  visit: (path: string, value: Json) => void,
): void {
  for (const [name, value] of Object.entries(object)) {
    const path = prefix === '' ? name : `${prefix}.${name}`
    if (isFilled(value)) eachLeaf(value, path, visit)
    else visit(path, value)
  }
}

const isFilled = (value: Json): value is JsonObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0

function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'string') return 'text'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
