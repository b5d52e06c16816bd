import type { Value } from './contract.ts'
import { HyperLogLog, hyperLogLogBytes } from './hyper-log-log.ts'

/** Different values that a group keeps, and counts exactly. */
export const distinctExactMax = 10_000

/** About what a value in a set takes beside its text. */
const valueBytes = 48
const seeds = { index: 0x51_7c_c1, rank: 0x2b_99_2d } as const

/** How many different values there were: exact up to `distinctExactMax`, then a HyperLogLog. */
export class DistinctCount {
  #values: Set<Value> | null = new Set()
  #sketch: HyperLogLog | null = null
  readonly #hold: (bytes: number) => void

  /** `hold` is told of memory that is taken and given back, and may throw. */
  constructor(hold: (bytes: number) => void = () => undefined) {
    this.#hold = hold
  }

  get isExact(): boolean {
    return this.#sketch === null
  }

  add(value: Value): void {
    const values = this.#values
    if (values === null) {
      this.#hash(value)
      return
    }
    const before = values.size
    values.add(value)
    if (values.size === before) return
    this.#hold(bytesOf(value))
    if (values.size > distinctExactMax) this.#convert(values)
  }

  merge(other: DistinctCount): void {
    for (const value of other.#values ?? []) this.add(value)
    if (other.#sketch === null) return
    if (this.#values !== null) this.#convert(this.#values)
    this.#sketch?.merge(other.#sketch)
  }

  count(): number {
    return this.#values?.size ?? Math.round(this.#sketch?.estimate() ?? 0)
  }

  #convert(values: ReadonlySet<Value>): void {
    this.#hold(hyperLogLogBytes)
    this.#sketch = new HyperLogLog()
    this.#values = null
    let bytes = 0
    for (const value of values) {
      bytes += bytesOf(value)
      this.#hash(value)
    }
    this.#hold(-bytes)
  }

  #hash(value: Value): void {
    const text = textOf(value)
    this.#sketch?.add(Bun.hash.xxHash32(text, seeds.index), Bun.hash.xxHash32(text, seeds.rank))
  }
}

/** Different values have different texts. */
function textOf(value: Value): string {
  return typeof value === 'string' ? value : `\u0000${String(value)}`
}

function bytesOf(value: Value): number {
  return valueBytes + (typeof value === 'string' ? value.length : 0)
}
