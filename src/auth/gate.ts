import { existsSync } from 'node:fs'
import type { Authenticator } from './authenticator.ts'
import type { Administration } from './administration.ts'
import type { CredentialChange } from './credential-diff.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Scope } from './contract.ts'

/** How often it is looked whether there are credentials by now. */
const lookEveryMs = 250

/** What the operator has set; texts as they were given, checked when the server starts. */
export interface AccessRules {
  readonly allow: Readonly<Record<Scope, readonly string[]>>
  readonly deny: Readonly<Record<Scope, readonly string[]>>
  readonly proxies: readonly string[]
  readonly perAddress: RateLimit
  readonly perPrincipal: RateLimit
  readonly hmacWindowMs: number
}

export interface GateOptions {
  readonly dataDirectory: string
  readonly rules: AccessRules
  readonly nowMs: () => number
  readonly elapsedMs: () => number
  readonly onTrouble: (error: unknown) => void
  /** Told of credentials that another process has changed. */
  readonly onCredentialChange: (change: CredentialChange) => void
  /** Told of the signing key that another process has made. */
  readonly onSigningKey: (id: string) => void
}

/**
 * Stands before the authenticator, and loads it only when there is something to check: a server for this
 * machine alone starts without it, and its requests pay nothing.
 */
export class Gate implements AsyncDisposable {
  readonly #options: GateOptions
  readonly #path: string
  readonly #hasRules: boolean
  #lookedMs = Number.NEGATIVE_INFINITY
  #isNeeded: boolean
  readonly #isNew: boolean
  #opening: Promise<OpenAuthenticator> | null = null
  #opened: OpenAuthenticator | null = null

  constructor(options: GateOptions, credentialPath: string) {
    this.#options = options
    this.#path = credentialPath
    this.#hasRules = hasRules(options.rules)
    this.#isNeeded = this.#hasRules
    this.#isNew = !existsSync(credentialPath)
  }

  /** False: nobody needs a credential, and no rule is set. */
  get isNeeded(): boolean {
    // Once credentials have been seen they are asked for: a file that goes away opens nothing.
    if (this.#isNeeded) return true
    if (this.#opened?.authenticator.isOpen === false) {
      this.#isNeeded = true
      return true
    }
    const now = this.#options.elapsedMs()
    if (now - this.#lookedMs < lookEveryMs) return false
    this.#lookedMs = now
    this.#isNeeded = existsSync(this.#path)
    return this.#isNeeded
  }

  /** Rejects with CredentialFileError, and RangeError for a rule that is none. */
  open(): Promise<OpenAuthenticator> {
    this.#opening ??= this.#open()
    return this.#opening
  }

  async #open(): Promise<OpenAuthenticator> {
    const { openAuthenticator } = await import('./open-authenticator.ts')
    this.#opened = await openAuthenticator(this.#options, this.#isNew)
    return this.#opened
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opening = this.#opening
    if (opening === null) return
    const opened = await opening.catch(() => null)
    opened?.close()
  }
}

export interface OpenAuthenticator {
  readonly authenticator: Authenticator
  readonly administration: Administration
  /** The client's address behind the trusted proxies. */
  clientAddress(socket: string, forwardedFor: string | null): string
  close(): void
}

function hasRules({ allow, deny, proxies, perAddress, perPrincipal }: AccessRules): boolean {
  const lists = [...Object.values(allow), ...Object.values(deny), proxies]
  const isLimited = perAddress.perSecond > 0 || perPrincipal.perSecond > 0
  return isLimited || lists.some((list) => list.length > 0)
}
