import fc from 'fast-check'
import { formatQuery } from '../../../src/query/language/format.ts'
import { arbitraryQuery } from '../naive/arbitrary-query.ts'
import * as words from '../naive/vocabulary.ts'

/* Texts that somebody, or something, might send as a query: valid, nearly valid, and noise. */

const tokens = `
  ( ) [ ] { } " / : * - ! \\ , .. ^ ~ > >= < <= = != AND OR NOT TO && ||
  level facility event timestamp received id additional.a a a.b _
  warn error 7 now now-15m -2h 2026-11-22 2026-11-22T12:34Z
  10.0.0.0/8 ::1/64 1e309 -0 18446744073709551616 0x10 NaN null true
  (a+)+$ [a-z \\d{1000} (?=x) (?i) .* é 😀 \u0000 \ud800 \u202e
`
  .split(/[ \n]+/)
  .flatMap((token) => [token, ` ${token} `])
  .concat(
    words.usualTexts,
    words.regexes.map((source) => `/${source}/`),
  )

/** Queries of one seed; each is another. */
export class RandomQueryTexts {
  readonly #random: () => number
  readonly #valid: readonly string[]

  constructor(seed: number) {
    this.#random = mulberry32(seed)
    this.#valid = fc.sample(arbitraryQuery, { numRuns: 2_000, seed }).map(formatQuery)
  }

  next(): string {
    const kind = this.#below(10)
    if (kind < 3) return this.#pick(this.#valid)
    if (kind < 7) return this.#mutated(this.#pick(this.#valid))
    if (kind < 9) return this.#soup()
    return this.#noise()
  }

  #soup(): string {
    return Array.from({ length: 1 + this.#below(12) }, () => this.#pick(tokens)).join('')
  }

  #noise(): string {
    const codes = Array.from({ length: this.#below(40) }, () => this.#below(0x1_0000))
    return String.fromCharCode(...codes)
  }

  /** A few of its characters taken away, doubled, swapped with others, or a token put in. */
  #mutated(text: string): string {
    let now = text
    for (let change = 0; change <= this.#below(3); change++) {
      const at = this.#below(now.length + 1)
      const [before, after] = [now.slice(0, at), now.slice(at)]
      switch (this.#below(5)) {
        case 0:
          now = before + after.slice(1 + this.#below(4))
          break
        case 1:
          now = before + this.#pick(tokens) + after
          break
        case 2:
          now = before + after.slice(0, 3).repeat(1 + this.#below(60)) + after
          break
        case 3:
          now = `${after} ${before}`
          break
        default:
          now = `${before}${this.#pick(this.#valid).slice(this.#below(8))}${after}`
      }
    }
    return now
  }

  #below(max: number): number {
    return Math.floor(this.#random() * max)
  }

  #pick<T>(list: readonly T[]): T {
    const item = list[this.#below(list.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
}

/** A small generator of numbers in [0, 1) with a seed: mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
