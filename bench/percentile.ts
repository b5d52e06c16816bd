/** Latencies in milliseconds, kept one by one: no histogram whose buckets would round them. */
export class Latencies {
  #values = new Float64Array(1 << 16)
  #count = 0

  add(milliseconds: number): void {
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.#count++] = milliseconds
  }

  summary(): LatencySummary {
    const sorted = this.#values.subarray(0, this.#count).toSorted()
    return {
      count: this.#count,
      p50: at(sorted, 0.5),
      p99: at(sorted, 0.99),
      p999: at(sorted, 0.999),
      max: at(sorted, 1),
    }
  }
}

/** Milliseconds; zeros when there was nothing to measure. */
export interface LatencySummary {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
