/* The examples of the OpenAPI document, which Swagger UI shows and fills its forms with. */

const eventExample = {
  facility: 'checkout',
  timestamp: '2026-11-22T12:34:56.789Z',
  level: 'error',
  event: 'payment declined',
  additional: { order: 1234, amount: 19.99, user: { id: 42 } },
}
const storedExample = {
  id: '01c894d200000000',
  received: '2026-11-22T12:34:56.801Z',
  ...eventExample,
}
const digestExample = '5f3a0c1d8e7b6a5948372615f4e3d2c1b0a99887766554433221100ffeeddcc0'
const entryExample = {
  minute: '2026-11-22T12:34Z',
  events: 22_156,
  bytes: 652_114,
  digest: digestExample,
  link: digestExample,
  previous: '0'.repeat(64),
  levels: { error: 664, info: 15_120, debug: 6_372 },
  timestampMin: '2026-11-22T12:33:59.120Z',
  timestampMax: '2026-11-22T12:34:59.998Z',
  closedAt: '2026-11-22T12:35:00.004Z',
  href: '/api/v1/eventqry/minutes/2026-11-22T12:34Z',
  page: `/api/v1/eventqry/pages/${digestExample}`,
}

export const examples = {
  event: eventExample,
  stored: storedExample,
  accepted: {
    accepted: 1,
    duplicate: false,
    minute: '2026-11-22T12:34Z',
    page: '/api/v1/eventqry/minutes/2026-11-22T12:34Z',
    batch: '0000000000000001',
    rejectedCount: 0,
    rejected: [],
  },
  minutes: {
    minutes: [entryExample],
    closedThrough: '2026-11-22T12:34Z',
    next: '/api/v1/eventqry/minutes?since=2026-11-22T12:35Z',
  },
  index: {
    closedThrough: '2026-11-22T12:34Z',
    firstMinute: '2026-11-22T12:30Z',
    droppedBefore: null,
    oldest: entryExample,
    newest: entryExample,
    totals: { events: 22_156, pages: 1, bytes: 652_114 },
    facilities: [{ facility: 'checkout', events: 22_156 }],
    levels: entryExample.levels,
    days: [{ day: '2026-11-22', pages: 1, events: 22_156, bytes: 652_114 }],
    links: {
      minutes: '/api/v1/eventqry/minutes',
      newest: entryExample.href,
      documentation: '/swagger',
    },
  },
  page: { minute: '2026-11-22T12:34Z', digest: digestExample, events: [storedExample] },
  period: (unit: 'hour' | 'day') => ({
    [unit]: unit === 'hour' ? '2026-11-22T12Z' : '2026-11-22',
    complete: false,
    closedThrough: '2026-11-22T12:34Z',
    minutes: [{ minute: '2026-11-22T12:34Z', events: 1, digest: digestExample }],
    events: [storedExample],
  }),
  drop: {
    dryRun: true,
    before: '2026-11-22T00:00Z',
    pages: 1_440,
    events: 31_968_000,
    bytes: 940_000_000,
    days: ['2026-11-21'],
  },
} as const
