import { matchesFacility } from '../../event/facility-pattern.ts'
import { levelNames } from '../../event/level.ts'
import type { EventTally } from '../../page/contract.ts'
import type { Field } from '../language/ast.ts'
import type { StatsRequest, Value } from './contract.ts'
import { Buckets } from './buckets.ts'
import type { Totals } from './totals.ts'

/** Counts by level of one bucket, facility and event; what nobody asks about is put together under ''. */
type ByEvent = Map<string, Float64Array>
type ByFacility = Map<string, ByEvent>

/** Sums up what tallies hold, so that a group is looked up once and not once a tally. */
export class TallyCounts {
  readonly buckets: Buckets | null
  readonly #by: readonly Field[]
  readonly #hasFacility: boolean
  readonly #hasEvent: boolean
  readonly #facilities: ReadonlySet<string> | null
  readonly #readable: readonly string[] | null
  readonly #events: ReadonlySet<string> | null
  readonly #hasLevel: boolean
  /** 1 for each level that is counted. */
  readonly #mask: readonly number[]
  readonly #counts = new Map<number, ByFacility>()

  constructor({ by, every, selection }: StatsRequest) {
    const { facility, event, level, readable } = selection.filter
    this.#readable = readable ?? null
    this.buckets = every === null ? null : new Buckets(every)
    this.#by = by
    this.#hasFacility = by.some((field) => field.of === 'facility')
    this.#hasEvent = by.some((field) => field.of === 'event')
    this.#facilities = facility === null ? null : new Set(facility)
    this.#events = event === null ? null : new Set(event)
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
    return this.#events === null || this.#events.has(event)
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

  /** As `addPairs`, of events whose facility nobody asks about. */
  addEvents(bucket: number, events: ReadonlyMap<string, readonly number[]>): void {
    const into = this.#eventsOf(bucket, '')
    for (const [event, levels] of events) {
      if (this.wantsEvent(event)) this.#addLevels(into, event, levels)
    }
  }

  #eventsOf(bucket: number, facility: string): ByEvent {
    const facilities = at(this.#counts, bucket, () => new Map<string, ByEvent>())
    return at(facilities, this.#hasFacility ? facility : '', () => new Map())
  }

  #addLevels(events: ByEvent, event: string, levels: readonly number[]): void {
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
