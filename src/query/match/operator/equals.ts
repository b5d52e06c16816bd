import { type Instant, parseTimestamp } from '../../../event/time.ts'
import { foldedBytes, standsAt } from '../ascii-fold.ts'
import { Needle } from '../needle.ts'
import { doubleFrom, doubleTo, parseNumber } from '../double-range.ts'
import { wholeTokens } from '../tokens.ts'
import { noDoubles, type Tokens, type TypedTest, type ValueTest } from '../value-test.ts'

/** `field:value`: the whole text is this; or the number's value, the time's instant. */
export class Equals implements ValueTest {
  readonly typed: TypedTest
  readonly needle: Needle | null
  readonly isNeedleAll = false
  readonly tokens: Tokens
  readonly #whole: Uint8Array

  constructor(text: string) {
    this.#whole = foldedBytes(text)
    this.needle = text === '' ? null : new Needle(text)
    this.tokens = wholeTokens(text)
    this.typed = typedOf(text)
  }

  text(bytes: Uint8Array, from: number, to: number): boolean {
    return to - from === this.#whole.length && standsAt(bytes, from, this.#whole)
  }
}

function typedOf(text: string): TypedTest {
  const lower = text.toLowerCase()
  const number = parseNumber(text)
  const instant = instantOf(text)
  return {
    // A bigint and a double are compared exactly by `==` alone.
    // oxlint-disable-next-line eqeqeq
    number: (value) => number !== null && value == number,
    bool: (value) => lower === (value ? 'true' : 'false'),
    nothing: () => lower === 'null',
    time: (ms, nanos) => instant !== null && ms === instant.ms && nanos === instant.nanos,
    doubles:
      number === null ? noDoubles : { min: doubleFrom(number, true), max: doubleTo(number, true) },
  }
}

/** The instant that a text in RFC 3339 form names; null: it is none. */
export function instantOf(text: string): Readonly<Instant> | null {
  const bytes = Buffer.from(text)
  const instant = { ms: 0, nanos: 0 }
  return parseTimestamp(bytes, 0, bytes.length, instant) === '' ? instant : null
}
