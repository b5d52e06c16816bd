import { nullable } from './nullable.ts'

const text = { type: 'string' } as const
const count = { type: 'integer', minimum: 0 } as const
const texts = { type: 'array', items: text } as const

const next = { pages: count, events: count, days: texts }

/** What is kept how long, and what was removed. */
export const retentionSchemas = {
  Retention: {
    type: 'object',
    required: ['days', 'bytes', 'rules', 'drops', 'removes'],
    properties: {
      days: { description: 'Days that pages are kept; null: no bound by age.', ...nullable(count) },
      bytes: {
        description: 'Bytes that the days may take; null: no bound by size.',
        ...nullable(count),
      },
      rules: {
        type: 'array',
        items: {
          type: 'object',
          required: ['facility', 'level', 'days'],
          properties: {
            facility: { description: 'A name or a pattern; null: any.', ...nullable(text) },
            level: { description: 'Null: any.', ...nullable(text) },
            days: count,
          },
        },
      },
      drops: {
        description: 'Pages that the next purge drops; null: none.',
        ...nullable({ type: 'object', properties: { before: text, ...next, bytes: count } }),
      },
      removes: {
        description: 'Events that the next purge removes by the rules; null: there are no rules.',
        ...nullable({ type: 'object', properties: next }),
      },
    },
  },
  Redaction: {
    type: 'object',
    required: ['number', 'at', 'by', 'why', 'day', 'rules', 'pages', 'events', 'previous', 'link'],
    properties: {
      number: count,
      at: text,
      by: { ...text, description: 'The name of a principal, or retention.' },
      why: text,
      day: { ...text, description: 'Whose pages have changed.' },
      rules: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            before: text,
            facilities: { description: 'Null: any.', ...nullable(texts) },
            levels: { description: 'Null: any.', ...nullable(texts) },
          },
        },
      },
      pages: count,
      events: count,
      previous: { ...text, description: 'The link of the entry before, hex.' },
      link: text,
    },
  },
  Redactions: {
    type: 'object',
    required: ['redactions', 'total', 'findings', 'next'],
    properties: {
      redactions: { type: 'array', items: { $ref: '#/components/schemas/Redaction' } },
      total: { ...count, description: 'Entries there are in all.' },
      findings: { ...texts, description: 'What is wrong with the chain; empty: nothing.' },
      next: { description: 'Where older entries are; null: there are none.', ...nullable(text) },
    },
  },
} as const

const redaction = {
  number: 1,
  at: '2026-11-22T12:34:56.789Z',
  by: 'anna',
  why: 'DELETE',
  day: '2026-11-21',
  rules: [{ before: '2026-11-22T12:34Z', facilities: ['debug-*'], levels: null }],
  pages: 1_440,
  events: 20_112,
  previous: '0'.repeat(64),
  link: '5d41f2a08c6be9e7d4b1c3f6a7980b2d1e4f5a6c7b8d9e0f1a2b3c4d5e6f7081',
}

export const retentionExamples = {
  retention: {
    days: 30,
    bytes: null,
    rules: [{ facility: 'debug-*', level: null, days: 7 }],
    drops: {
      before: '2026-10-24T00:00Z',
      pages: 1_440,
      events: 1_204_511,
      days: ['2026-10-23'],
      bytes: 33_554_432,
    },
    removes: { pages: 1_440, events: 20_112, days: ['2026-11-15'] },
  },
  redaction,
  redactions: { redactions: [redaction], total: 1, findings: [], next: null },
} as const
