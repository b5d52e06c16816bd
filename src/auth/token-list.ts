import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { grantsSchema } from './credential.ts'
import { replaceFile } from './written-file.ts'

/*
 * `<data>/auth/tokens.ndjson`, mode 600: which tokens have been issued and have not expired, one JSON object a
 * line; never the tokens themselves. It is there to be shown and revoked from: what is admitted follows from a
 * token's signature, its owner and the list of revoked ones. So a line is not synced: after a power loss the
 * newest may be missing here and work all the same.
 */

/**
 * Tokens that count at a time, in all and of one owner: those that have not expired, revoked or not, and all that
 * were made within the last ten minutes, so that nobody makes very short ones without end.
 */
export const tokensMax = 10_000
export const tokensOfOwnerMax = 1_000
const countedMs = 600_000
/** The file is written anew once most of so many lines are of expired tokens. */
const rewriteLines = 1_024

const issuedSchema = Type.Object(
  {
    id: Type.String({ minLength: 16, maxLength: 64 }),
    name: Type.String({ minLength: 1, maxLength: 64 }),
    /** Of the credential that it was made for. */
    ownerTag: Type.String(),
    grants: grantsSchema,
    issuedMs: Type.Integer(),
    expiresMs: Type.Integer(),
  },
  { additionalProperties: false },
)
export type IssuedToken = Static<typeof issuedSchema>

export class TokenList {
  readonly #path: string
  /** By id, oldest first. */
  readonly #tokens = new Map<string, IssuedToken>()
  #lines = 0

  constructor(dataDirectory: string, nowMs: number) {
    this.#path = join(dataDirectory, 'auth', 'tokens.ndjson')
    const text = fs.existsSync(this.#path) ? fs.readFileSync(this.#path, 'utf8') : ''
    for (const token of tokensOf(text)) this.#tokens.set(token.id, token)
    this.#lines = this.#tokens.size
    // What follows half a line would be lost with it.
    if (!text.endsWith('\n') && text !== '') this.#rewrite()
    this.#forget(nowMs)
  }

  /** Those that have not expired, oldest first. */
  all(nowMs: number): readonly IssuedToken[] {
    this.#forget(nowMs)
    return [...this.#tokens.values()].filter(({ expiresMs }) => expiresMs > nowMs)
  }

  find(id: string, nowMs: number): IssuedToken | null {
    const found = this.#tokens.get(id)
    return found === undefined || found.expiresMs <= nowMs ? null : found
  }

  /** When there is room for another one of that owner, ms since the epoch; null: now. */
  fullUntilMs(name: string, nowMs: number): number | null {
    this.#forget(nowMs)
    const all = [...this.#tokens.values()]
    const own = all.filter((token) => token.name === name)
    const full = own.length >= tokensOfOwnerMax ? own : all.length >= tokensMax ? all : null
    return full === null ? null : Math.min(...full.map(countsUntilMs))
  }

  add(token: IssuedToken): void {
    fs.mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    fs.appendFileSync(this.#path, `${JSON.stringify(token)}\n`, { mode: 0o600 })
    this.#lines++
    this.#tokens.set(token.id, token)
  }

  #forget(nowMs: number): void {
    for (const [id, token] of this.#tokens) {
      if (countsUntilMs(token) <= nowMs) this.#tokens.delete(id)
    }
    if (this.#lines < rewriteLines || this.#lines < this.#tokens.size * 2) return
    this.#rewrite()
  }

  #rewrite(): void {
    const lines = [...this.#tokens.values()].map((token) => `${JSON.stringify(token)}\n`)
    replaceFile(this.#path, lines.join(''))
    this.#lines = lines.length
  }
}

const countsUntilMs = ({ issuedMs, expiresMs }: IssuedToken): number =>
  Math.max(expiresMs, issuedMs + countedMs)

/** What a crash has left of a last line is no token. */
function tokensOf(text: string): IssuedToken[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line)
      return Value.Check(issuedSchema, value) ? [value] : []
    } catch {
      return []
    }
  })
}
