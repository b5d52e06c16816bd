import { Gauge, Counter, type Registry } from 'prom-client'
import type { ProducerTotals } from '../../book/producer-table.ts'

/** What the accounts of producers say, looked at when someone scrapes. */
export function registerProducerMetrics(registry: Registry, totals: () => ProducerTotals): void {
  const gauge = (name: string, help: string, value: (found: ProducerTotals) => number): void => {
    new Gauge({
      name: `minutebook_producer${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value(totals()))
      },
    })
  }
  gauge('s', 'Producers that number their events.', ({ producers }) => producers)
  gauge(
    '_missing_events',
    'Numbers of producers that have not come although later ones have.',
    ({ missing }) => missing,
  )
  gauge(
    's_forgotten',
    'Producers that were forgotten, because there were more than are kept.',
    ({ forgotten }) => forgotten,
  )
  new Counter({
    name: 'minutebook_producer_duplicates_total',
    help: 'Events that came again by producer and sequence and were not stored.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(totals().duplicates)
    },
  })
}
