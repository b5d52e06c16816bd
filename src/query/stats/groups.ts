import type { OpenBlock } from '../../page/contract.ts'
import type { Field } from '../language/ast.ts'
import type { QueryClock } from '../selection.ts'
import type { Meter } from '../work/contract.ts'
import { Buckets } from './buckets.ts'
import type { Value } from './contract.ts'
import { GroupLevel } from './group-level.ts'
import { rowValues } from './row-values.ts'
import { ValueDictionary } from './value-dictionary.ts'

/** The groups that the rows of a block are in. */
export interface Memberships {
  /** Of each row; -1: the row is not selected. */
  readonly main: Int32Array
  /** Rows of several groups, because a field has several values: the groups beside the main one. */
  readonly extraRows: readonly number[]
  readonly extraGroups: readonly number[]
}

export interface Grouping {
  readonly by: readonly Field[]
  readonly every: number | null
  readonly clock: QueryClock
}

/** What a row beside the main memberships costs in memory. */
const extraBytes = 16

/** Numbers the groups of a statistic: combinations of a time bucket and of values, as they come up. */
export class Groups {
  readonly buckets: Buckets | null
  readonly #by: readonly Field[]
  readonly #clock: QueryClock
  readonly #meter: Meter
  readonly #levels: readonly GroupLevel[]
  /** Of the buckets first, if there are any. */
  readonly #dictionaries: readonly ValueDictionary[]

  constructor({ by, every, clock }: Grouping, meter: Meter) {
    this.buckets = every === null ? null : new Buckets(every)
    this.#by = by
    this.#clock = clock
    this.#meter = meter
    const depth = by.length + (every === null ? 0 : 1)
    this.#levels = Array.from({ length: depth }, () => new GroupLevel(meter))
    this.#dictionaries = Array.from({ length: depth }, () => new ValueDictionary(meter))
  }

  /** Without `by` and `every` there is one group, with or without events. */
  get size(): number {
    return this.#levels.at(-1)?.size ?? 1
  }

  /** The group of a bucket's number, if there are buckets, and of values. Throws QueryLimit. */
  id(values: readonly Value[]): number {
    let group = 0
    for (const [i, level] of this.#levels.entries()) {
      group = level.child(group, this.#dictionaries[i]?.id(values[i] ?? null) ?? 0)
    }
    return group
  }

  /** What `id` was given. */
  valuesOf(group: number): Value[] {
    const values: Value[] = []
    let at = group
    for (let i = this.#levels.length - 1; i >= 0; i--) {
      const level = this.#levels[i]
      values[i] = this.#dictionaries[i]?.values[level?.ids[at] ?? 0] ?? null
      at = level?.parents[at] ?? 0
    }
    return values
  }

  /** The groups of the selected rows; null: all rows are. Throws QueryLimit. */
  of(block: OpenBlock, rows: Uint16Array | null): Memberships {
    const main = new Int32Array(block.rowCount)
    if (rows !== null) {
      main.fill(-1)
      for (let i = 0; i < rows.length; i++) main[rows[i] ?? 0] = 0
    }
    const into = { main, extraRows: [], extraGroups: [] }
    const first = this.buckets === null ? 0 : 1
    if (this.buckets !== null) this.#divideByTime(block, main, this.buckets)
    for (const [i, field] of this.#by.entries()) this.#divide(block, into, field, i + first)
    return into
  }

  #divideByTime(block: OpenBlock, main: Int32Array, buckets: Buckets): void {
    const times = this.#clock === 'received' ? block.receivedMs() : block.timestampMs()
    const [level] = this.#levels
    const [dictionary] = this.#dictionaries
    if (level === undefined || dictionary === undefined) return
    let group = -1
    let from = Infinity
    let to = -Infinity
    for (let row = 0; row < main.length; row++) {
      if ((main[row] ?? 0) < 0) continue
      const ms = times[row] ?? 0
      // Neighbours are mostly in one bucket.
      if (ms < from || ms >= to) {
        const bucket = buckets.at(ms)
        from = buckets.startMs(bucket)
        to = from + buckets.every
        group = level.child(0, dictionary.id(bucket))
      }
      main[row] = group
    }
  }

  #divide(
    block: OpenBlock,
    into: { main: Int32Array; extraRows: number[]; extraGroups: number[] },
    field: Field,
    depth: number,
  ): void {
    const level = this.#levels[depth]
    const dictionary = this.#dictionaries[depth]
    if (level === undefined || dictionary === undefined) return
    const { main, extraRows, extraGroups } = into
    const { ids, more } = rowValues(block, field, main, dictionary)
    const addExtra = (row: number, group: number): void => {
      this.#meter.hold({ bytes: extraBytes })
      extraRows.push(row)
      extraGroups.push(group)
    }
    const known = extraRows.length
    for (let i = 0; i < known; i++) {
      const row = extraRows[i] ?? 0
      const parent = extraGroups[i] ?? 0
      extraGroups[i] = level.child(parent, ids[row] ?? 0)
      for (const id of more?.get(row) ?? []) addExtra(row, level.child(parent, id))
    }
    for (const [row, others] of more ?? []) {
      const parent = main[row] ?? -1
      for (const id of others) addExtra(row, level.child(parent, id))
    }
    divideRows(main, ids, level)
  }
}

/** About 2 ns a row when neighbours are alike, 4 ns otherwise. */
function divideRows(main: Int32Array, ids: Uint32Array, level: GroupLevel): void {
  let lastParent = -1
  let lastId = -1
  let last = 0
  for (let row = 0; row < main.length; row++) {
    const parent = main[row] ?? -1
    if (parent < 0) continue
    const id = ids[row] ?? 0
    if (parent !== lastParent || id !== lastId) {
      last = level.child(parent, id)
      lastParent = parent
      lastId = id
    }
    main[row] = last
  }
}
