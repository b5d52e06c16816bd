import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { QueryState } from '../../query/contract.ts'

const secondsBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The instruments of the query threads. */
export class QueryMetrics {
  readonly #ended: Counter<'kind' | 'outcome'>
  readonly #seconds: Histogram<'kind'>

  constructor(registry: Registry, state: () => QueryState) {
    const registers = [registry]
    this.#ended = new Counter({
      name: 'minutebook_queries_total',
      help: 'Queries, by kind and by how they ended: answered, limited, cancelled, failed.',
      labelNames: ['kind', 'outcome'],
      registers,
    })
    this.#seconds = new Histogram({
      name: 'minutebook_query_seconds',
      help: 'From the arrival of a query to its answer, or to the first part of a stream.',
      labelNames: ['kind'],
      buckets: secondsBounds,
      registers,
    })
    new Gauge({
      name: 'minutebook_queries_under_way',
      help: 'Queries under work.',
      registers,
      collect() {
        this.set(state().underWay)
      },
    })
    new Gauge({
      name: 'minutebook_queries_waiting',
      help: 'Queries that wait for others to end.',
      registers,
      collect() {
        this.set(state().waiting)
      },
    })
    new Counter({
      name: 'minutebook_query_threads_replaced_total',
      help: 'Query threads that died, or had to be ended.',
      registers,
      collect() {
        this.reset()
        this.inc(state().threadsReplaced)
      },
    })
  }

  ended(kind: string, outcome: string, tookMs: number): void {
    this.#ended.inc({ kind, outcome })
    if (outcome === 'answered') this.#seconds.observe({ kind }, tookMs / 1e3)
  }
}
