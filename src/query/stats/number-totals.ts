import type { OpenBlock } from '../../page/contract.ts'
import type { Field } from '../language/ast.ts'
import type { Meter } from '../work/contract.ts'
import type { NumberFunction } from './contract.ts'
import { entryGroups, forExtraGroups } from './entry-groups.ts'
import type { Memberships } from './groups.ts'
import { grown } from './grown.ts'
import { NumberSketch, wordsOf } from './number-sketch.ts'
import { fieldValues } from './scalar-columns.ts'

const quantiles: Readonly<Partial<Record<NumberFunction, number>>> = {
  p50: 0.5,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
}
/** An empty sketch, and the four totals of a group. */
const sketchBytes = 300
const totalsBytes = 64

/** What is asked of the numbers of one field: totals by group, and sketches if there are quantiles. */
export class NumberTotals {
  readonly field: Field
  readonly #meter: Meter
  readonly #sketches: NumberSketch[] | null
  readonly #hold: (bytes: number) => void
  readonly #hasTotals: boolean
  #counts = new Float64Array(0)
  #sums = new Float64Array(0)
  #mins = new Float64Array(0)
  #maxima = new Float64Array(0)
  #size = 0

  constructor(field: Field, asked: readonly NumberFunction[], meter: Meter) {
    this.field = field
    this.#meter = meter
    this.#hold = (bytes) => meter.hold({ bytes })
    this.#sketches = asked.some((how) => how in quantiles) ? [] : null
    this.#hasTotals = asked.some((how) => !(how in quantiles))
  }

  /** About 2 ns a value for totals and 5 ns for quantiles. `groups`: how many there are. Throws QueryLimit. */
  addRows(block: OpenBlock, members: Memberships, groups: number): void {
    this.#grow(groups)
    for (const column of fieldValues(block, this.field, 'numbers').columns) {
      const { numbers, count } = column
      if (numbers === null) continue
      const values = numbers.length === count ? numbers : numbers.subarray(0, count)
      this.#add(values, entryGroups(column, members))
      const one = new Float64Array(1)
      const group = new Int32Array(1)
      forExtraGroups(column, members, (entry, extra) => {
        one[0] = values[entry] ?? Number.NaN
        group[0] = extra
        this.#add(one, group)
      })
    }
  }

  /** Null: the group has no numbers of the field. A sum without numbers is 0. */
  of(group: number, how: NumberFunction): number | null {
    const quantile = quantiles[how]
    if (quantile !== undefined) return this.#sketches?.[group]?.quantile(quantile) ?? null
    const count = this.#counts[group] ?? 0
    const sum = this.#sums[group] ?? 0
    if (how === 'sum') return sum
    if (count === 0) return null
    if (how === 'avg') return sum / count
    return (how === 'min' ? this.#mins[group] : this.#maxima[group]) ?? null
  }

  #grow(groups: number): void {
    if (groups <= this.#size) return
    this.#meter.hold({ bytes: (groups - this.#size) * totalsBytes })
    this.#size = groups
    this.#counts = grown(this.#counts, groups, 0)
    this.#sums = grown(this.#sums, groups, 0)
    this.#mins = grown(this.#mins, groups, Infinity)
    this.#maxima = grown(this.#maxima, groups, -Infinity)
    const sketches = this.#sketches
    if (sketches === null) return
    this.#hold((groups - sketches.length) * sketchBytes)
    while (sketches.length < groups) sketches.push(new NumberSketch(this.#hold))
  }

  #add(values: Float64Array, groups: Int32Array): void {
    if (this.#hasTotals) this.#addTotals(values, groups)
    const sketches = this.#sketches
    if (sketches === null) return
    const words = wordsOf(values)
    for (let i = 0; i < values.length; i++) {
      const group = groups[i] ?? -1
      const value = values[i] ?? 0
      // NaN stands for what is no number.
      if (group >= 0 && value === value) sketches[group]?.add(value, words[2 * i + 1] ?? 0)
    }
  }

  #addTotals(values: Float64Array, groups: Int32Array): void {
    const counts = this.#counts
    const sums = this.#sums
    const mins = this.#mins
    const maxima = this.#maxima
    for (let i = 0; i < values.length; i++) {
      const group = groups[i] ?? -1
      const value = values[i] ?? 0
      if (group < 0 || value !== value) continue
      counts[group] = (counts[group] ?? 0) + 1
      sums[group] = (sums[group] ?? 0) + value
      if (value < (mins[group] ?? 0)) mins[group] = value
      if (value > (maxima[group] ?? 0)) maxima[group] = value
    }
  }
}
