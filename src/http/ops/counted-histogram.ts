import { Histogram, type Registry } from 'prom-client'

export interface CountedHistogramOptions {
  readonly name: string
  readonly help: string
  readonly registry: Registry
  /** Upper bounds in seconds; `counts` has one entry more, for what is beyond. */
  readonly bounds: readonly number[]
  readonly counts: Readonly<Float64Array>
  readonly sumSeconds: () => number
}

/**
 * A histogram over counts that are kept elsewhere as plain numbers: the library's own takes half a
 * microsecond for each observation, which a route of 40,000 requests a second feels.
 */
export class CountedHistogram extends Histogram<'le'> {
  readonly #options: CountedHistogramOptions

  constructor(options: CountedHistogramOptions) {
    const { name, help, registry, bounds } = options
    super({ name, help, registers: [registry], buckets: [...bounds] })
    this.#options = options
  }

  /** What the library's `get`, and the registry when it writes text, ask for. */
  async getForPromString(): Promise<object> {
    const { name, help, bounds, counts, sumSeconds } = this.#options
    const values: object[] = []
    let total = 0
    for (const [i, count] of counts.entries()) {
      total += count
      const le = bounds[i] ?? '+Inf'
      values.push({ metricName: `${name}_bucket`, labels: { le }, value: total })
    }
    values.push({ metricName: `${name}_sum`, labels: {}, value: sumSeconds() })
    values.push({ metricName: `${name}_count`, labels: {}, value: total })
    return { name, help, type: 'histogram', values, aggregator: 'sum' }
  }
}
