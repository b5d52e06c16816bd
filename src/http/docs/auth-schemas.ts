import { scopes } from '../../auth/contract.ts'

/* The shapes of what says who may do what. */

const text = { type: 'string' } as const
const moment = { type: 'string', format: 'date-time' } as const
const nullable = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] })

/** Facilities that a scope is bound to. */
const facilities = {
  description: 'Names and patterns such as shop-*; `all`; null without the scope.',
  anyOf: [{ ...text, const: 'all' }, { type: 'array', items: text }, { type: 'null' }],
} as const

const grants = {
  scopes: { type: 'array', items: { ...text, enum: [...scopes] } },
  facilities: {
    type: 'object',
    description: 'What the scopes write and read are bound to.',
    required: ['write', 'read'],
    properties: { write: facilities, read: facilities },
  },
} as const

export const authSchemas = {
  Me: {
    type: 'object',
    required: ['name', 'way', 'scopes', 'facilities', 'expires'],
    properties: {
      name: { ...text, description: 'The name of the credential; anonymous without one.' },
      way: {
        ...text,
        description: 'How it has proved itself.',
        enum: ['anonymous', 'api-key', 'basic', 'token', 'hmac', 'client-certificate'],
      },
      ...grants,
      expires: { ...nullable(moment), description: 'When what it showed ends.' },
    },
  },
} as const

export const authExamples = {
  me: {
    name: 'anna',
    way: 'basic',
    scopes: ['read'],
    facilities: { write: null, read: ['shop', 'db-*'] },
    expires: null,
  },
} as const
