import { Counter, Gauge, type Registry } from 'prom-client'
import type { ClosedConnection, ClosedWhy } from '../connections/contract.ts'

/** Connections that are open, and that were too many. */
export class ConnectionMetrics {
  readonly #registry: Registry
  readonly #closed = new Map<ClosedWhy, number>([
    ['per-address', 0],
    ['in-all', 0],
  ])

  constructor(registry: Registry) {
    this.#registry = registry
    const closed = this.#closed
    new Counter({
      name: 'minutebook_closed_connections_total',
      help: 'Connections closed because there were too many, of one address or in all.',
      labelNames: ['code'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [code, count] of closed) this.inc({ code }, count)
      },
    })
  }

  /** Called where the number can be known: it costs about 2 µs for each when someone scrapes. */
  countBy(count: () => number): void {
    new Gauge({
      name: 'minutebook_connections',
      help: 'Connections that are open; only where their number is bounded.',
      registers: [this.#registry],
      collect() {
        this.set(count())
      },
    })
  }

  closed(connections: readonly ClosedConnection[]): void {
    for (const { why } of connections) this.#closed.set(why, (this.#closed.get(why) ?? 0) + 1)
  }
}
