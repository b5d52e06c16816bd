import * as fs from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CredentialFileError } from './credential-file.ts'
import {
  makeSigningKey,
  type SigningKey,
  signingKeySchema,
  signingKeysMax,
  TokenVerifier,
  tokenLifetimeMaxS,
} from './tokens.ts'

const fileSchema = Type.Object(
  { version: Type.Literal(1), keys: Type.Array(signingKeySchema, { maxItems: signingKeysMax }) },
  { additionalProperties: false },
)

/** `<data>/auth/signing-keys.json`, mode 600: the newest signs, all verify. Made with the first token. */
export class SigningKeys {
  readonly #path: string
  #keys: readonly SigningKey[]
  #verifier: TokenVerifier

  /** Throws CredentialFileError. */
  constructor(dataDirectory: string) {
    this.#path = join(dataDirectory, 'auth', 'signing-keys.json')
    this.#keys = this.#read()
    this.#verifier = new TokenVerifier(this.#keys)
  }

  get verifier(): TokenVerifier {
    return this.#verifier
  }

  /** The key that signs now, made when there is none. */
  async current(nowMs: number): Promise<SigningKey> {
    return this.#keys.at(-1) ?? (await this.rotate(nowMs))
  }

  /** A new key signs from now on; keys whose tokens have all expired go. Durable when it resolves. */
  async rotate(nowMs: number): Promise<SigningKey> {
    const fresh = await makeSigningKey(nowMs)
    const kept = this.#keys.filter((key, i) => {
      // It signed until the next one came.
      const lastMs = this.#keys[i + 1]?.createdMs ?? nowMs
      return lastMs + tokenLifetimeMaxS * 1000 > nowMs
    })
    this.#write([...kept.slice(1 - signingKeysMax), fresh])
    return fresh
  }

  /** Ends every token at once. */
  async replaceAll(nowMs: number): Promise<SigningKey> {
    const fresh = await makeSigningKey(nowMs)
    this.#write([fresh])
    return fresh
  }

  #read(): readonly SigningKey[] {
    if (!fs.existsSync(this.#path)) return []
    const content = parse(this.#path)
    if (content === null) throw new CredentialFileError(this.#path, 'it holds no signing keys')
    return content.keys
  }

  #write(keys: readonly SigningKey[]): void {
    fs.mkdirSync(join(this.#path, '..'), { recursive: true, mode: 0o700 })
    const fresh = `${this.#path}.new`
    const fd = fs.openSync(fresh, 'w', 0o600)
    try {
      fs.writeFileSync(fd, `${JSON.stringify({ version: 1, keys })}\n`)
      fs.fsyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
    fs.renameSync(fresh, this.#path)
    this.#keys = keys
    this.#verifier = new TokenVerifier(keys)
  }
}

function parse(path: string): Static<typeof fileSchema> | null {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path, 'utf8'))
    return Value.Check(fileSchema, value) ? value : null
  } catch {
    return null
  }
}
