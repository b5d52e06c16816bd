import {
  type Admission,
  type Grants,
  type Need,
  type Principal,
  type Refusal,
  type RefusalReason,
  type RequestFacts,
  type Scope,
  scopes,
} from './contract.ts'
import { type Credential, credentialTag } from './credential.ts'
import { isValidAt } from './is-valid-at.ts'
import type { CredentialStore } from './credential-store.ts'
import { checkHmac } from './hmac.ts'
import { hmacScheme } from './hmac-text.ts'
import { mayDo } from './may-do.ts'
import { type AddressRule, countedAs, letsIn, Networks } from './networks.ts'
import type { NonceLog } from './nonce-log.ts'
import type { Passwords } from './passwords.ts'
import type { RateLimiter } from './rate-limit.ts'
import { apiKeyId, equalHex, sha256Hex } from './secret.ts'
import type { TokenVerifier } from './tokens.ts'

export interface AuthenticatorOptions {
  readonly store: CredentialStore
  readonly passwords: Passwords
  readonly tokens: () => TokenVerifier
  readonly nonces: NonceLog
  readonly nowMs: () => number
  readonly hmacWindowMs: number
  readonly addresses: Readonly<Record<Scope, AddressRule>>
  readonly perAddress: RateLimiter
  readonly perPrincipal: RateLimiter
  /** Of refused attempts of one address: a guesser is slowed down long before the others notice. */
  readonly failures: RateLimiter
}

const everything: Grants = { write: 'all', read: 'all', admin: true }
const anonymous: Principal = {
  name: 'anonymous',
  way: 'anonymous',
  grants: everything,
  expiresMs: null,
  readTag: '',
}

const refuse = (code: Refusal['code'], detail: string, retryAfterS?: number): Refusal => ({
  ok: false,
  code,
  detail,
  ...(retryAfterS === undefined ? {} : { retryAfterS }),
})

/** One text for whatever is wrong: nothing is told of which names and keys exist. */
const notValid = refuse(
  'unauthenticated',
  'this needs a valid credential: an API key, a user and password, a token or a signature',
)

const notValidBecause = (why: RefusalReason, principal: string | null = null): Refusal => ({
  ...notValid,
  audit: { principal, why },
})

const tooMany = (
  detail: string,
  retryAfterS: number,
  principal: string | null = null,
): Refusal => ({
  ...refuse('rate-limited', detail, retryAfterS),
  audit: { principal, why: 'too-many-requests' },
})

interface Proven {
  readonly credential: Pick<Credential, 'name' | 'networks' | 'expiresMs'> & {
    readonly grants: Grants
  }
  readonly way: Principal['way']
  readonly bodySha256: string | null
}

/** The runtime checks the certificate and does not tell whose it is: all may post, and nothing else. */
const certified: Proven = {
  credential: {
    name: 'client-certificate',
    networks: [],
    expiresMs: null,
    grants: { write: 'all', read: null, admin: false },
  },
  way: 'client-certificate',
  bodySha256: null,
}

/** Decides for each request who sends it and whether they may. */
export class Authenticator {
  readonly #options: AuthenticatorOptions
  readonly #networks = new WeakMap<readonly string[], Networks>()

  constructor(options: AuthenticatorOptions) {
    this.#options = options
  }

  /** Whether somebody without a credential may do everything. */
  get isOpen(): boolean {
    return !this.#options.store.isConfigured
  }

  async admit(facts: RequestFacts, need: Need): Promise<Admission> {
    const { perAddress, perPrincipal, nowMs, failures } = this.#options
    const { address } = facts
    if (!this.#mayComeFrom(address, need)) {
      const detail = `the address rules for ${need} do not let ${address} in`
      const audit = { principal: null, why: 'address-rules' } as const
      return { ...refuse('address-denied', detail), audit }
    }
    const now = nowMs()
    const source = countedAs(address)
    const wait = perAddress.take(source, now)
    if (wait > 0) return tooMany(`too many requests from ${source}`, wait)
    if (this.isOpen && !facts.isCertified)
      return { ok: true, principal: anonymous, bodySha256: null }
    const proven = await this.#prove(facts, now)
    if ('ok' in proven) {
      const slower = failures.take(source, now)
      if (slower === 0) return proven
      const { principal = null } = proven.audit ?? {}
      const audit = { principal, why: 'too-many-attempts' } as const
      const detail = `too many refused attempts from ${source}`
      return { ...refuse('rate-limited', detail, slower), audit }
    }
    const { credential } = proven
    const { name } = credential
    if (!this.#isFrom(credential.networks, address)) return notValidBecause('wrong-network', name)
    const lacking = lackOf(proven, need)
    if (lacking !== null) {
      const audit = { principal: name, why: 'wrong-scope' } as const
      return { ...refuse('forbidden', `${name} ${lacking}`), audit }
    }
    const later = perPrincipal.take(name, now)
    if (later > 0) return tooMany(`too many requests of ${name}`, later, name)
    return { ok: true, principal: principalOf(proven), bodySha256: proven.bodySha256 }
  }

  async #prove(facts: RequestFacts, nowMs: number): Promise<Proven | Refusal> {
    const { headers, isCertified } = facts
    const authorization = headers.get('authorization')
    const key = headers.get('x-api-key')
    if (authorization === null && key === null) {
      return isCertified ? certified : notValidBecause('no-credential')
    }
    if (key !== null) return this.#byApiKey(key, nowMs)
    const [scheme = '', rest = ''] = splitOnce(authorization ?? '', ' ')
    if (scheme === hmacScheme) return this.#byHmac(facts, authorization ?? '', nowMs)
    if (scheme.toLowerCase() === 'basic')
      return await this.#byPassword(rest.trim(), facts.address, nowMs)
    if (scheme.toLowerCase() !== 'bearer') return notValidBecause('unknown')
    const token = rest.trim()
    return apiKeyId(token) === null
      ? await this.#byToken(token, nowMs)
      : this.#byApiKey(token, nowMs)
  }

