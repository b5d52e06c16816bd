import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CredentialChangeError, whileLocked } from './auth-lock.ts'
import { CredentialFileError, readPrivate } from './credential-file.ts'
import {
  makeSigningKey,
  type SigningKey,
  signingKeySchema,
  signingKeysMax,
  TokenVerifier,
  tokenLifetimeMaxS,
} from './tokens.ts'
import { replaceFile, stampOf } from './written-file.ts'

const fileSchema = Type.Object(
  { version: Type.Literal(1), keys: Type.Array(signingKeySchema, { maxItems: signingKeysMax }) },
  { additionalProperties: false },
)

/** How often the file is looked at for a change made by another process. */
const lookEveryMs = 250

export interface SigningKeysOptions {
  readonly dataDirectory: string
  /** Monotonic ms. */
  readonly elapsedMs: () => number
  readonly onTrouble: (error: unknown) => void
  /** Another process has changed the keys; the newest of them. */
  readonly onChange: (newest: SigningKey) => void
}

/** `<data>/auth/signing-keys.json`, mode 600: the newest signs, all verify. Made with the first token. */
export class SigningKeys {
  readonly #options: SigningKeysOptions
  readonly #path: string
  #keys: readonly SigningKey[]
  #verifier: TokenVerifier
  #stamp: string
  #lookedMs: number

  /** Throws CredentialFileError. */
  constructor(options: SigningKeysOptions) {
    this.#options = options
    this.#path = join(options.dataDirectory, 'auth', 'signing-keys.json')
    this.#stamp = stampOf(this.#path)
    this.#keys = this.#read()
    this.#verifier = new TokenVerifier(this.#keys)
    this.#lookedMs = options.elapsedMs()
  }

  get verifier(): TokenVerifier {
    this.#look()
    return this.#verifier
  }

  /** Oldest first. */
  get all(): readonly SigningKey[] {
    this.#look()
    return this.#keys
  }

  /** The key that signs now, made when there is none. */
  async current(nowMs: number): Promise<SigningKey> {
    this.#look()
    return this.#keys.at(-1) ?? (await this.#change(nowMs, (keys) => (keys.length > 0 ? null : [])))
  }

  /**
   * A new key signs from now on, durably when it resolves. `endTokens`: nothing else verifies any more, so
   * every token ends; otherwise keys are kept as long as tokens of theirs may live. Throws CredentialChangeError.
   */
  rotate(nowMs: number, endTokens: boolean): Promise<SigningKey> {
    return this.#change(nowMs, (keys) => {
      if (endTokens) return []
      const kept = keys.filter((_, i) => lastSignedMs(keys, i, nowMs) + lifetimeMaxMs > nowMs)
      if (kept.length < signingKeysMax) return kept
      const first = new Date(lastSignedMs(keys, 0, nowMs) + lifetimeMaxMs).toISOString()
      throw new CredentialChangeError(
        'conflict',
        `${kept.length} keys still verify tokens: rotate again after ${first}, or end all tokens with it`,
      )
    })
  }

  /** `keep` says which keys stay beside a fresh one; null: all as they are. */
  #change(
    nowMs: number,
    keep: (keys: readonly SigningKey[]) => readonly SigningKey[] | null,
  ): Promise<SigningKey> {
    return whileLocked(dirname(this.#path), async () => {
      const keys = this.#read()
      const kept = keep(keys)
      const newest = keys.at(-1)
      if (kept === null && newest !== undefined) return newest
      const fresh = await makeSigningKey(nowMs)
      const all = [...(kept ?? []), fresh]
      replaceFile(this.#path, `${JSON.stringify({ version: 1, keys: all })}\n`)
      this.#stamp = stampOf(this.#path)
      this.#take(all)
      return fresh
    })
  }

  #look(): void {
    if (this.#options.elapsedMs() - this.#lookedMs < lookEveryMs) return
    this.#lookedMs = this.#options.elapsedMs()
    const stamp = stampOf(this.#path)
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    try {
      this.#take(this.#read())
      const newest = this.#keys.at(-1)
      if (newest !== undefined) this.#options.onChange(newest)
    } catch (error) {
      this.#options.onTrouble(error)
    }
  }

  #take(keys: readonly SigningKey[]): void {
    this.#keys = keys
    this.#verifier = new TokenVerifier(keys)
  }

  #read(): readonly SigningKey[] {
    if (!fs.existsSync(this.#path)) return []
    const content = parse(readPrivate(this.#path))
    if (content === null) throw new CredentialFileError(this.#path, 'it holds no signing keys')
    return content.keys
  }
}

const lifetimeMaxMs = tokenLifetimeMaxS * 1000

/** A key signs until the next one comes. */
function lastSignedMs(keys: readonly SigningKey[], index: number, nowMs: number): number {
  return keys[index + 1]?.createdMs ?? nowMs
}

function parse(text: string): Static<typeof fileSchema> | null {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(fileSchema, value) ? value : null
  } catch {
    return null
  }
}
