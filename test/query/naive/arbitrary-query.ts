import fc from 'fast-check'
import { formatEventId } from '../../../src/event/event-id.ts'
import { levelAliases, levelNames } from '../../../src/event/level.ts'
import type { Bound, Field, FieldTest, Query, RangeValue } from '../../../src/query/language/ast.ts'
import type { Selection, TimePoint } from '../../../src/query/selection.ts'
import * as words from './vocabulary.ts'

/* Random queries of the same small vocabulary, each as the parser could have made it. */

/** Some letters in the other case. */
const recased = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.constantFrom('as is', 'upper', 'lower')).map(([one, how]) => {
    if (how === 'as is') return one
    const pattern = how === 'upper' ? /[a-z]/g : /[A-Z]/g
    return one.replace(pattern, (c) => (how === 'upper' ? c.toUpperCase() : c.toLowerCase()))
  })

const known = recased(
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...words.usualTexts) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...words.texts, ...words.eventTexts, ...words.facilities),
    },
  ),
)

/** A piece of a known text, cut anywhere but inside a surrogate pair. */
const piece = fc
  .tuple(known, fc.constantFrom(0, 0, 1, 2, 5), fc.nat({ max: 4 }))
  .map(([text, from, length]) =>
    Array.from(text)
      .slice(from, from + length + 1)
      .join(''),
  )

const nonEmpty = fc.oneof(known, piece).filter((text) => text !== '')

const textQuery: fc.Arbitrary<Query> = fc.oneof(
  fc.record({
    type: fc.constant('text' as const),
    test: fc.record({ how: fc.constantFrom('word' as const, 'phrase' as const), text: nonEmpty }),
  }),
  fc.record({
    type: fc.constant('text' as const),
    test: fc.record({
      how: fc.constant('regex' as const),
      source: fc.constantFrom(...words.regexes),
    }),
  }),
)

const equals = (text: fc.Arbitrary<string>): fc.Arbitrary<FieldTest> =>
  fc.oneof(
    fc.record({
      how: fc.constant('equals' as const),
      text: text.filter((one) => one !== ''),
      isQuoted: fc.constant(false),
    }),
    fc.record({ how: fc.constant('equals' as const), text, isQuoted: fc.constant(true) }),
  )

const wildcard: fc.Arbitrary<FieldTest> = fc
  .record({
    how: fc.constant('wildcard' as const),
    pieces: fc
      .tuple(
        fc.oneof(fc.constant(''), piece),
        fc.array(
          piece.filter((one) => one !== ''),
          { maxLength: 2 },
        ),
        fc.oneof(fc.constant(''), piece),
      )
      .map(([first, middle, last]) => [first, ...middle, last]),
  })
  .filter((test) => test.pieces.some((one) => one !== ''))

const regex: fc.Arbitrary<FieldTest> = fc.record({
  how: fc.constant('regex' as const),
  source: fc.constantFrom(...words.regexes),
})

const network: fc.Arbitrary<FieldTest> = fc.record({
  how: fc.constant('network' as const),
  cidr: fc.constantFrom(...words.networks),
})

const exists: fc.Arbitrary<FieldTest> = fc.constant({ how: 'exists' as const })

const ofNumber: fc.Arbitrary<RangeValue> = fc.record({
  is: fc.constant('number' as const),
  text: fc.constantFrom(...words.numberTexts),
})

const timePoint: fc.Arbitrary<TimePoint> = fc.record({
  ms: fc.constantFrom(...words.offsetsMs).map((offset) => words.baseMs + offset),
  nanos: fc.constantFrom(...words.nanos),
})

const ofTime: fc.Arbitrary<RangeValue> = timePoint.map((at) => ({ is: 'time', ...at }) as const)

const ofLevel: fc.Arbitrary<RangeValue> = fc.record({
  is: fc.constant('level' as const),
  level: fc.integer({ min: 0, max: 7 }),
})

const id = fc
  .record({
    minute: fc.nat({ max: 2 }).map((n) => Math.floor(words.baseMs / 60_000) + n),
    part: fc.nat({ max: 2 }),
    row: fc.nat({ max: 9 }),
  })
  .map(formatEventId)

