import { findFolded, foldedBytes, standsAt } from '../ascii-fold.ts'
import { Needle } from '../needle.ts'
import { partTokens } from '../tokens.ts'
import type { Tokens, ValueTest } from '../value-test.ts'

/** `val*ue`: the pieces between the stars, in order; the first where the text begins, the last where it ends. */
export class Wildcard implements ValueTest {
  readonly typed = null
  readonly needle: Needle | null
  readonly isNeedleAll: boolean
  readonly tokens: Tokens | null
  readonly #first: Uint8Array
  readonly #middle: readonly Uint8Array[]
  readonly #last: Uint8Array

  constructor(pieces: readonly string[]) {
    const all = pieces.map(foldedBytes)
    this.#first = all[0] ?? new Uint8Array(0)
    this.#last = all.at(-1) ?? this.#first
    this.#middle = all.slice(1, -1).filter((piece) => piece.length > 0)
    const longest = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), '')
    const isAnywhere = pieces[0] === '' && pieces.at(-1) === ''
    this.needle = longest === '' ? null : new Needle(longest)
    this.isNeedleAll = isAnywhere && this.#middle.length === 1
    this.tokens = longest === '' ? null : partTokens(longest)
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    const end = to - this.#last.length
    let at = from + this.#first.length
    if (at > end) return false
    if (!standsAt(bytes, from, this.#first) || !standsAt(bytes, end, this.#last)) return false
    for (const piece of this.#middle) {
      at = findFolded(bytes, at, end, piece)
      if (at < 0) return false
      at += piece.length
    }
    return true
  }
}
