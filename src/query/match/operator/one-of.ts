import { textsOnly, type ValueTest } from '../value-test.ts'

/** The parameters facility and event: exactly one of these texts. */
export class OneOf implements ValueTest {
  readonly typed = textsOnly
  readonly needle = null
  readonly isNeedleAll = false
  readonly tokens = null
  readonly #texts: readonly Buffer[]

  constructor(texts: readonly string[]) {
    this.#texts = texts.map((text) => Buffer.from(text))
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    const text = bytes.subarray(from, to)
    return this.#texts.some((one) => one.equals(text))
  }
}
