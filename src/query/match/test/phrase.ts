import { findFolded, foldedBytes } from '../ascii-fold.ts'
import { textsOnly, type ValueTest } from '../value-test.ts'

/** `"timed out"`: anywhere in a text. */
export class Phrase implements ValueTest {
  readonly typed = textsOnly
  readonly #needle: Uint8Array

  constructor(text: string) {
    this.#needle = foldedBytes(text)
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    return findFolded(bytes, from, to, this.#needle) >= 0
  }
}
