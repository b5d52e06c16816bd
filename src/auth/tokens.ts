import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import {
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import type { Grants } from './contract.ts'
import { grantsSchema } from './credential.ts'
import { sha256Hex } from './secret.ts'

/*
 * Expiring tokens: JWTs (RFC 7519) signed with Ed25519 (RFC 8037), verified by the library with exactly that
 * algorithm, this issuer and this audience. Their claims say all that the server needs; what is kept is the
 * signing keys, and the ids of those revoked before their time.
 */

const algorithm = 'EdDSA'
const issuer = 'minutebook'
export const tokenLifetimeMaxS = 30 * 86_400
/** Keys that still verify: the newest signs, the older ones are kept while tokens of theirs may live. */
export const signingKeysMax = 32
const verifiedMax = 10_000
export const tokenBytesMax = 8_192

const claimsSchema = Type.Object({
  sub: Type.String({ minLength: 1, maxLength: 64 }),
  jti: Type.String({ minLength: 16, maxLength: 64 }),
  iat: Type.Integer(),
  exp: Type.Integer(),
  /** The tag of the credential that it is of: another one of that name, or another secret, is not meant. */
  cred: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  grants: grantsSchema,
})

export const signingKeySchema = Type.Object(
  {
    id: Type.String({ minLength: 8, maxLength: 64 }),
    createdMs: Type.Integer(),
    /** RFC 8037: `x` the public, `d` the private key, base64url. */
    x: Type.String(),
    d: Type.String(),
  },
  { additionalProperties: false },
)
export type SigningKey = Static<typeof signingKeySchema>

export interface TokenClaims {
  readonly id: string
  readonly name: string
  readonly issuedMs: number
  readonly expiresMs: number
  /** Says which secret of which credential it was made with. */
  readonly ownerTag: string
  readonly grants: Grants
}

export async function makeSigningKey(nowMs: number): Promise<SigningKey> {
  const pair = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true })
  const { x = '', d = '' } = await exportJWK(pair.privateKey)
  return { id: sha256Hex(x).slice(0, 16), createdMs: nowMs, x, d }
}

export async function signToken(key: SigningKey, claims: TokenClaims): Promise<string> {
  const jwk: JWK = { kty: 'OKP', crv: 'Ed25519', x: key.x, d: key.d }
  return await new SignJWT({ grants: claims.grants, cred: claims.ownerTag })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: key.id })
    .setIssuer(issuer)
    .setAudience(issuer)
    .setSubject(claims.name)
    .setJti(claims.id)
    .setIssuedAt(Math.floor(claims.issuedMs / 1000))
    .setExpirationTime(Math.floor(claims.expiresMs / 1000))
    .sign(await importJWK(jwk, algorithm))
}

/** Verifies tokens. One that has been verified is remembered, so that a batch does not pay for it again. */
export class TokenVerifier {
  readonly #keys: ReadonlyMap<string, SigningKey>
  readonly #verified = new Map<string, TokenClaims>()

  constructor(keys: readonly SigningKey[]) {
    this.#keys = new Map(keys.map((key) => [key.id, key]))
  }

  /** Null: not one of ours, altered, or expired. Revocation is the caller's to look up. */
  async verify(token: string, nowMs: number): Promise<TokenClaims | null> {
    if (token.length > tokenBytesMax) return null
    const known = this.#verified.get(token)
    const claims = known ?? (await this.#check(token, nowMs))
    if (claims === null || nowMs >= claims.expiresMs) return null
    if (known === undefined) this.#remember(token, claims)
    return claims
  }

  async #check(token: string, nowMs: number): Promise<TokenClaims | null> {
    try {
      const key = this.#keys.get(decodeProtectedHeader(token).kid ?? '')
      if (key === undefined) return null
      const publicKey = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: key.x }, algorithm)
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: [algorithm],
        issuer,
        audience: issuer,
        currentDate: new Date(nowMs),
      })
      if (!Value.Check(claimsSchema, payload)) return null
      const { sub, jti, iat, exp, cred, grants } = payload
      const times = { issuedMs: iat * 1000, expiresMs: exp * 1000 }
      return { id: jti, name: sub, ...times, ownerTag: cred, grants }
    } catch {
      // Whatever is wrong with it, the answer is the same: it is not valid.
      return null
    }
  }

  #remember(token: string, claims: TokenClaims): void {
    if (this.#verified.size >= verifiedMax) {
      const oldest = this.#verified.keys().next().value
      if (oldest !== undefined) this.#verified.delete(oldest)
    }
    this.#verified.set(token, claims)
  }
}
