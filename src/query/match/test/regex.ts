import { RE2JS } from 're2js'
import { textsOnly, type TypedTest, type ValueTest } from '../value-test.ts'

/** `/regex/`, found anywhere in the text; RE2 syntax, in time that grows with the text's length alone. */
export class Regex implements ValueTest {
  readonly typed: TypedTest | null
  readonly #pattern: RE2JS

  /** Throws QuerySyntaxError. */
  constructor(source: string, options: { readonly textsOnly: boolean }) {
    this.#pattern = RE2JS.compile(source)
    this.typed = options.textsOnly ? textsOnly : null
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()
    return this.#pattern.test(text)
  }
}
