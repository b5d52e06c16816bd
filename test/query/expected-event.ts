import { formatEventId } from '../../src/event/event-id.ts'
import { levelNames } from '../../src/event/level.ts'
import { formatNanoTimestamp, formatTimestamp } from '../../src/event/time.ts'
import type { Leaf } from './leaf.ts'
import { leafOf, type TypedEvent } from './typed-event.ts'

export interface Place {
  readonly minute: number
  readonly part: number
  readonly row: number
}

/** What an answer in msgpack must hold for an event. */
export function expectedEvent(event: TypedEvent, place: Place): Map<string, Leaf> {
  return new Map<string, Leaf>([
    ['id', formatEventId(place)],
    ['received', formatTimestamp(event.receivedMs)],
    ['timestamp', formatTimestamp(event.timestampMs, event.timestampNanos)],
    ['facility', event.facility],
    ['level', levelNames[event.level] ?? null],
    ['event', event.event],
    ['additional', additionalOf(event)],
  ])
}

function additionalOf(event: TypedEvent): Map<string, Leaf> {
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
  return additional
}

/** The same in JSON, which has notations for bytes and instants. */
export function inJson(leaf: Leaf): Leaf {
  if (leaf instanceof Uint8Array) {
    return new Map([['$bytes', Buffer.from(leaf).toString('base64')]])
  }
  if (Array.isArray(leaf)) return leaf.map(inJson)
  if (leaf instanceof Map) return new Map([...leaf].map(([name, value]) => [name, inJson(value)]))
  if (typeof leaf === 'object' && leaf !== null) {
    return new Map([['$time', formatNanoTimestamp(leaf.seconds, leaf.nanos)]])
  }
  return leaf
}
