import type { Credential, CredentialFileContent, CredentialOf } from './credential.ts'
import { emptyCredentials, readCredentials } from './credential-file.ts'
import { credentialPath } from './credential-path.ts'
import { type CredentialChange, changesBetween } from './credential-diff.ts'
import { stampOf } from './written-file.ts'

/** How often the file is looked at for a change made by another process. */
const lookEveryMs = 250

export interface CredentialStoreOptions {
  readonly dataDirectory: string
  /** Monotonic ms. */
  readonly elapsedMs: () => number
  /** The file has changed and cannot be taken: what was known stays in force. */
  readonly onTrouble: (error: unknown) => void
  /** Told of what another process has changed. */
  readonly onChange: (change: CredentialChange) => void
  /** There was no file when the server started: all that it has is new. */
  readonly isNew: boolean
}

/** The credentials in force. A change of the file is seen within a quarter of a second. */
export class CredentialStore {
  readonly path: string
  readonly #options: CredentialStoreOptions
  #content: CredentialFileContent
  #index: CredentialIndex
  #stamp: string
  #lookedMs: number

  /** Throws CredentialFileError. */
  constructor(options: CredentialStoreOptions) {
    this.#options = options
    this.path = credentialPath(options.dataDirectory)
    this.#stamp = stampOf(this.path)
    this.#content = readCredentials(this.path)
    this.#index = indexOf(this.#content)
    this.#lookedMs = options.elapsedMs()
    if (options.isNew) this.#tell(emptyCredentials, null)
  }

  /** Grows with every change seen. */
  generation = 0

  get content(): CredentialFileContent {
    this.#look()
    return this.#content
  }

  /** Whether anybody has to prove who they are: revoked and expired ones count, so that the last one's end opens nothing. */
  get isConfigured(): boolean {
    this.#look()
    return this.#content.credentials.length > 0
  }

  apiKey(id: string): CredentialOf<'api-key'> | null {
    this.#look()
    return this.#index.apiKeys.get(id) ?? null
  }

  hmac(id: string): CredentialOf<'hmac'> | null {
    this.#look()
    return this.#index.hmacs.get(id) ?? null
  }

  password(name: string): CredentialOf<'password'> | null {
    this.#look()
    return this.#index.passwords.get(name) ?? null
  }

  isRevokedToken(id: string): boolean {
    this.#look()
    return this.#index.revokedTokens.has(id)
  }

  /** Any credential of that name: a token's principal must still be one. */
  named(name: string): Credential | null {
    this.#look()
    return this.#index.names.get(name) ?? null
  }

  /** Looks now: after a change of its own, of that name, which it need not be told. */
  reload(ownChange: string | null = null): void {
    this.#lookedMs = this.#options.elapsedMs()
    const stamp = stampOf(this.path)
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    try {
      const before = this.#content
      this.#content = readCredentials(this.path)
      this.#index = indexOf(this.#content)
      this.generation++
      this.#tell(before, ownChange)
    } catch (error) {
      this.#options.onTrouble(error)
    }
  }

  #tell(before: CredentialFileContent, ownChange: string | null): void {
    for (const change of changesBetween(before.credentials, this.#content.credentials)) {
      if (change.credential.name !== ownChange) this.#options.onChange(change)
    }
  }

  #look(): void {
    if (this.#options.elapsedMs() - this.#lookedMs >= lookEveryMs) this.reload()
  }
}

interface CredentialIndex {
  readonly apiKeys: ReadonlyMap<string, CredentialOf<'api-key'>>
  readonly hmacs: ReadonlyMap<string, CredentialOf<'hmac'>>
  readonly passwords: ReadonlyMap<string, CredentialOf<'password'>>
  readonly names: ReadonlyMap<string, Credential>
  readonly revokedTokens: ReadonlySet<string>
}

function indexOf({ credentials, revokedTokens }: CredentialFileContent): CredentialIndex {
  const apiKeys = new Map<string, CredentialOf<'api-key'>>()
  const hmacs = new Map<string, CredentialOf<'hmac'>>()
  const passwords = new Map<string, CredentialOf<'password'>>()
  for (const credential of credentials) {
    if (credential.kind === 'api-key') apiKeys.set(credential.id, credential)
    else if (credential.kind === 'hmac') hmacs.set(credential.id, credential)
    else passwords.set(credential.name, credential)
  }
  return {
    apiKeys,
    hmacs,
    passwords,
    names: new Map(credentials.map((credential) => [credential.name, credential])),
    revokedTokens: new Set(revokedTokens.map(({ id }) => id)),
  }
}
