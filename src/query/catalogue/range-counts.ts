import { DamagedPage } from '../../book/contract.ts'
import type { Tally } from '../../page/contract.ts'
import type { WorkContext } from '../work/contract.ts'
import type { TallyCache } from '../work/tally-cache.ts'
import type { Buckets } from './buckets.ts'
import type { PairTable } from './pair-table.ts'

type Unit = 'minute' | 'hour' | 'day'

const unitMinutes = { minute: 1, hour: 60, day: 1_440 } as const
/** Tallies that are added before other jobs get a turn: about a millisecond. */
const talliesAtOnce = 32

export interface CountRange {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  /** Which levels a sparkline counts. */
  readonly levels: readonly number[]
  readonly buckets: Buckets
}

/** Events of each pair in a range of minutes of receipt, by level and by bucket. */
export class RangeCounts {
  /** 8 numbers a pair. */
  readonly levels: Float64Array
  /** `buckets.count` numbers a pair. */
  readonly sparklines: Float64Array
  /** Some tally lists fewer pairs than its pages hold. */
  isInexact = false
  /** Some page could not be read. */
  isDamaged = false
  readonly #context: WorkContext
  readonly #tallies: TallyCache
  readonly #pairs: PairTable
  readonly #range: CountRange
  /** Bit n set: a sparkline counts level n. */
  readonly #counted: number
  #added = 0

  constructor(context: WorkContext, tallies: TallyCache, pairs: PairTable, range: CountRange) {
    const { length } = pairs.entries
    context.meter.hold({ bytes: length * 8 * (8 + range.buckets.count) })
    this.levels = new Float64Array(length * 8)
    this.sparklines = new Float64Array(length * range.buckets.count)
    this.#context = context
    this.#tallies = tallies
    this.#pairs = pairs
    this.#range = range
    this.#counted = range.levels.reduce((bits, level) => bits | (1 << level), 0)
  }

  /** Takes days and hours that lie wholly in the range and in one bucket from roll-ups, the rest by minutes. */
  async count(): Promise<void> {
    const { from, to, buckets } = this.#range
    for (let at = from; at < to;) {
      const unit = this.#unitAt(at, buckets)
      this.#addUnit(unit, at)
      at += unitMinutes[unit]
      if (++this.#added % talliesAtOnce === 0) await this.#context.meter.turn()
    }
  }

  #unitAt(at: number, { minutes }: Buckets): Unit {
    for (const unit of ['day', 'hour'] as const) {
      const size = unitMinutes[unit]
      const isInBucket = minutes === 0 || minutes % size === 0
      if (isInBucket && at % size === 0 && at + size <= this.#range.to) return unit
    }
    return 'minute'
  }

  /** What a damaged page keeps a roll-up from summing up is counted by its parts. */
  #addUnit(unit: Unit, at: number): void {
    this.#context.meter.count({ minutes: 1 })
    try {
      const tally = this.#read(unit, at)
      if (tally !== null) this.#add(tally, at)
    } catch (error) {
      if (!(error instanceof DamagedPage)) throw error
      if (unit === 'minute') this.isDamaged = true
      else this.#addParts(unit, at)
    }
  }

  #addParts(unit: 'hour' | 'day', at: number): void {
    const part = unit === 'day' ? 'hour' : 'minute'
    const end = at + unitMinutes[unit]
    for (let each = at; each < end; each += unitMinutes[part]) this.#addUnit(part, each)
  }

  #read(unit: Unit, at: number): Tally | null {
    const { source } = this.#context
    if (unit === 'minute') return this.#tallies.tally(source, at)
    return this.#tallies.rollup(source, unit, at)
  }

  /** About 25 ns a pair: most have events of one level. */
  #add(tally: Tally, minute: number): void {
    if (!tally.exact) this.isInexact = true
    const { count, of } = this.#range.buckets
    const { pairs, levels } = this.#pairs.numbered(tally)
    const bucket = of(minute)
    const counted = this.#counted
    for (let i = 0; i < pairs.length; i++) {
      const pair = pairs[i] ?? 0
      const rows = levels[i]
      // A pair that came while others had their turn has no place: it is of a later minute.
      if (rows === undefined || pair * 8 >= this.levels.length) continue
      let sum = 0
      for (let level = 0; level < 8; level++) {
        const events = rows[level] ?? 0
        if (events === 0) continue
        const at = pair * 8 + level
        this.levels[at] = (this.levels[at] ?? 0) + events
        if (((counted >> level) & 1) === 1) sum += events
      }
      if (sum === 0 || count === 0) continue
      const at = pair * count + bucket
      this.sparklines[at] = (this.sparklines[at] ?? 0) + sum
    }
  }
}
