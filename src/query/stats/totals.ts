import { formatTimestamp } from '../../event/time.ts'
import type { OpenBlock } from '../../page/contract.ts'
import { nameOf } from '../language/field-name.ts'
import type { Meter } from '../work/contract.ts'
import type { Aggregate, NumberFunction, StatsRequest, Value } from './contract.ts'
import { DistinctTotals } from './distinct-totals.ts'
import { EventCount } from './event-count.ts'
import { Groups } from './groups.ts'
import { NumberTotals } from './number-totals.ts'

/** The groups of a statistic with all that is counted of them. */
export class Totals {
  readonly groups: Groups
  readonly counts = new EventCount()
  readonly #numbers = new Map<string, NumberTotals>()
  readonly #distincts = new Map<string, DistinctTotals>()

  constructor({ by, every, selection, aggregates }: StatsRequest, meter: Meter) {
    this.groups = new Groups({ by, every, clock: selection.clock }, meter)
    const asked = new Map<string, NumberFunction[]>()
    for (const one of aggregates) {
      if (one.of !== 'numbers') continue
      const name = nameOf(one.field)
      asked.set(name, [...(asked.get(name) ?? []), one.how])
    }
    for (const one of aggregates) {
      if (one.of === 'count' || one.of === 'rate') continue
      const name = nameOf(one.field)
      if (one.of === 'distinct') this.#distincts.set(name, new DistinctTotals(one.field, meter))
      else this.#numbers.set(name, new NumberTotals(one.field, asked.get(name) ?? [], meter))
    }
  }

  /** Adds the selected rows; null: all of them. Throws QueryLimit. */
  add(block: OpenBlock, rows: Uint16Array | null): void {
    if (rows?.length === 0) return
    const members = this.groups.of(block, rows)
    const groups = this.groups.size
    this.counts.addRows(members, groups)
    for (const numbers of this.#numbers.values()) numbers.addRows(block, members, groups)
    for (const distinct of this.#distincts.values()) distinct.addRows(block, members, groups)
  }

  /** The value of an aggregate. `seconds`: of the range or the bucket. */
  of(group: number, aggregate: Aggregate, seconds: number): Value {
    if (aggregate.of === 'count') return this.counts.of(group)
    if (aggregate.of === 'rate') return seconds > 0 ? this.counts.of(group) / seconds : null
    const { field } = aggregate
    const name = nameOf(field)
    if (aggregate.of === 'distinct') return this.#distincts.get(name)?.of(group) ?? 0
    const number = this.#numbers.get(name)?.of(group, aggregate.how) ?? null
    return number === null || field.of === 'additional' ? number : formatTimestamp(number)
  }
}
