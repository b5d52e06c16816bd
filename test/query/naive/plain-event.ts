import { formatEventId } from '../../../src/event/event-id.ts'
import type { Leaf } from '../leaf.ts'
import { leafOf, type TypedEvent } from '../typed-event.ts'

/**
 * An event as a test holds it. In `additional`, integers are bigints, doubles are numbers, objects are maps
 * (see ../leaf.ts), nested and named as the client did.
 */
export interface PlainEvent {
  readonly id: string
  readonly receivedMs: number
  readonly timestampMs: number
  readonly timestampNanos: number
  readonly facility: string
  /** 0 to 7. */
  readonly level: number
  readonly event: string
  readonly additional: ReadonlyMap<string, Leaf>
}

/** The plain form of a typed event that lies at a place of the book. */
export function plainOf(
  event: TypedEvent,
  place: { readonly minute: number; readonly part: number; readonly row: number },
): PlainEvent {
  const additional = new Map<string, Leaf>()
  for (const { path, value } of event.members) {
    let tree = additional
    for (const name of path.slice(0, -1)) {
      const inner = tree.get(name)
      const next = inner instanceof Map ? inner : new Map<string, Leaf>()
      tree.set(name, next)
      tree = next
    }
    tree.set(path.at(-1) ?? '', leafOf(value))
  }
  const { members: _, ...stamps } = event
  return { id: formatEventId(place), ...stamps, additional }
}
