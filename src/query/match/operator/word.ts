import { findFolded, isWordByte } from '../ascii-fold.ts'
import { Needle } from '../needle.ts'
import { wordTokens } from '../tokens.ts'
import { textsOnly, type Tokens, type ValueTest } from '../value-test.ts'

/** `timeout`: in a text, with no letter, digit or `_` right before or after it. */
export class Word implements ValueTest {
  readonly typed = textsOnly
  readonly needle: Needle
  readonly isNeedleAll = false
  readonly tokens: Tokens

  /** Not empty. */
  constructor(text: string) {
    this.needle = new Needle(text)
    this.tokens = wordTokens(text)
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    const needle = this.needle.bytes
    let at = findFolded(bytes, from, to, needle)
    for (; at >= 0; at = findFolded(bytes, at + 1, to, needle)) {
      const end = at + needle.length
      const isFree = at === from || isWordByte[bytes[at - 1] ?? 0] === 0
      if (isFree && (end === to || isWordByte[bytes[end] ?? 0] === 0)) return true
    }
    return false
  }
}
