import { RE2JS } from 're2js'
import { QuerySyntaxError } from '../../language/query-syntax-error.ts'
import { Needle } from '../needle.ts'
import { literalIn } from '../regex-literal.ts'
import { partTokens } from '../tokens.ts'
import { textsOnly, type Tokens, type TypedTest, type ValueTest } from '../value-test.ts'

export interface RegexOptions {
  /** Whether it is asked of texts alone, not of numbers as they are spelled. */
  readonly textsOnly: boolean
  /** Called every now and then: the costliest expressions that a query may have take 40 µs a byte. */
  readonly look: () => void
}

const bytesPerLook = 4096

/** `/regex/`, found anywhere in the text; RE2 syntax, in time that grows with the text's length alone. */
export class Regex implements ValueTest {
  readonly typed: TypedTest | null
  readonly needle: Needle | null
  readonly isNeedleAll = false
  readonly tokens: Tokens | null
  readonly #pattern: RE2JS
  readonly #look: () => void
  #bytesUntilLook = bytesPerLook

  /** Throws QuerySyntaxError. */
  constructor(source: string, options: RegexOptions) {
    this.#look = options.look
    this.#pattern = compile(source)
    this.typed = options.textsOnly ? textsOnly : null
    const literal = literalIn(source)
    this.needle = literal === '' ? null : new Needle(literal)
    this.tokens = literal === '' ? null : partTokens(literal)
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    this.#bytesUntilLook -= to - from
    if (this.#bytesUntilLook < 0) {
      this.#bytesUntilLook = bytesPerLook
      this.#look()
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()
    return this.#pattern.test(text)
  }
}

/** The parser has seen to it that this does not fail; a query from elsewhere has no columns to point at. */
function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new QuerySyntaxError(message, 1, ['a regular expression in RE2 syntax'])
  }
}
