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
} as const
