/*
 * Who may do what. A request is admitted as a principal: the anonymous one on loopback, or one that a
 * credential names. docs/SECURITY.md has the table of what each way of authentication allows.
 */

/** `write`: POST of events. `read`: every GET of events or counts. `admin`: DELETE, tokens, credentials. */
export const scopes = ['write', 'read', 'admin'] as const
export type Scope = (typeof scopes)[number]

/**
 * What an operation asks of whoever calls it: a scope; `any`: to be somebody, whatever the scopes; `secret`:
 * to be somebody who has shown a secret, and neither a token nor a certificate.
 */
export type Need = Scope | 'any' | 'secret'

/** How a principal has proved itself. */
export type AuthWay = 'anonymous' | 'api-key' | 'basic' | 'token' | 'hmac' | 'client-certificate'

/**
 * What a principal may do. A scope it lacks is null; otherwise the facilities it is bound to, as patterns
 * (`checkout`, `shop-*`), or `all`. The scope admin has no facilities.
 */
export interface Grants {
  readonly write: readonly string[] | 'all' | null
  readonly read: readonly string[] | 'all' | null
  readonly admin: boolean
}

export interface Principal {
  /** What logs, metrics and the audit trail call it; never a secret. */
  readonly name: string
  readonly way: AuthWay
  readonly grants: Grants
  /** When what it showed ends, ms since the epoch; null: it does not. */
  readonly expiresMs: number | null
  /** Changes whenever what it may read changes: part of every ETag. Empty: all facilities. */
  readonly readTag: string
}

/** What is looked at before a body has been read. */
export interface RequestFacts {
  readonly method: string
  /** Path and query as they came. */
  readonly target: string
  readonly headers: Headers
  /** The client's address, trusted proxies resolved. */
  readonly address: string
  /** It came over a connection that had to show a certificate of the server's own authority. */
  readonly isCertified: boolean
}

export type Admission =
  | {
      readonly ok: true
      readonly principal: Principal
      /** HMAC: lower-case hex of the SHA-256 that the body must have; checked once it has come. */
      readonly bodySha256: string | null
    }
  | Refusal

export interface Refusal {
  readonly ok: false
  readonly code: RefusalCode
  readonly detail: string
  readonly retryAfterS?: number
  /** For the audit trail alone; left out: it is no matter of authentication. */
  readonly audit?: RefusalFacts
}

/** What is known of a refused authentication, and never told to whoever tries. */
export interface RefusalFacts {
  /** The credential that the name or the key names; null: there is none. */
  readonly principal: string | null
  readonly why: RefusalReason
}

export type RefusalReason =
  | 'no-credential'
  | 'unknown'
  | 'wrong-secret'
  | 'expired'
  | 'revoked'
  | 'wrong-network'
  | 'wrong-scope'
  | 'address-rules'
  | 'outside-window'
  | 'replayed'
  | 'too-many-attempts'
  | 'too-many-requests'

export type RefusalCode =
  /** 401: no credential, or one that is not valid, expired or revoked; which of them is not said. */
  | 'unauthenticated'
  /** 403: a valid principal without the scope, or bound to other facilities. */
  | 'forbidden'
  /** 403: the address rules do not let this address in. */
  | 'address-denied'
  /** 401: an HMAC submission that has come before, or too long ago. */
  | 'replayed'
  /** 429. */
  | 'rate-limited'
