import { type Static, Type } from '@sinclair/typebox'
import type { Grants } from '../../auth/contract.ts'
import type { NewCredential } from '../../auth/credential-changes.ts'
import { patternBytesMax, patternsMax } from '../../event/facility-pattern.ts'
import { tokenLifetimeMaxS } from '../../auth/tokens.ts'

/* The bodies of the operations that make tokens and credentials; also what the OpenAPI document says of them. */

const facilities = Type.Union(
  [
    Type.Literal('all'),
    Type.Array(Type.String({ minLength: 1, maxLength: patternBytesMax }), {
      maxItems: patternsMax,
    }),
  ],
  { description: 'Names and patterns such as shop-*. Left out: all that may be had.' },
)

const scopes = Type.Array(
  Type.Union([Type.Literal('write'), Type.Literal('read'), Type.Literal('admin')]),
  { minItems: 1, maxItems: 3, uniqueItems: true },
)

const bound = Type.Object(
  { write: Type.Optional(facilities), read: Type.Optional(facilities) },
  { additionalProperties: false, description: 'What the scopes write and read are bound to.' },
)

export const tokenLifetimeDefaultS = 3_600

export const wantedTokenSchema = Type.Object(
  {
    scopes: Type.Optional({
      ...scopes,
      description: "Some of the caller's. Left out: all of them.",
    }),
    facilities: Type.Optional(bound),
    expiresIn: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: tokenLifetimeMaxS,
        default: tokenLifetimeDefaultS,
        description: "Seconds; never longer than the caller's credential lives.",
      }),
    ),
  },
  { additionalProperties: false },
)

const password = Type.String({
  maxLength: 1_024,
  description: 'Of a credential of the kind password: 8 characters or more.',
})

export const wantedCredentialSchema = Type.Object(
  {
    name: Type.String({ description: "1 to 64 letters, digits, '.', '_', '@' and '-'." }),
    kind: Type.Optional(
      Type.Union([Type.Literal('api-key'), Type.Literal('password'), Type.Literal('hmac')], {
        default: 'api-key',
      }),
    ),
    scopes,
    facilities: Type.Optional(bound),
    networks: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), {
        maxItems: 64,
        description: 'May be used from these alone (10.0.0.0/8). Left out: from anywhere.',
      }),
    ),
    expiresIn: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3_153_600_000,
        description: 'Seconds. Left out: it does not expire.',
      }),
    ),
    password: Type.Optional(password),
  },
  { additionalProperties: false },
)

export const wantedRotationSchema = Type.Object(
  { password: Type.Optional(password) },
  { additionalProperties: false },
)

export const wantedKeySchema = Type.Object(
  {
    endTokens: Type.Optional(
      Type.Boolean({ default: false, description: 'Every token ends at once.' }),
    ),
  },
  { additionalProperties: false },
)

export const nothingSchema = Type.Object({}, { additionalProperties: false })

export function newCredentialOf(
  wanted: Static<typeof wantedCredentialSchema>,
  nowMs: number,
): NewCredential {
  const { name, kind = 'api-key', networks = [], expiresIn, password: given } = wanted
  return {
    kind,
    name,
    grants: grantsOf(wanted),
    networks,
    expiresMs: expiresIn === undefined ? null : nowMs + expiresIn * 1000,
    ...(given === undefined ? {} : { password: given }),
  }
}

function grantsOf({
  scopes: wanted,
  facilities: to,
}: Static<typeof wantedCredentialSchema>): Grants {
  return {
    write: wanted.includes('write') ? (to?.write ?? 'all') : null,
    read: wanted.includes('read') ? (to?.read ?? 'all') : null,
    admin: wanted.includes('admin'),
  }
}
