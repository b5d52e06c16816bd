import { type BenchEvent, eventsPerSecond, firstTimestampMs, makeGenerator } from './events.ts'

/** A question of the table in bench/query.ts. */
export interface QueryQuestion {
  /** As the results name it. */
  readonly name: string
  readonly path: string
  readonly accept: 'application/json' | 'application/x-ndjson'
  /** How many events or rows the answer holds; null where it is not counted beforehand. */
  readonly expected: number | null
}

const hourMs = 3_600_000
const severe = new Set(['emerg', 'alert', 'crit', 'error'])
const base = '/api/v1/eventqry'
const at = (ms: number): string => new Date(ms).toISOString()

const search = (query: string, q = ''): string =>
  `${base}/search?${query}${q === '' ? '' : `&q=${encodeURIComponent(q)}`}`

/**
 * What people ask of the generator's first `events` events. The answers' sizes come from the events
 * themselves, so a fast wrong answer is seen.
 */
export function questionsFor(events: number): readonly QueryQuestion[] {
  const generator = makeGenerator()
  const endMs = Date.parse(generator.event(events - 1).timestamp) + 1
  const middle = Math.floor(events / 2)
  const minuteMs = Math.floor(Date.parse(generator.event(middle).timestamp) / 60_000) * 60_000
  const hourFromMs = Math.max(firstTimestampMs, minuteMs - hourMs / 2)
  const inMiddle = generator.event(middle)
  const id = inMiddle.additional.request_id
  const range = `from=${at(firstTimestampMs)}&to=${at(endMs)}`
  const minuteRange = `from=${at(minuteMs)}&to=${at(minuteMs + 60_000)}`
  const errorRange = `from=${at(hourFromMs)}&to=${at(hourFromMs + hourMs)}`
  const rows: readonly (readonly [string, string, 'json' | 'ndjson', number | null])[] = [
    [
      'all events of one minute, NDJSON',
      search(minuteRange),
      'ndjson',
      count(events, [minuteMs, minuteMs + 60_000], () => true),
    ],
    [
      'errors of one facility, one hour',
      search(`${errorRange}&facility=sessions&minLevel=error`),
      'ndjson',
      count(
        events,
        [hourFromMs, hourFromMs + hourMs],
        (event) => event.facility === 'sessions' && severe.has(event.level),
      ),
    ],
    ['count by level per minute', `${base}/stats?${range}&by=level&every=1m`, 'json', null],
    ['exact request_id', search(range, `request_id:${id}`), 'json', 1],
    [
      'substring of a request_id, over tokens',
      search(range, `request_id:*${id.slice(6, 16)}*`),
      'json',
      1,
    ],
    [
      'substring of a request_id, inside one',
      search(range, `request_id:*${id.slice(25, 35)}*`),
      'json',
      1,
    ],
    ['the same in any text', search(range, `"${id.slice(25, 35)}"`), 'json', 1],
    [
      'top 10 event strings',
      `${base}/stats?${range}&by=event&top=10`,
      'json',
      Math.min(10, events),
    ],
    [
      'one user_id, NDJSON',
      search(range, 'user_id:11234'),
      'ndjson',
      count(events, [firstTimestampMs, endMs], (event) => event.additional.user_id === 11_234),
    ],
    [
      'p99 of duration_ms by facility',
      `${base}/stats?${range}&by=facility&agg=${encodeURIComponent('p99(duration_ms)')}`,
      'json',
      null,
    ],
    ['newest 100', search(`${range}&limit=100`), 'json', Math.min(100, events)],
  ]
  return rows.map(([name, path, format, expected]) => ({
    name,
    path,
    accept: format === 'json' ? 'application/json' : 'application/x-ndjson',
    expected,
  }))
}

/**
 * Two questions that look at every event of the book: a percentile by facility, and a regular expression that no
 * index helps with, in a text that each event has.
 */
export function heavyQuestionsFor(events: number): readonly string[] {
  const endMs = Date.parse(makeGenerator().event(events - 1).timestamp) + 1
  const range = `from=${at(firstTimestampMs)}&to=${at(endMs)}`
  return [
    `${base}/stats?${range}&by=facility&agg=${encodeURIComponent('p99(duration_ms)')}`,
    `${base}/stats?${range}&by=level&q=${encodeURIComponent('request_id:/^0[0-9a-f]+-.*f$/')}`,
  ]
}

/** The first event that is not before that time. */
function indexAt(ms: number): number {
  return Math.max(0, Math.ceil(((ms - firstTimestampMs) * eventsPerSecond) / 1000))
}

/** Of the first `events`, those of [from, to) that pass. */
function count(
  events: number,
  [fromMs, toMs]: readonly [number, number],
  passes: (event: BenchEvent) => boolean,
): number {
  const generator = makeGenerator()
  let found = 0
  for (let i = indexAt(fromMs); i < Math.min(events, indexAt(toMs)); i++) {
    if (passes(generator.event(i))) found++
  }
  return found
}
