import { examples } from './examples.ts'

/* Examples of the answers to questions: search, statistics, facets. */

const scanned = { minutes: 60, blocks: 61, bytes: 4_194_304 }

export const queryExamples = {
  search: {
    events: [examples.stored],
    next: '/api/v1/eventqry/search?from=2026-11-22T11%3A35%3A00.000Z&q=declined&cursor=AZ9kR0Q4',
    closedThrough: '2026-11-22T12:34Z',
    scanned,
    tookMs: 3.1,
  },
  context: {
    id: examples.stored.id,
    events: [examples.stored],
    closedThrough: '2026-11-22T12:34Z',
    scanned,
    tookMs: 2.2,
  },
  stats: {
    from: '2026-11-22T12:30:00.000Z',
    to: '2026-11-22T12:35:00.000Z',
    every: '1m',
    by: ['facility'],
    agg: ['count', 'p99(duration_ms)'],
    rows: [
      {
        time: '2026-11-22T12:30:00.000Z',
        facility: 'checkout',
        count: 812,
        'p99(duration_ms)': 184.2,
      },
    ],
    source: 'scan',
    scanned,
    tookMs: 12.4,
  },
  producers: {
    producers: [
      {
        producer: '4be1a90c7f22d310',
        watermark: 48_000,
        highest: 50_000,
        missing: 500,
        gaps: [[48_001, 48_500]],
        batches: 99,
        accepted: 49_498,
        rejected: 2,
        duplicates: 500,
        firstSeen: '2026-11-22T12:00:00.000Z',
        lastSeen: '2026-11-22T12:34:56.789Z',
      },
    ],
    totals: {
      producers: 1,
      accepted: 49_498,
      rejected: 2,
      duplicates: 500,
      missing: 500,
      forgotten: 0,
    },
  },
  fields: {
    events: 22_156,
    fields: [
      {
        name: 'duration_ms',
        events: 20_880,
        kinds: { number: 20_870, text: 10 },
        min: 0,
        max: 30_004,
        distinct: null,
      },
    ],
    found: 14,
    scanned,
    tookMs: 4.4,
  },
  values: {
    field: 'http.status',
    events: 22_156,
    withValue: 20_880,
    values: [{ value: 200, count: 19_204 }],
    others: 1_676,
    distinct: 9,
    source: 'scan',
    scanned,
    tookMs: 6.2,
  },
  catalogue: {
    from: '2026-11-22T11:35Z',
    to: '2026-11-22T12:35Z',
    bucketMinutes: 5,
    pairs: [
      {
        facility: 'checkout',
        event: 'payment declined',
        status: 'returned',
        count: 37,
        levels: { error: 37 },
        total: 1_204,
        first: '2026-10-03T08:12:44.120Z',
        last: '2026-11-22T12:34:56.789Z',
        firstReceived: '2026-10-03T08:12Z',
        lastReceived: '2026-11-22T12:34Z',
        returnedAfterMinutes: 2_903,
        sparkline: [0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 12, 21],
      },
    ],
    found: 1,
    statuses: { new: 0, returned: 1, active: 0, silent: 0 },
    complete: true,
    incomplete: [],
    since: '2026-09-30T15:02Z',
    closedThrough: '2026-11-22T12:34Z',
    next: null,
    scanned: { minutes: 60, blocks: 0, bytes: 0 },
    tookMs: 1.8,
  },
} as const
