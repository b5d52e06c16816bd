import type { OpenBlock } from '../../page/contract.ts'
import type { Field } from '../language/ast.ts'
import type { Meter } from '../work/contract.ts'
import { DistinctCount } from './distinct-count.ts'
import { entryGroups, forExtraGroups } from './entry-groups.ts'
import type { Memberships } from './groups.ts'
import { fieldValues, type ScalarColumn } from './scalar-columns.ts'

/** An empty set and what is around it. */
const countBytes = 250
/** Pairs of a group and a value of a block that are remembered, so that each is added once. */
const pairsMax = 2 ** 22

/** The different values of one field by group. */
export class DistinctTotals {
  readonly field: Field
  readonly #meter: Meter
  readonly #counts: DistinctCount[] = []
  readonly #hold: (bytes: number) => void

  constructor(field: Field, meter: Meter) {
    this.field = field
    this.#meter = meter
    this.#hold = (bytes) => meter.hold({ bytes })
  }

  /** 2 ns a row of what has a dictionary, 100-200 ns of what has none. Throws QueryLimit. */
  addRows(block: OpenBlock, members: Memberships, groups: number): void {
    while (this.#counts.length < groups) {
      this.#meter.hold({ bytes: countBytes })
      this.#counts.push(new DistinctCount(this.#hold))
    }
    for (const column of fieldValues(block, this.field, 'all').columns) {
      this.#addColumn(column, entryGroups(column, members), groups)
      forExtraGroups(column, members, (entry, group) => {
        this.#counts[group]?.add(column.value(column.ids?.[entry] ?? entry))
      })
    }
  }

  of(group: number): number {
    return this.#counts[group]?.count() ?? 0
  }

  /** Whether `of` is exact. */
  isExact(group: number): boolean {
    return this.#counts[group]?.isExact ?? true
  }

  #addColumn(
    { ids, valueCount, count, value }: ScalarColumn,
    of: Int32Array,
    groups: number,
  ): void {
    const isSmall = ids !== null && groups * valueCount <= pairsMax
    const seen = isSmall ? new Uint8Array(groups * valueCount) : null
    for (let entry = 0; entry < count; entry++) {
      const group = of[entry] ?? -1
      if (group < 0) continue
      const id = ids === null ? entry : (ids[entry] ?? 0)
      if (seen !== null) {
        const pair = group * valueCount + id
        if (seen[pair] === 1) continue
        seen[pair] = 1
      }
      this.#counts[group]?.add(value(id))
    }
  }
}
