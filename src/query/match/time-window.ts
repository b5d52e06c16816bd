import type { BlockEntry, Summary } from '../../page/contract.ts'
import type { QueryClock, TimePoint } from '../selection.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { noRows, type Rows } from './rows.ts'

/** The rows with a time in [from, to). */
export class TimeWindow implements Node {
  readonly cost = 5
  readonly #clock: QueryClock
  readonly #from: TimePoint
  readonly #to: TimePoint

  constructor(clock: QueryClock, from: TimePoint | null, to: TimePoint | null) {
    this.#clock = clock
    this.#from = from ?? { ms: -Infinity, nanos: 0 }
    this.#to = to ?? { ms: Infinity, nanos: 0 }
  }

  ofPage(summary: Summary): Verdict {
    if (this.#clock === 'received') {
      return this.#verdict(summary.receivedMinMs, summary.receivedMaxMs)
    }
    return this.#verdict(summary.timestampMinMs, summary.timestampMaxMs)
  }

  ofEntry(entry: BlockEntry): Verdict {
    if (this.#clock === 'received') return 'some'
    const verdict = this.#verdict(entry.timestampMinMs, entry.timestampMaxMs)
    const usual = entry.usualTimes
    if (usual === undefined || verdict !== 'some') return verdict
    const inside = this.#verdict(usual.minMs, usual.maxMs)
    if (inside !== 'none') return 'some'
    return usual.outliersMs.some((ms) => this.#verdict(ms, ms) !== 'none') ? 'some' : 'none'
  }

  ofBlock({ block, entry }: Scope): Verdict {
    if (this.#clock === 'timestamp') return this.ofEntry(entry)
    return block.rowCount === 0 ? 'none' : 'some'
  }

  rowsOf(scope: Scope): Rows {
    const verdict = this.ofBlock(scope)
    if (verdict !== 'some') return verdict
    const { block } = scope
    const isTimestamp = this.#clock === 'timestamp'
    const times = isTimestamp ? block.timestampMs() : block.receivedMs()
    const nanos = isTimestamp ? block.timestampNanos() : null
    return nanos === null ? this.#byMs(times) : this.#byNanos(times, nanos)
  }

  #byMs(times: Float64Array): Uint8Array {
    // A time without nanoseconds is at or after a point that has some only from the next millisecond on.
    const from = this.#from.ms + (this.#from.nanos > 0 ? 1 : 0)
    const to = this.#to.ms + (this.#to.nanos > 0 ? 1 : 0)
    const rows = noRows(times.length)
    for (let row = 0; row < rows.length; row++) {
      const ms = times[row] ?? 0
      rows[row] = Number(ms >= from && ms < to)
    }
    return rows
  }

  #byNanos(times: Float64Array, nanos: Uint32Array): Uint8Array {
    const rows = noRows(times.length)
    for (let row = 0; row < rows.length; row++) {
      const ms = times[row] ?? 0
      const above = nanos[row] ?? 0
      rows[row] = Number(!isBefore(ms, above, this.#from) && isBefore(ms, above, this.#to))
    }
    return rows
  }

  /** Of times from `minMs` to `maxMs`, with any nanoseconds above them. */
  #verdict(minMs: number, maxMs: number): Verdict {
    const nanosMax = this.#clock === 'received' ? 0 : 999_999
    if (isBefore(maxMs, nanosMax, this.#from) || !isBefore(minMs, 0, this.#to)) return 'none'
    const isInside = !isBefore(minMs, 0, this.#from) && isBefore(maxMs, nanosMax, this.#to)
    return isInside ? 'all' : 'some'
  }
}

function isBefore(ms: number, nanos: number, point: TimePoint): boolean {
  return ms < point.ms || (ms === point.ms && nanos < point.nanos)
}
