import type { OpenBlock } from '../../page/contract.ts'
import type { Field } from '../language/ast.ts'
import { nameOf } from '../language/field-name.ts'
import { DistinctTotals } from '../stats/distinct-totals.ts'
import type { Memberships } from '../stats/groups.ts'
import type { Meter } from '../work/contract.ts'
import type { FieldFacts, FieldKind } from './contract.ts'

/** What a field takes beside its distinct values. */
const fieldBytes = 500

/** What has been found of one field so far. */
export class FieldTotals {
  events = 0
  min = Infinity
  max = -Infinity
  readonly field: Field
  readonly #kinds = new Map<FieldKind, number>()
  readonly #distinct: DistinctTotals | null

  /** Throws QueryLimit. */
  constructor(field: Field, hasDistinct: boolean, meter: Meter) {
    meter.hold({ groups: 1, bytes: fieldBytes + 2 * nameOf(field).length })
    this.field = field
    this.#distinct = hasDistinct ? new DistinctTotals(field, meter) : null
  }

  addKind(kind: FieldKind, events: number): void {
    if (events > 0) this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + events)
  }

  addNumber(value: number): void {
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
  }

  /** Counts the different values of the rows that are in group 0, if they are asked for. Throws QueryLimit. */
  addValues(block: OpenBlock, members: () => Memberships): void {
    this.#distinct?.addRows(block, members(), 1)
  }

  facts(): FieldFacts {
    const isNumeric = this.min <= this.max
    const kinds = [...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      name: nameOf(this.field),
      events: this.events,
      kinds: Object.fromEntries(kinds),
      // No negative zero.
      min: isNumeric ? this.min + 0 : null,
      max: isNumeric ? this.max + 0 : null,
      distinct:
        this.#distinct === null
          ? null
          : { count: this.#distinct.of(0), exact: this.#distinct.isExact(0) },
    }
  }
}
