import { findFolded } from '../ascii-fold.ts'
import { Needle } from '../needle.ts'
import { partTokens } from '../tokens.ts'
import { textsOnly, type Tokens, type ValueTest } from '../value-test.ts'

/** `"timed out"`: anywhere in a text. */
export class Phrase implements ValueTest {
  readonly typed = textsOnly
  readonly needle: Needle
  readonly isNeedleAll = true
  readonly tokens: Tokens

  /** Not empty. */
  constructor(text: string) {
    this.needle = new Needle(text)
    this.tokens = partTokens(text)
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    return findFolded(bytes, from, to, this.needle.bytes) >= 0
  }
}
