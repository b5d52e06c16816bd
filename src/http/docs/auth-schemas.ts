import { scopes } from '../../auth/contract.ts'
import { nullable } from './nullable.ts'

/* The shapes of what says who may do what. */

const text = { type: 'string' } as const
const moment = { type: 'string', format: 'date-time' } as const

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

const token = {
  type: 'object',
  required: ['id', 'name', 'state', 'scopes', 'facilities', 'issued', 'expires'],
  properties: {
    id: text,
    name: { ...text, description: 'Of the credential that it was made for.' },
    state: { ...text, enum: ['valid', 'revoked'] },
    ...grants,
    issued: moment,
    expires: moment,
  },
} as const

const credential = {
  type: 'object',
  required: [
    'name',
    'kind',
    'id',
    'state',
    'scopes',
    'facilities',
    'networks',
    'created',
    'expires',
    'revoked',
  ],
  properties: {
    name: text,
    kind: { ...text, enum: ['api-key', 'password', 'hmac'] },
    id: { ...nullable(text), description: 'The public part of a key; null for a password.' },
    state: { ...text, enum: ['valid', 'expired', 'revoked'] },
    ...grants,
    networks: { type: 'array', items: text, description: 'Empty: it may be used from anywhere.' },
    created: moment,
    expires: nullable(moment),
    revoked: nullable(moment),
  },
} as const

const listOf = (name: string, schema: string): object => ({
  type: 'object',
  required: [name],
  properties: { [name]: { type: 'array', items: { $ref: `#/components/schemas/${schema}` } } },
})

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
  Token: token,
  NewToken: {
    ...token,
    required: ['token', 'tokenType', ...token.required],
    properties: {
      token: { ...text, description: 'The token: to be sent as `Authorization: Bearer …`.' },
      tokenType: { ...text, const: 'Bearer' },
      ...token.properties,
    },
  },
  Tokens: listOf('tokens', 'Token'),
  Credential: credential,
  NewCredential: {
    ...credential,
    required: [...credential.required, 'secret'],
    properties: {
      ...credential.properties,
      secret: {
        ...nullable(text),
        description: 'The API key or the HMAC secret, shown once; null for a password.',
      },
    },
  },
  Credentials: listOf('credentials', 'Credential'),
  SigningKey: {
    type: 'object',
    required: ['id', 'state', 'created'],
    properties: {
      id: { ...text, description: 'The `kid` of its tokens.' },
      state: { ...text, enum: ['signs', 'verifies'] },
      created: moment,
    },
  },
  SigningKeys: listOf('keys', 'SigningKey'),
} as const

const tokenExample = {
  id: '9c3f1c0d5e7b4a6988f02d1b3c4e5f60',
  name: 'anna',
  state: 'valid',
  scopes: ['read'],
  facilities: { write: null, read: ['shop', 'db-*'] },
  issued: '2026-11-22T12:34:56.000Z',
  expires: '2026-11-22T13:34:56.000Z',
}
const credentialExample = {
  name: 'checkout',
  kind: 'api-key',
  id: 'k3v9q0xw2m7d',
  state: 'valid',
  scopes: ['write'],
  facilities: { write: ['checkout', 'shop-*'], read: null },
  networks: ['10.0.0.0/8'],
  created: '2026-11-22T12:34:56.789Z',
  expires: null,
  revoked: null,
}

export const authExamples = {
  token: tokenExample,
  revokedToken: { ...tokenExample, state: 'revoked' },
  newToken: { token: 'eyJhbGciOiJFZERTQSIs…', tokenType: 'Bearer', ...tokenExample },
  credential: credentialExample,
  newCredential: { ...credentialExample, secret: 'mb_k3v9q0xw2m7d_…' },
  wanted: {
    name: 'checkout',
    kind: 'api-key',
    scopes: ['write'],
    facilities: { write: ['checkout', 'shop-*'] },
  },
  signingKey: { id: '0f1e2d3c4b5a6978', state: 'signs', created: '2026-11-22T12:34:56.789Z' },
  me: {
    name: 'anna',
    way: 'basic',
    scopes: ['read'],
    facilities: { write: null, read: ['shop', 'db-*'] },
    expires: null,
  },
} as const
