import type { QueryClock } from '../selection.ts'
import type { Node, Scope, Verdict } from './node.ts'
import { noRows, type Rows } from './rows.ts'
import type { ValueTest } from './value-test.ts'

/** The rows whose timestamp or time of receipt passes a test. */
export class ClockField implements Node {
  readonly cost = 20
  readonly #clock: QueryClock
  readonly #test: ValueTest

  constructor(clock: QueryClock, test: ValueTest) {
    this.#clock = clock
    this.#test = test
  }

  ofPage(): Verdict {
    return 'some'
  }

  ofEntry(): Verdict {
    return 'some'
  }

  ofBlock(): Verdict {
    return 'some'
  }

  rowsOf({ block }: Scope, among: Uint8Array | null): Rows {
    const isTimestamp = this.#clock === 'timestamp'
    const times = isTimestamp ? block.timestampMs() : block.receivedMs()
    const nanos = isTimestamp ? block.timestampNanos() : null
    const { typed } = this.#test
    if (typed === null) return 'none'
    const rows = noRows(block.rowCount)
    for (let row = 0; row < rows.length; row++) {
      if (among !== null && among[row] === 0) continue
      if (typed.time(times[row] ?? 0, nanos?.[row] ?? 0)) rows[row] = 1
    }
    return rows
  }
}
