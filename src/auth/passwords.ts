import { createHmac, randomBytes } from 'node:crypto'
import type { CredentialOf } from './credential.ts'

/** Checked passwords that are remembered, and how long. */
const rememberedMax = 1_000
const rememberedMs = 300_000
/** Slow checks that may run or wait at once: a flood of guesses is to find a short line. */
const checksMax = 32
/** Those that run at once, of 20 ms and 19 MiB each: they leave processors to the taking in of events. */
const runningMax = 1

type Verify = (password: string, hash: string) => Promise<boolean>

export const passwordBytesMax = 1_024

/**
 * argon2id with the parameters OWASP recommends (19 MiB, 2 passes, 1 lane). A right password is remembered
 * for five minutes, as an HMAC under a key that lives as long as the process, so that not every request costs
 * 20 ms; a wrong one never is.
 */
export class Passwords {
  readonly #key = randomBytes(32)
  readonly #nowMs: () => number
  readonly #remembered = new Map<string, number>()
  readonly #verify: Verify
  #checking = 0
  #running = 0
  readonly #line: (() => void)[] = []
  /** What an unknown user is checked against, so that it takes as long as a known one. */
  #nobody: Promise<string> | null = null

  /** `verify`: what checks a password against a hash, slowly. */
  constructor(nowMs: () => number, verify: Verify = Bun.password.verify) {
    this.#nowMs = nowMs
    this.#verify = verify
  }

  static hash(password: string): Promise<string> {
    return Bun.password.hash(password, { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 })
  }

  /** Whether it was right lately: to check it again costs nothing. */
  isRemembered(credential: CredentialOf<'password'> | null, password: string): boolean {
    if (credential === null || Buffer.byteLength(password) > passwordBytesMax) return false
    return this.#remembers(this.#digest(credential.hash, password))
  }

  /** Null: too many are being checked; the client is to come again. */
  async check(
    credential: CredentialOf<'password'> | null,
    password: string,
  ): Promise<boolean | null> {
    if (Buffer.byteLength(password) > passwordBytesMax) return false
    const digest = this.#digest(credential?.hash ?? '', password)
    if (credential !== null && this.#remembers(digest)) return true
    if (this.#checking >= checksMax) return null
    this.#checking++
    try {
      this.#nobody ??= Passwords.hash(randomBytes(16).toString('hex'))
      const hash = credential?.hash ?? (await this.#nobody)
      return await this.#inLine(async () => {
        // Of many who come at once with the same password only the first is checked.
        if (credential !== null && this.#remembers(digest)) return true
        const isRight = await this.#verify(password, hash)
        if (!isRight || credential === null) return false
        this.#remember(digest)
        return true
      })
    } finally {
      this.#checking--
    }
  }

  async #inLine(check: () => Promise<boolean>): Promise<boolean> {
    if (this.#running >= runningMax) {
      // Whoever ends hands its place over, so `#running` stays as it is.
      await new Promise<void>((resolve) => this.#line.push(resolve))
    } else this.#running++
    try {
      return await check()
    } finally {
      const next = this.#line.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  #digest(hash: string, password: string): string {
    return createHmac('sha256', this.#key).update(hash).update('\0').update(password).digest('hex')
  }

  #remembers(digest: string): boolean {
    return (this.#remembered.get(digest) ?? 0) > this.#nowMs()
  }

  #remember(digest: string): void {
    // A Map keeps the order of insertion: the first is the oldest.
    if (this.#remembered.size >= rememberedMax) {
      const oldest = this.#remembered.keys().next().value
      if (oldest !== undefined) this.#remembered.delete(oldest)
    }
    this.#remembered.delete(digest)
    this.#remembered.set(digest, this.#nowMs() + rememberedMs)
  }
}
