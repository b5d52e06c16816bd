import { matchesFacility } from '../../event/facility-pattern.ts'
import { levelNames } from '../../event/level.ts'
import type { EventTally, Tally } from '../../page/contract.ts'
import type { Field } from '../language/ast.ts'
import type { StatsRequest, Value } from './contract.ts'
import { Buckets } from './buckets.ts'
import { addEvents, type EventLevels } from './event-levels.ts'
import { grown } from './grown.ts'
import type { Totals } from './totals.ts'

/** Counts by level of one bucket, facility and event; what nobody asks about is put together under ''. */
type ByEvent = Map<string, Float64Array>
type ByFacility = Map<string, ByEvent>

const none = new Float64Array(0)

/** Sums up what tallies hold, so that a group is looked up once and not once a tally. */
export class TallyCounts {
  readonly buckets: Buckets | null
  readonly #by: readonly Field[]
  readonly #hasFacility: boolean
  readonly #hasEvent: boolean
  readonly #facilities: ReadonlySet<string> | null
  readonly #readable: readonly string[] | null
  readonly #wanted: ReadonlySet<string> | null
  readonly #events: EventLevels
  /** 8 numbers an event of `#events`, by bucket. */
  readonly #dense = new Map<number, Float64Array<ArrayBuffer>>()
  readonly #hasLevel: boolean
  /** 1 for each level that is counted. */
  readonly #mask: readonly number[]
  readonly #counts = new Map<number, ByFacility>()

  constructor({ by, every, selection }: StatsRequest, events: EventLevels) {
    const { facility, event, level, readable } = selection.filter
    this.#readable = readable ?? null
    this.buckets = every === null ? null : new Buckets(every)
    this.#by = by
    this.#hasFacility = by.some((field) => field.of === 'facility')
    this.#hasEvent = by.some((field) => field.of === 'event')
    this.#facilities = facility === null ? null : new Set(facility)
    this.#wanted = event === null ? null : new Set(event)
    this.#events = events
    events.begin()
    this.#hasLevel = by.some((field) => field.of === 'level')
    this.#mask = levelNames.map((_, i) => (level === null || level.includes(i) ? 1 : 0))
  }

  /** Nothing depends on the facility. */
  get ignoresFacility(): boolean {
    return !this.#hasFacility && this.#facilities === null && this.#readable === null
  }

  wantsFacility(facility: string): boolean {
    if (this.#readable !== null && !matchesFacility(this.#readable, facility)) return false
    return this.#facilities === null || this.#facilities.has(facility)
  }

  wantsEvent(event: string): boolean {
    return this.#wanted === null || this.#wanted.has(event)
  }

  /** Adds rows by level; `bucket` is 0 where there are none. */
  add(bucket: number, facility: string, event: string, levels: readonly number[]): void {
    this.#addLevels(this.#eventsOf(bucket, facility), event, levels)
  }

  /** Adds the pairs of a facility, but for events that are not asked about. About 50 ns a pair. */
  addPairs(bucket: number, facility: string, pairs: ReadonlyMap<string, EventTally>): void {
    const into = this.#eventsOf(bucket, facility)
    for (const [event, { levels }] of pairs) {
      if (this.wantsEvent(event)) this.#addLevels(into, event, levels)
    }
  }

  /** All events of a tally, whose facilities nobody asks about. */
  addEvents(bucket: number, tally: Tally): void {
    const events = this.#events.of(tally)
    const into = grown(this.#dense.get(bucket) ?? none, this.#events.names.length * 8, 0)
    this.#dense.set(bucket, into)
    addEvents(into, events)
  }

  #addDense(): void {
    for (const [bucket, sums] of this.#dense) {
      const into = this.#eventsOf(bucket, '')
      for (const [number, event] of this.#events.names.entries()) {
        const levels = sums.subarray(number * 8, number * 8 + 8)
        if (this.wantsEvent(event)) this.#addLevels(into, event, levels)
      }
    }
    this.#dense.clear()
  }

  #eventsOf(bucket: number, facility: string): ByEvent {
    const facilities = at(this.#counts, bucket, () => new Map<string, ByEvent>())
    return at(facilities, this.#hasFacility ? facility : '', () => new Map())
  }

  #addLevels(events: ByEvent, event: string, levels: ArrayLike<number>): void {
    const name = this.#hasEvent ? event : ''
    let into = events.get(name)
    if (into === undefined) {
      into = new Float64Array(8)
      events.set(name, into)
    }
    if (this.#hasLevel) {
      for (let i = 0; i < 8; i++) into[i] = (into[i] ?? 0) + (levels[i] ?? 0) * (this.#mask[i] ?? 0)
      return
    }
    let sum = 0
    for (let i = 0; i < 8; i++) sum += (levels[i] ?? 0) * (this.#mask[i] ?? 0)
    into[0] = (into[0] ?? 0) + sum
  }

  /** Throws QueryLimit. */
  addTo({ groups, counts }: Totals): void {
    this.#addDense()
    for (const [bucket, facilities] of this.#counts) {
      for (const [facility, events] of facilities) {
        for (const [event, levels] of events) {
          const add = (level: number, count: number): void => {
            const values = this.#by.map((field) => valueOf(field, { facility, event, level }))
            if (this.buckets !== null) values.unshift(bucket)
            if (count > 0) counts.add(groups.id(values), count)
          }
          if (this.#hasLevel) for (const [level, count] of levels.entries()) add(level, count)
          else add(0, levels[0] ?? 0)
        }
      }
    }
  }
}

function valueOf(
  field: Field,
  { facility, event, level }: { facility: string; event: string; level: number },
): Value {
  if (field.of === 'facility') return facility
  return field.of === 'event' ? event : (levelNames[level] ?? null)
}

function at<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const fresh = make()
  map.set(key, fresh)
  return fresh
}
