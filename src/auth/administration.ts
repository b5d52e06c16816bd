import { randomBytes } from 'node:crypto'
import type { Grants, Principal } from './contract.ts'
import { type Credential, credentialTag } from './credential.ts'
import { isValidAt } from './is-valid-at.ts'
import {
  addCredential,
  type MadeCredential,
  type NewCredential,
  removeCredential,
  revokeCredential,
  revokeToken,
  rotateCredential,
} from './credential-changes.ts'
import type { CredentialStore } from './credential-store.ts'
import { narrowedGrants, type WantedGrants } from './narrowed.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { IssuedToken, TokenList } from './token-list.ts'
import { type SigningKey, signToken, tokenLifetimeMaxS } from './tokens.ts'

export interface WantedToken extends WantedGrants {
  readonly expiresInS: number
}

export type IssueOutcome =
  | { readonly ok: true; readonly token: string; readonly issued: IssuedToken }
  /** It asks for more than its owner has. */
  | { readonly ok: false; readonly why: 'too-wide'; readonly detail: string }
  /** The caller has shown no secret of a credential. */
  | { readonly ok: false; readonly why: 'no-owner' }
  | { readonly ok: false; readonly why: 'too-many'; readonly untilMs: number }

/** A token as lists show it. */
export interface ListedToken extends IssuedToken {
  /** `revoked`: itself, or the credential it was made for. */
  readonly state: 'valid' | 'revoked'
}

export interface AdministrationOptions {
  readonly store: CredentialStore
  readonly signingKeys: SigningKeys
  readonly tokens: TokenList
  readonly nowMs: () => number
}

/** Changes who may do what: by the rules of the command line, and in force when a change resolves. */
export class Administration {
  readonly #options: AdministrationOptions

  constructor(options: AdministrationOptions) {
    this.#options = options
  }

  get credentials(): readonly Credential[] {
    return this.#options.store.content.credentials
  }

  get signingKeys(): readonly SigningKey[] {
    return this.#options.signingKeys.all
  }

  /** This and the three below throw CredentialChangeError. */
  async add(wanted: NewCredential): Promise<MadeCredential> {
    const { store, nowMs } = this.#options
    const made = await addCredential(store.path, wanted, nowMs())
    store.reload(wanted.name)
    return made
  }

  async rotate(name: string, password?: string): Promise<MadeCredential> {
    const { store, nowMs } = this.#options
    const made = await rotateCredential(store.path, name, nowMs(), password)
    store.reload(name)
    return made
  }

  async revoke(name: string): Promise<Credential> {
    const { store, nowMs } = this.#options
    const revoked = await revokeCredential(store.path, name, nowMs())
    store.reload(name)
    return revoked
  }

  async remove(name: string): Promise<Credential> {
    const { store } = this.#options
    const removed = await removeCredential(store.path, name)
    store.reload(name)
    return removed
  }

  /** Throws CredentialChangeError. */
  rotateSigningKey(endTokens: boolean): Promise<SigningKey> {
    return this.#options.signingKeys.rotate(this.#options.nowMs(), endTokens)
  }

  /** Never wider than its owner's rights, and never longer than the credential. */
  async issue(principal: Principal, wanted: WantedToken): Promise<IssueOutcome> {
    const { store, signingKeys, tokens, nowMs } = this.#options
    const now = nowMs()
    const owner = store.named(principal.name)
    if (owner === null || !isValidAt(owner, now)) return { ok: false, why: 'no-owner' }
    const grants = narrowedGrants(owner.grants, wanted)
    if (typeof grants === 'string') return { ok: false, why: 'too-wide', detail: grants }
    const untilMs = tokens.fullUntilMs(owner.name, now)
    if (untilMs !== null) return { ok: false, why: 'too-many', untilMs }
    // Tokens count in seconds.
    const issuedMs = Math.floor(now / 1000) * 1000
    const lifetimeMs = Math.min(wanted.expiresInS, tokenLifetimeMaxS) * 1000
    const endMs = owner.expiresMs ?? Number.POSITIVE_INFINITY
    const expiresMs = Math.floor(Math.min(issuedMs + lifetimeMs, endMs) / 1000) * 1000
    const id = randomBytes(16).toString('hex')
    const ownerTag = credentialTag(owner)
    const issued = { id, name: owner.name, ownerTag, grants: copyOf(grants), issuedMs, expiresMs }
    const key = await signingKeys.current(now)
    const token = await signToken(key, issued)
    tokens.add(issued)
    return { ok: true, token, issued }
  }

  /** Those that have not expired, newest first; of one owner, or of all. */
  tokens(name: string | null): ListedToken[] {
    const { tokens, nowMs } = this.#options
    const all = tokens.all(nowMs()).filter((token) => name === null || token.name === name)
    return all.map((token) => ({ ...token, state: this.#stateOf(token) })).toReversed()
  }

  /**
   * Null: there is no such token, or it is another's. `isNew`: it was not revoked before; if it was, nothing is
   * written. Throws CredentialChangeError.
   */
  async revokeToken(
    id: string,
    name: string | null,
  ): Promise<{ readonly token: ListedToken; readonly isNew: boolean } | null> {
    const { store, tokens, nowMs } = this.#options
    const now = nowMs()
    const found = tokens.find(id, now)
    if (found === null || (name !== null && found.name !== name)) return null
    const token = { ...found, state: 'revoked' } as const
    if (store.isRevokedToken(id)) return { token, isNew: false }
    await revokeToken(store.path, { id, expiresMs: found.expiresMs }, now)
    store.reload()
    return { token, isNew: true }
  }

  #stateOf({ id, name, ownerTag }: IssuedToken): ListedToken['state'] {
    const { store, nowMs } = this.#options
    if (store.isRevokedToken(id)) return 'revoked'
    const owner = store.named(name)
    if (owner === null || !isValidAt(owner, nowMs())) return 'revoked'
    return credentialTag(owner) === ownerTag ? 'valid' : 'revoked'
  }
}

function copyOf({ write, read, admin }: Grants): IssuedToken['grants'] {
  return { write: copyOfPatterns(write), read: copyOfPatterns(read), admin }
}

function copyOfPatterns(patterns: Grants['read']): string[] | 'all' | null {
  return patterns === null || patterns === 'all' ? patterns : [...patterns]
}
