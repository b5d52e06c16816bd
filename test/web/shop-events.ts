import { makeGenerator } from '../../bench/events.ts'

const minuteMs = 60_000

export interface ShopOptions {
  /** When the first minute began, ms since the epoch. */
  readonly startMs: number
  readonly minutes: number
  /** Events of a quiet minute; a wave and an incident come on top. */
  readonly perMinute: number
}

/** What is logged in an incident, which begins after two thirds of the time. */
const incident = {
  facility: 'payments',
  level: 'error',
  event: 'card processor refused the connection',
} as const

/**
 * The events of minute `index` of a shop: the benchmark's, with a wave of customers, and an incident with an event
 * type of its own. A pure function of its arguments.
 */
export function shopMinute(index: number, options: ShopOptions): object[] {
  const { startMs, minutes, perMinute } = options
  const generator = makeGenerator()
  const wave = 1 + 0.45 * Math.sin(index / 9) + 0.2 * Math.sin(index / 2.3)
  const count = Math.round(perMinute * wave)
  const atMs = (nth: number, of: number): string =>
    new Date(startMs + index * minuteMs + Math.floor((nth * minuteMs) / of)).toISOString()
  const events: object[] = []
  for (let nth = 0; nth < count; nth++) {
    events.push({ ...generator.event(index * 1_000 + nth), timestamp: atMs(nth, count) })
  }
  const since = index - Math.floor((minutes * 2) / 3)
  const failures = since >= 0 && since < 8 ? Math.round((perMinute / 8) * (1 + (since % 3))) : 0
  for (let nth = 0; nth < failures; nth++) {
    const additional = {
      order: 4_000 + index * 100 + nth,
      processor: { host: 'cards.example', port: 443 },
      retry: nth % 4,
      exception:
        'ConnectionError: connect ECONNREFUSED 10.0.8.14:443\n    at connect (src/cards/pool.ts:88:15)\n    at charge (src/cards/charge.ts:31:20)\n    at placeOrder (src/orders/place.ts:112:7)',
    }
    events.push({ ...incident, timestamp: atMs(nth, failures), additional })
  }
  if (since >= 12 && since % 9 === 0) {
    events.push({ ...returning, timestamp: atMs(1, 2), additional: { job: 'export-17', rows: 0 } })
  }
  return events
}

/** What was logged long before, and comes back after the incident. */
const returning = {
  facility: 'reports',
  level: 'warn',
  event: 'nightly export had no rows',
} as const

/** What was logged `longAgoMs` before the first minute: it is back after a day's silence. */
export function longAgo(startMs: number): object[] {
  return [{ ...returning, timestamp: new Date(startMs - longAgoMs).toISOString() }]
}
export const longAgoMs = 30 * 60 * minuteMs

/** What was logged `latelyMs` before the first minute: all usual event types, so that they are not new. */
export function lately(startMs: number): object[] {
  const generator = makeGenerator()
  const timestamp = new Date(startMs - latelyMs).toISOString()
  return Array.from({ length: 25_000 }, (_, nth) => ({ ...generator.event(nth * 7), timestamp }))
}
export const latelyMs = 5 * 60 * minuteMs
