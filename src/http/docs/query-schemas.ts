/* The shapes of answers to questions, as JSON Schema 2020-12: part of schemas.ts. */

const text = { type: 'string' } as const
const count = { type: 'integer', minimum: 0 } as const
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

export const querySchemas = {
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
} as const
