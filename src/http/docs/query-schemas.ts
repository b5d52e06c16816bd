import { pairStatuses } from '../../query/catalogue/contract.ts'
import { fieldKinds } from '../../query/fields/contract.ts'

/* The shapes of answers to questions, as JSON Schema 2020-12: part of schemas.ts. */

const text = { type: 'string' } as const
const count = { type: 'integer', minimum: 0 } as const
const moment = { type: 'string', format: 'date-time' } as const
const optional = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] })

/** What every answer says of the work behind it. */
export const workMembers = {
  scanned: {
    type: 'object',
    description: 'What had to be looked at.',
    required: ['minutes', 'blocks', 'bytes'],
    properties: { minutes: count, blocks: count, bytes: count },
  },
  tookMs: { type: 'number', minimum: 0, description: 'From the beginning of the work to its end.' },
} as const

const range = {
  type: 'array',
  description: 'First and last, both included.',
  prefixItems: [count, count],
  minItems: 2,
  maxItems: 2,
} as const

export const querySchemas = {
  Now: {
    type: 'object',
    required: ['minute', 'openEvents', 'accepted', 'refused', 'reasons'],
    properties: {
      minute: { ...text, description: 'The open minute.' },
      openEvents: { ...count, description: 'Events of the minutes that have not closed.' },
      accepted: { ...count, description: 'Events acknowledged since the start.' },
      refused: {
        ...count,
        description: 'Events refused since the start; of one batch at most the first 1,000.',
      },
      reasons: {
        type: 'array',
        items: text,
        description: 'Why batches are not taken, such as disk-full; empty: they are.',
      },
      bookBytes: { ...count, description: 'Of all pages on disk.' },
      diskFreeBytes: { ...count, description: 'Free space of the data directory.' },
      retainDays: optional({
        ...count,
        description: 'Older pages are dropped; null: none for their age.',
      }),
      retainBytes: optional({
        ...count,
        description: 'The oldest pages are dropped while the book is larger.',
      }),
      version: text,
    },
  },
  Producers: {
    type: 'object',
    required: ['producers', 'totals'],
    properties: {
      producers: { type: 'array', items: { $ref: '#/components/schemas/Producer' } },
      totals: {
        type: 'object',
        description: 'Of all producers, not only of those listed.',
        properties: {
          producers: count,
          accepted: count,
          rejected: count,
          duplicates: count,
          missing: count,
          forgotten: { ...count, description: 'Producers that gave way to newer ones.' },
        },
      },
    },
  },
  Producer: {
    type: 'object',
    properties: {
      producer: text,
      watermark: { ...count, description: 'All numbers up to this one have come.' },
      highest: { ...count, description: 'The highest number that has come.' },
      missing: { ...count, description: 'Numbers below the highest that have not come.' },
      gaps: { type: 'array', items: range, description: 'Those numbers.' },
      batches: count,
      accepted: { ...count, description: 'Events stored.' },
      rejected: {
        ...count,
        description: 'Events refused by the server, or left out by the sender.',
      },
      duplicates: { ...count, description: 'Events that came again and were not stored.' },
      firstSeen: moment,
      lastSeen: moment,
    },
  },
  SearchAnswer: {
    type: 'object',
    required: ['events', 'next', 'closedThrough', 'scanned', 'tookMs'],
    properties: {
      events: { type: 'array', items: { $ref: '#/components/schemas/StoredEvent' } },
      next: {
        ...optional(text),
        description: 'Goes on from where this answer ends; null: there is no more.',
      },
      closedThrough: { ...optional(text), description: 'The newest minute that was searched.' },
      ...workMembers,
    },
  },
  Context: {
    type: 'object',
    required: ['id', 'events', 'closedThrough', 'scanned', 'tookMs'],
    properties: {
      id: { ...text, description: 'Of the event in the middle.' },
      events: { type: 'array', items: { $ref: '#/components/schemas/StoredEvent' } },
      closedThrough: { ...text, description: 'The newest minute that was looked at.' },
      ...workMembers,
    },
  },
  Stats: {
    type: 'object',
    required: ['from', 'to', 'every', 'by', 'agg', 'rows', 'source', 'scanned', 'tookMs'],
    properties: {
      from: {
        ...moment,
        description: 'The range that was counted, up to the newest closed minute.',
      },
      to: { ...moment, description: 'Its end, exclusive.' },
      every: { ...optional(text), description: 'Length of a bucket; null: there are none.' },
      by: { type: 'array', items: text },
      agg: { type: 'array', items: text },
      rows: {
        type: 'array',
        description:
          'One for each group and bucket: `time`, the fields of `by` (null: the events have none) and the aggregates, by their names.',
        items: { type: 'object', properties: { time: moment }, additionalProperties: true },
      },
      source: {
        ...text,
        enum: ['rollup', 'scan'],
        description: 'rollup: from counts kept beside the pages; scan: from the events.',
      },
      ...workMembers,
    },
  },
  Fields: {
    type: 'object',
    required: ['events', 'fields', 'found', 'scanned', 'tookMs'],
    properties: {
      events: { ...count, description: 'Events selected.' },
      fields: {
        type: 'array',
        description: 'Those that most events have come first.',
        items: {
          type: 'object',
          required: ['name', 'events', 'kinds', 'min', 'max', 'distinct'],
          properties: {
            name: { ...text, description: 'As a query names it.' },
            events: { ...count, description: 'Events that have it.' },
            kinds: {
              type: 'object',
              description: 'Events that have it with a value of each kind.',
              properties: Object.fromEntries(fieldKinds.map((kind) => [kind, count])),
              additionalProperties: false,
            },
            min: { ...optional({ type: 'number' }), description: 'Of its numbers.' },
            max: { ...optional({ type: 'number' }), description: 'Of its numbers.' },
            distinct: {
              ...optional({
                type: 'object',
                required: ['count', 'exact'],
                properties: { count, exact: { type: 'boolean' } },
              }),
              description: 'Different values; null: not asked for.',
            },
          },
        },
      },
      found: { ...count, description: 'Fields that there are, those beyond `limit` included.' },
      ...workMembers,
    },
  },
  Values: {
    type: 'object',
    required: ['field', 'events', 'withValue', 'values', 'others', 'distinct', 'source'],
    properties: {
      field: text,
      events: { ...count, description: 'Events selected.' },
      withValue: { ...count, description: 'How many of them have a value of the field.' },
      values: {
        type: 'array',
        description: 'Those that most events have come first.',
        items: {
          type: 'object',
          required: ['value', 'count'],
          properties: {
            value: { description: 'Text, a number, true or false.' },
            count: { ...count, description: 'Events that have it.' },
          },
        },
      },
      others: { ...count, description: 'The counts of all values that are not listed.' },
      distinct: { ...count, description: 'Different values.' },
      source: { ...text, enum: ['rollup', 'scan'] },
      ...workMembers,
    },
  },
  CataloguePair: {
    type: 'object',
    required: ['facility', 'event', 'status', 'count', 'total', 'first', 'last'],
    properties: {
      facility: text,
      event: text,
      status: {
        ...text,
        enum: [...pairStatuses],
        description:
          'new: its first event ever is in the range. returned: it came back in the range after a silence. active: it has events in the range otherwise. silent: it has none in the range.',
      },
      count: { ...count, description: 'Events in the range.' },
      levels: { type: 'object', description: 'Events in the range by level.' },
      total: { ...count, description: 'Events ever, also of dropped pages.' },
      first: { ...moment, description: 'The first ever, by its own timestamp.' },
      last: { ...moment, description: 'The last ever, by its own timestamp.' },
      firstReceived: { ...text, description: 'The minute the first ever was received in.' },
      lastReceived: { ...text, description: 'The minute the last ever was received in.' },
      returnedAfterMinutes: {
        ...optional(count),
        description: 'How long it had been silent before its newest return in the range.',
      },
      sparkline: {
        type: 'array',
        items: count,
        description:
          'Events by buckets of `bucketMinutes`, aligned to UTC, from the one of `from` on.',
      },
    },
  },
  Catalogue: {
    type: 'object',
    required: ['from', 'to', 'pairs', 'found', 'complete', 'next', 'scanned', 'tookMs'],
    properties: {
      from: { ...text, description: 'The first minute of receipt that was counted.' },
      to: { ...text, description: 'The first minute after them.' },
      bucketMinutes: { ...count, description: 'Minutes of one number of a sparkline; 0: none.' },
      pairs: { type: 'array', items: { $ref: '#/components/schemas/CataloguePair' } },
      found: {
        ...count,
        description: 'Pairs that pass the filters, those beyond `limit` included.',
      },
      statuses: {
        type: 'object',
        description: 'Pairs that pass the other filters, by status.',
        properties: Object.fromEntries(pairStatuses.map((status) => [status, count])),
      },
      complete: { type: 'boolean', description: 'Whether nothing is known to be left out.' },
      incomplete: {
        type: 'array',
        description:
          'What may be left out. pairs: those beyond --catalogue-pairs-max. tallies: a page had too many to count. pages: some could not be read. rebuilt: it was made again from the pages that were left. behind: it is still being made.',
        items: { ...text, enum: ['pairs', 'tallies', 'pages', 'rebuilt', 'behind'] },
      },
      since: { ...optional(text), description: 'Nothing is known of what came before.' },
      closedThrough: { ...optional(text), description: 'The newest minute that was counted.' },
      next: { ...optional(text), description: 'Goes on from where this answer ends.' },
      ...workMembers,
    },
  },
} as const