const ofId: fc.Arbitrary<RangeValue> = fc.record({ is: fc.constant('id' as const), id })

function range(value: fc.Arbitrary<RangeValue>): fc.Arbitrary<FieldTest> {
  const bound: fc.Arbitrary<Bound> = fc.record({ value, inclusive: fc.boolean() })
  return fc.oneof(
    fc.record({ how: fc.constant('range' as const), min: bound, max: fc.constant(null) }),
    fc.record({ how: fc.constant('range' as const), min: fc.constant(null), max: bound }),
    fc.record({ how: fc.constant('range' as const), min: bound, max: bound }),
  )
}

const levelText = recased(
  fc.constantFrom(
    ...levelNames,
    ...Object.keys(levelAliases),
    ...levelNames.map((_, n) => String(n)),
  ),
)

const path = fc
  .oneof(
    fc.constantFrom(...words.names).map((name) => [name]),
    fc.array(fc.constantFrom(...words.names), { minLength: 1, maxLength: 2 }),
  )
  .map((segments) => segments.join('.'))

function fieldQuery(
  field: fc.Arbitrary<Field>,
  ...tests: fc.Arbitrary<FieldTest>[]
): fc.Arbitrary<Query> {
  return fc.record({ type: fc.constant('field' as const), field, test: fc.oneof(...tests) })
}

const term: fc.Arbitrary<Query> = fc.oneof(
  { weight: 4, arbitrary: textQuery },
  {
    weight: 8,
    arbitrary: fieldQuery(
      path.map((one) => ({ of: 'additional', path: one }) as const),
      equals(
        fc.oneof(
          known,
          fc.constantFrom(...words.numberTexts),
          fc.constantFrom('true', 'FALSE', 'Null'),
        ),
      ),
      wildcard,
      regex,
      network,
      exists,
      range(ofNumber),
      range(ofTime),
    ),
  },
  {
    weight: 2,
    arbitrary: fieldQuery(
      fc.constantFrom({ of: 'facility' as const }, { of: 'event' as const }),
      equals(known),
      wildcard,
      regex,
      exists,
    ),
  },
  fieldQuery(fc.constant({ of: 'level' as const }), equals(levelText), range(ofLevel), exists),
  fieldQuery(
    fc.constantFrom({ of: 'timestamp' as const }, { of: 'received' as const }),
    range(ofTime),
    exists,
  ),
  fieldQuery(fc.constant({ of: 'id' as const }), equals(id), range(ofId), exists),
)

/** Every form of the language, up to three operators deep. */
export const arbitraryQuery: fc.Arbitrary<Query> = fc.letrec<{ query: Query; parts: Query[] }>(
  (tie) => ({
    query: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 6, arbitrary: term },
      { weight: 1, arbitrary: fc.constant({ type: 'all' as const }) },
      {
        weight: 3,
        arbitrary: fc.record({ type: fc.constant('and' as const), parts: tie('parts') }),
      },
      {
        weight: 3,
        arbitrary: fc.record({ type: fc.constant('or' as const), parts: tie('parts') }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ type: fc.constant('not' as const), part: tie('query') }),
      },
    ),
    parts: fc.array(tie('query'), { minLength: 2, maxLength: 4 }),
  }),
).query

function listOrNull<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[] | null> {
  return fc.option(fc.uniqueArray(one, { minLength: 1, maxLength: 3 }), { freq: 2 })
}

/** Queries with a range of either clock and the equality filters. */
export const arbitrarySelection: fc.Arbitrary<Selection> = fc.record({
  clock: fc.constantFrom('timestamp' as const, 'received' as const),
  from: fc.option(timePoint),
  to: fc.option(timePoint),
  filter: fc.record({
    facility: listOrNull(fc.constantFrom(...words.facilities)),
    level: listOrNull(fc.integer({ min: 0, max: 7 })),
    event: listOrNull(fc.constantFrom(...words.eventTexts)),
  }),
  query: arbitraryQuery,
})
