import type { Meter } from '../work/contract.ts'
import type { Value } from './contract.ts'

/** About what an entry of two maps takes beside a text. */
const entryBytes = 100

/** Numbers the values of a field as they come up. 0 is null. */
export class ValueDictionary {
  readonly values: Value[] = [null]
  readonly #ids = new Map<Value, number>([[null, 0]])
  readonly #meter: Meter

  constructor(meter: Meter) {
    this.#meter = meter
  }

  /** Throws QueryLimit when the job holds too much. */
  id(value: Value): number {
    const known = this.#ids.get(value)
    if (known !== undefined) return known
    const textBytes = typeof value === 'string' ? 2 * value.length : 0
    this.#meter.hold({ bytes: entryBytes + textBytes })
    const id = this.values.push(value) - 1
    this.#ids.set(value, id)
    return id
  }
}
