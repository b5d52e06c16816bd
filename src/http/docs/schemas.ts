import { levelNames } from '../../event/level.ts'
import { refusals } from '../../event/refusal.ts'
import { problems } from '../problem.ts'
import { authSchemas } from './auth-schemas.ts'
import { nullable } from './nullable.ts'
import { retentionSchemas } from './retention-schemas.ts'
import { querySchemas } from './query-schemas.ts'

/* The shapes of requests and answers, as JSON Schema 2020-12, which OpenAPI 3.1 uses. */

const text = { type: 'string' } as const
const count = { type: 'integer', minimum: 0 } as const
const moment = { type: 'string', format: 'date-time' } as const
const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const
const ref = (name: SchemaName): { readonly $ref: string } => ({
  $ref: `#/components/schemas/${name}`,
})
const levels = {
  type: 'object',
  description: 'Events by level; levels without events are left out.',
  properties: Object.fromEntries(levelNames.map((name) => [name, count])),
  additionalProperties: false,
} as const

const members = {
  facility: {
    ...text,
    minLength: 1,
    description: "A unique name that tags the message's source; at most 128 bytes of UTF-8.",
  },
  timestamp: {
    description:
      'When it happened, by the client: RFC 3339 with up to nanoseconds, or milliseconds since the epoch. Missing: when it was received.',
    anyOf: [moment, { type: 'number' }],
  },
  level: {
    description: `One of ${levelNames.join(', ')}, an alias, or 0 to 7 (RFC 5424).`,
    anyOf: [text, { type: 'integer', minimum: 0, maximum: 7 }],
  },
  event: {
    ...text,
    minLength: 1,
    description: 'A fixed string without variable parts; at most 1,024 bytes of UTF-8.',
  },
  additional: {
    type: 'object',
    description: 'Everything else, as name/value pairs, nested at will.',
  },
} as const

