import { type Static, Type } from '@sinclair/typebox'
import { sha256Hex } from './secret.ts'

/*
 * What is kept of a credential. Secrets are kept as hashes, but for HMAC: both sides must know that one, so
 * the file is readable by its owner alone.
 */

const patterns = Type.Union([
  Type.Literal('all'),
  Type.Array(Type.String({ minLength: 1 })),
  Type.Null(),
])

export const grantsSchema = Type.Object(
  { write: patterns, read: patterns, admin: Type.Boolean() },
  { additionalProperties: false },
)

const common = {
  /** Names the principal in logs: letters, digits, `.`, `_`, `@` and `-`, 1 to 64. Unique. */
  name: Type.String({ pattern: '^[A-Za-z0-9._@-]{1,64}$' }),
  grants: grantsSchema,
  createdMs: Type.Integer(),
  /** Null: does not expire. */
  expiresMs: Type.Union([Type.Integer(), Type.Null()]),
  revokedMs: Type.Union([Type.Integer(), Type.Null()]),
  /** Networks in CIDR form it may be used from; empty: any. */
  networks: Type.Array(Type.String()),
} as const

export const credentialSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('api-key'),
      /** The public part of `mb_<id>_<secret>`. */
      id: Type.String({ pattern: '^[a-z0-9]{12}$' }),
      /** SHA-256 of the whole key, hex: it has 190 bits of chance, so no slow hash is needed. */
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      ...common,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('password'),
      /** argon2id, as Bun.password writes it. The user is the name. */
      hash: Type.String({ pattern: '^\\$argon2id\\$' }),
      ...common,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('hmac'),
      id: Type.String({ pattern: '^[a-z0-9]{12}$' }),
      /** 32 bytes, base64url. */
      secret: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
      ...common,
    },
    { additionalProperties: false },
  ),
])

export type Credential = Static<typeof credentialSchema>
export type CredentialKind = Credential['kind']
export type CredentialOf<K extends CredentialKind> = Extract<Credential, { kind: K }>

export const credentialsMax = 10_000

export const credentialFileSchema = Type.Object(
  {
    version: Type.Literal(1),
    credentials: Type.Array(credentialSchema, { maxItems: credentialsMax }),
    /** Ids of tokens that are no longer taken, with the time at which they would have expired anyway. */
    revokedTokens: Type.Array(
      Type.Object(
        { id: Type.String({ maxLength: 64 }), expiresMs: Type.Integer() },
        { additionalProperties: false },
      ),
      { maxItems: credentialsMax },
    ),
  },
  { additionalProperties: false },
)

export type CredentialFileContent = Static<typeof credentialFileSchema>

/** What is kept of its secret. */
export function secretOf(credential: Credential): string {
  if (credential.kind === 'api-key') return credential.sha256
  return credential.kind === 'hmac' ? credential.secret : credential.hash
}

/** Another one for each secret, and says nothing of it. */
export function credentialTag(credential: Credential): string {
  return sha256Hex(`${credential.name}\0${secretOf(credential)}`).slice(0, 16)
}
