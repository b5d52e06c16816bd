import type { AnyTextTest, FieldTest } from '../language/ast.ts'
import { Equals } from './operator/equals.ts'
import { Network } from './operator/network.ts'
import { Phrase } from './operator/phrase.ts'
import { Range } from './operator/range.ts'
import { Regex } from './operator/regex.ts'
import { Wildcard } from './operator/wildcard.ts'
import { Word } from './operator/word.ts'
import type { ValueTest } from './value-test.ts'

/** See MakeMatcher. */
export type Look = () => void

export type ScalarTest = Exclude<FieldTest, { how: 'exists' }>

type Makers<T extends { how: string }> = {
  readonly [How in T['how']]: (test: Extract<T, { how: How }>, look: Look) => ValueTest
}

const ofField: Makers<ScalarTest> = {
  equals: ({ text }) => new Equals(text),
  wildcard: ({ pieces }) => new Wildcard(pieces),
  regex: ({ source }, look) => new Regex(source, { textsOnly: false, look }),
  range: ({ min, max }) => new Range(min, max),
  network: ({ cidr }) => new Network(cidr),
}

const ofAnyText: Makers<AnyTextTest> = {
  word: ({ text }) => new Word(text),
  phrase: ({ text }) => new Phrase(text),
  regex: ({ source }, look) => new Regex(source, { textsOnly: true, look }),
}

/** The operator of a field's test. */
export function fieldTestOf(test: ScalarTest, look: Look): ValueTest {
  // TypeScript does not see that the maker and the test go by the same key.
  return (ofField[test.how] as (test: ScalarTest, look: Look) => ValueTest)(test, look)
}

/** The operator that is asked of any text. */
export function anyTextTestOf(test: AnyTextTest, look: Look): ValueTest {
  // As above.
  return (ofAnyText[test.how] as (test: AnyTextTest, look: Look) => ValueTest)(test, look)
}