  #byApiKey(key: string, nowMs: number): Proven | Refusal {
    const id = apiKeyId(key)
    const credential = id === null ? null : this.#options.store.apiKey(id)
    const isRight = equalHex(sha256Hex(key), credential?.sha256 ?? '0'.repeat(64))
    return isRight ? proofOf(credential, 'api-key', nowMs) : wrongSecretOf(credential)
  }

  async #byPassword(encoded: string, address: string, nowMs: number): Promise<Proven | Refusal> {
    const { store, passwords, failures } = this.#options
    const [name, password] = splitOnce(Buffer.from(encoded, 'base64').toString(), ':')
    if (password === undefined) return notValidBecause('unknown')
    const credential = store.password(name ?? '')
    const isKnown = passwords.isRemembered(credential, password)
    // Whoever has guessed too often is not worth a slow check, right or wrong; `admit` says when to come again.
    if (!isKnown && failures.wait(countedAs(address), nowMs) > 0) return notValidBecause('unknown')
    const isRight = isKnown || (await passwords.check(credential, password))
    if (isRight === null) return refuse('rate-limited', 'too many passwords are being checked', 1)
    return isRight ? proofOf(credential, 'basic', nowMs) : wrongSecretOf(credential)
  }

  async #byToken(token: string, nowMs: number): Promise<Proven | Refusal> {
    const { store, tokens } = this.#options
    const claims = await tokens().verify(token, nowMs)
    if (claims === null) return notValidBecause('unknown')
    if (store.isRevokedToken(claims.id)) return notValidBecause('revoked', claims.name)
    // A token ends with the credential it was made for, and loses the scopes that it loses.
    const owner = store.named(claims.name)
    const isSame = owner !== null && credentialTag(owner) === claims.ownerTag
    if (!isSame || !isValidAt(owner, nowMs)) return notValidBecause('revoked', claims.name)
    const { name, networks } = owner
    const { expiresMs } = claims
    const grants = {
      write: owner.grants.write === null ? null : claims.grants.write,
      read: owner.grants.read === null ? null : claims.grants.read,
      admin: owner.grants.admin && claims.grants.admin,
    }
    return { credential: { name, networks, expiresMs, grants }, way: 'token', bodySha256: null }
  }

  #byHmac(facts: RequestFacts, header: string, nowMs: number): Proven | Refusal {
    const { store, nonces, hmacWindowMs } = this.#options
    const find = (id: string) => {
      const found = store.hmac(id)
      return found !== null && isValidAt(found, nowMs) ? found : null
    }
    const outcome = checkHmac(facts, header, { nowMs, windowMs: hmacWindowMs, nonces, find })
    if (outcome.ok) {
      return { credential: outcome.credential, way: 'hmac', bodySha256: outcome.bodySha256 }
    }
    const principal = outcome.name
    switch (outcome.why) {
      case 'invalid':
        return principal === null
          ? notValidBecause('unknown')
          : notValidBecause('wrong-secret', principal)
      case 'outside-window':
      case 'replayed':
        return {
          ...refuse('replayed', replayTexts[outcome.why]),
          audit: { principal, why: outcome.why },
        }
      case 'too-many':
        return refuse('rate-limited', 'too many signed submissions within the replay window', 60)
    }
  }

  /** Who needs no scope may come from wherever some scope lets it. */
  #mayComeFrom(address: string, need: Need): boolean {
    const { addresses } = this.#options
    const rules = need === 'any' || need === 'secret' ? scopes : [need]
    return rules.some((scope) => letsIn(addresses[scope], address))
  }

  #isFrom(texts: readonly string[], address: string): boolean {
    if (texts.length === 0) return true
    const known = this.#networks.get(texts) ?? new Networks(texts)
    this.#networks.set(texts, known)
    return known.has(address)
  }
}

const replayTexts = {
  'outside-window': 'the signature is too old, or from the future: sign it anew',
  replayed: 'a submission with this nonce has been taken',
}

const wrongSecretOf = (credential: Credential | null): Refusal =>
  credential === null
    ? notValidBecause('unknown')
    : notValidBecause('wrong-secret', credential.name)

function proofOf(credential: Credential | null, way: Principal['way'], nowMs: number) {
  if (credential === null) return notValidBecause('unknown')
  if (!isValidAt(credential, nowMs)) {
    const why = credential.revokedMs === null ? 'expired' : 'revoked'
    return notValidBecause(why, credential.name)
  }
  return { credential, way, bodySha256: null }
}

function principalOf({ credential, way }: Proven): Principal {
  const { name, grants, expiresMs } = credential
  const { read } = grants
  const readTag =
    read === 'all' || read === null ? '' : sha256Hex(JSON.stringify(read)).slice(0, 12)
  return { name, way, grants, expiresMs, readTag }
}

const secretWays: ReadonlySet<Principal['way']> = new Set(['api-key', 'basic', 'hmac'])

/** What it needs and has not, in words; null: nothing. */
function lackOf({ credential, way }: Proven, need: Need): string | null {
  if (need === 'any') return null
  if (need !== 'secret') {
    return mayDo(credential.grants, need) ? null : `does not have the scope ${need}`
  }
  return secretWays.has(way) ? null : 'has to show its secret for this, not a token'
}

/** Before and after the first separator; one part where there is none. */
function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}