const definitions = {
  Event: {
    type: 'object',
    description: 'An event as it is posted.',
    required: ['facility', 'level', 'event'],
    additionalProperties: false,
    properties: members,
  },
  StoredEvent: {
    type: 'object',
    description: 'An event as it is given back.',
    required: ['id', 'received', 'timestamp', 'facility', 'level', 'event', 'additional'],
    properties: {
      id: { ...text, pattern: '^[0-9a-f]{16}$', description: 'Minute, part and row in hex.' },
      received: { ...moment, description: "When its batch came in, by the server's clock." },
      timestamp: { ...moment, description: 'By the client; UTC, 3 or 9 fraction digits.' },
      facility: members.facility,
      level: { ...text, enum: [...levelNames] },
      event: members.event,
      additional: members.additional,
    },
  },
  Accepted: {
    type: 'object',
    required: ['accepted', 'duplicate', 'minute', 'page', 'batch', 'rejectedCount', 'rejected'],
    properties: {
      accepted: { ...count, description: 'Events that are durable now.' },
      duplicate: {
        type: 'boolean',
        description: 'The batch was acknowledged before, under its key or its sequence.',
      },
      minute: {
        ...nullable(text),
        description:
          'The minute whose page will hold them; null for a duplicate by sequence: where it is is not kept.',
      },
      page: {
        ...nullable(text),
        description: 'The path of that page; it can be read once the minute has closed.',
      },
      batch: {
        ...nullable(text),
        description: "The batch's number in the order of all batches, in hex.",
      },
      rejectedCount: count,
      rejected: { type: 'array', maxItems: 1_000, items: { $ref: '#/components/schemas/Refusal' } },
    },
  },
  Refusal: {
    type: 'object',
    description: 'Why one event was refused; those beside it were kept.',
    required: ['index', 'code', 'pointer', 'detail'],
    properties: {
      index: { ...count, description: 'Position in the batch, from 0.' },
      code: { ...text, enum: Object.keys(refusals) },
      pointer: { ...text, description: 'JSON pointer (RFC 6901) of the member inside the event.' },
      detail: text,
    },
  },
  PageEntry: {
    type: 'object',
    required: ['minute', 'events', 'digest', 'levels', 'href'],
    properties: {
      minute: text,
      events: count,
      bytes: count,
      digest: {
        ...digest,
        description: "SHA-256 of the page's directory, which holds those of its blocks.",
      },
      link: { ...digest, description: 'SHA-256 over `previous`, the minute and the digest.' },
      previous: { ...digest, description: 'The link of the page before.' },
      levels,
      timestampMin: moment,
      timestampMax: moment,
      closedAt: moment,
      href: text,
      page: text,
    },
  },
  MinuteList: {
    type: 'object',
    required: ['minutes', 'closedThrough', 'next'],
    properties: {
      minutes: { type: 'array', items: { $ref: '#/components/schemas/PageEntry' } },
      closedThrough: nullable(text),
      next: { ...text, description: 'Goes on from where this answer ends, now or later.' },
    },
  },
  Index: {
    type: 'object',
    required: ['closedThrough', 'oldest', 'newest', 'totals', 'facilities', 'levels'],
    properties: {
      closedThrough: nullable(text),
      firstMinute: nullable(text),
      droppedBefore: nullable(text),
      oldest: nullable({ $ref: '#/components/schemas/PageEntry' }),
      newest: nullable({ $ref: '#/components/schemas/PageEntry' }),
      totals: {
        type: 'object',
        description: 'Pages and bytes are null for a credential that is bound to facilities.',
        properties: { events: count, pages: nullable(count), bytes: nullable(count) },
      },
      facilities: {
        type: 'array',
        items: { type: 'object', properties: { facility: text, events: count } },
      },
      levels,
      days: {
        description:
          'Days with pages, the oldest first; null for a credential that is bound to facilities.',
        ...nullable({
          type: 'array',
          items: {
            type: 'object',
            properties: { day: text, pages: count, events: count, bytes: count },
          },
        }),
      },
      links: { type: 'object' },
    },
  },
  Page: {
    type: 'object',
    required: ['minute', 'digest', 'events'],
    properties: {
      minute: text,
      digest: nullable(digest),
      events: { type: 'array', items: { $ref: '#/components/schemas/StoredEvent' } },
    },
  },
  Hour: periodSchema('hour'),
  Day: periodSchema('day'),
  ...querySchemas,
  ...authSchemas,
  ...retentionSchemas,
  DropReport: {
    type: 'object',
    properties: {
      dryRun: { type: 'boolean' },
      before: text,
      pages: count,
      events: count,
      bytes: count,
      days: { type: 'array', items: text },
      facilities: {
        description: 'With facility or level: the patterns; null: of any facility.',
        ...nullable({ type: 'array', items: text }),
      },
      levels: {
        description: 'With facility or level: the names; null: of any level.',
        ...nullable({ type: 'array', items: text }),
      },
      damagedPages: {
        type: 'integer',
        description: 'With facility or level: pages that cannot be read, and are left as they are.',
      },
      closedThrough: {
        description:
          'With facility or level: later minutes are as they were. Null: no minute has closed.',
        ...nullable(text),
      },
    },
  },
  Live: {
    type: 'object',
    required: ['live', 'version'],
    properties: { live: { type: 'boolean' }, version: text },
  },
  Ready: {
    type: 'object',
    required: ['ready', 'reasons'],
    properties: {
      ready: { type: 'boolean' },
      reasons: {
        type: 'array',
        items: { ...text, description: 'Such as disk-full or ring-full.' },
      },
    },
  },
  Problem: {
    type: 'object',
    description: 'RFC 9457. `code` is stable; a problem may carry members of its own beside these.',
    required: ['type', 'title', 'status', 'code', 'detail'],
    properties: {
      type: { ...text, format: 'uri-reference' },
      title: text,
      status: { type: 'integer' },
      code: { ...text, enum: Object.keys(problems) },
      detail: text,
    },
  },
} as const

function periodSchema(unit: 'hour' | 'day'): object {
  return {
    type: 'object',
    required: [unit, 'complete', 'closedThrough', 'minutes', 'events'],
    properties: {
      [unit]: text,
      complete: { type: 'boolean', description: 'Whether all of its minutes have closed.' },
      closedThrough: { ...text, description: 'The last minute that this answer covers.' },
      minutes: {
        type: 'array',
        description: 'Its minutes that hold events.',
        items: {
          type: 'object',
          required: ['minute', 'events', 'digest'],
          properties: { minute: text, events: count, digest },
        },
      },
      events: { type: 'array', items: { $ref: '#/components/schemas/StoredEvent' } },
    },
  }
}

type SchemaName = keyof typeof definitions

export const schemas = { definitions, ref } as const
