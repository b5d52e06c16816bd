import { isIP } from 'node:net'
import fc from 'fast-check'
import { isNumberLiteral } from '../../../src/query/language/number-literal.ts'
import type { FieldTest, Query, RangeValue } from '../../../src/query/language/ast.ts'
import type { Leaf } from '../leaf.ts'
import type { TypedEvent } from '../typed-event.ts'
import { arbitraryTypedEvent } from './arbitrary-event.ts'
import { arbitraryQuery } from './arbitrary-query.ts'
import { placesOf } from './matches.ts'
import { type PlainEvent, plainOf } from './plain-event.ts'
import { isInstant } from './plain-time.ts'
import { writtenOf } from './value-text.ts'

/* Queries that are aimed at events: half of their terms ask for something that some event has. */

/** Events and a query about them. `plain[i]` is `typed[i]` at row i of one block. */
export interface AimedCase {
  readonly typed: readonly TypedEvent[]
  readonly plain: readonly PlainEvent[]
  readonly query: Query
}

export function arbitraryCase(events: {
  readonly min: number
  readonly max: number
}): fc.Arbitrary<AimedCase> {
  const { min: minLength, max: maxLength } = events
  return fc
    .record({
      typed: fc.array(arbitraryTypedEvent, { minLength, maxLength, size: 'max' }),
      query: arbitraryQuery,
      choices: fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 12 }),
    })
    .map(({ typed, query, choices }) => {
      const minute = Math.floor((typed[0]?.receivedMs ?? 0) / 60_000)
      const plain = typed.map((event, row) => plainOf(event, { minute, part: 0, row }))
      return { typed, plain, query: aim(query, plain, choices) }
    })
}

/** The query with half of its terms changed to fit one of the events. The choices say which and how. */
export function aim(
  query: Query,
  events: readonly PlainEvent[],
  choices: readonly number[],
): Query {
  let next = 0
  const choose = (below: number): number => (choices[next++ % choices.length] ?? 0) % below
  const visit = (part: Query): Query => {
    if (part.type === 'and' || part.type === 'or') return { ...part, parts: part.parts.map(visit) }
    if (part.type === 'not') return { type: 'not', part: visit(part.part) }
    const event = events[choose(Math.max(events.length, 1))]
    return event === undefined || choose(2) === 0 ? part : aimTerm(part, event, choose)
  }
  return visit(query)
}

type Choose = (below: number) => number

function aimTerm(term: Query, event: PlainEvent, choose: Choose): Query {
  const places = placesOf(event).filter(
    ({ leaf }) => !Array.isArray(leaf) && !(leaf instanceof Map),
  )
  const isNetwork = term.type === 'field' && term.test.how === 'network'
  const fitting = isNetwork ? places.filter(({ leaf }) => isText(leaf) && isIP(leaf) > 0) : places
  const place = fitting[choose(Math.max(fitting.length, 1))]
  if (term.type === 'text' && term.test.how !== 'regex') {
    const texts = [event.event, ...places.map(({ leaf }) => leaf)].filter((one) => isText(one))
    const text = cut(
      texts[choose(texts.length)] ?? '',
      term.test.how === 'word' ? choose(2) : choose(5),
    )
    return text === '' ? term : { type: 'text', test: { how: term.test.how, text } }
  }
  if (term.type !== 'field') return term
  if (term.field.of === 'facility' || term.field.of === 'event') {
    return { ...term, test: aimTest(term.test, event[term.field.of], choose) }
  }
  if (term.field.of !== 'additional' || place === undefined) return term
  const field = { of: 'additional', path: place.path } as const
  return { type: 'field', field, test: aimTest(term.test, place.leaf, choose) }
}

const isText = (leaf: Leaf): leaf is string => typeof leaf === 'string'

/** The text, or one of its ends. */
function cut(text: string, how: number): string {
  const characters = Array.from(text)
  const middle = Math.ceil(characters.length / 2)
  if (how === 1) return characters.slice(0, middle).join('')
  if (how === 2) return characters.slice(middle).join('')
  return text
}

function aimTest(test: FieldTest, leaf: Leaf, choose: Choose): FieldTest {
  const written = writtenOf(leaf)
  switch (test.how) {
    case 'equals':
      return written === null
        ? test
        : { how: 'equals', text: written, isQuoted: written === '' || test.isQuoted }
    case 'wildcard':
      return written === null || written === ''
        ? test
        : { how: 'wildcard', pieces: starred(written, choose(6)) }
    case 'range': {
      const value = rangeValueOf(leaf)
      if (value === null) return test
      const isMin = test.min !== null && choose(2) === 0
      const bound = { value, inclusive: (test.min ?? test.max)?.inclusive ?? true }
      return { how: 'range', min: isMin ? bound : null, max: isMin ? null : bound }
    }
    default:
      return test
  }
}

function starred(text: string, how: number): string[] {
  const [begin, end] = [cut(text, 1), cut(text, 2)]
  switch (how) {
    case 0:
      return [begin, '']
    case 1:
      return ['', end === '' ? text : end]
    case 2:
      return ['', begin, end === '' ? begin : end, '']
    // Pieces may not share a letter: these are not in the text, unless it has them twice.
    case 3:
      return [text, end === '' ? text : end]
    case 4:
      return ['', begin, begin, '']
    default:
      return [begin, end]
  }
}

function rangeValueOf(leaf: Leaf): RangeValue | null {
  if (isInstant(leaf)) {
    const ms = leaf.seconds * 1000 + Math.floor(leaf.nanos / 1_000_000)
    return { is: 'time', ms, nanos: leaf.nanos % 1_000_000 }
  }
  const written = typeof leaf === 'string' ? null : writtenOf(leaf)
  return written !== null && isNumberLiteral(written) ? { is: 'number', text: written } : null
}
