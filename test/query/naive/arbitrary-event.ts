import fc from 'fast-check'
import { Kind } from '../../../src/event/kind.ts'
import type { Leaf } from '../leaf.ts'
import type { TypedEvent, TypedMember, TypedValue } from '../typed-event.ts'
import { type PlainEvent, plainOf } from './plain-event.ts'
import { instantOf } from './plain-time.ts'
import * as words from './vocabulary.ts'

/* Random events of a small vocabulary: mixed kinds under one name, missing and nested ones, arrays of objects. */

const text = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...words.usualTexts) },
  { weight: 4, arbitrary: fc.constantFrom(...words.texts) },
  // Two of them together put words next to others.
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...words.texts),
        fc.constantFrom('', ' ', '_', '-', 'é', '.'),
        fc.constantFrom(...words.texts),
      )
      .map((parts) => parts.join('')),
  },
)

const instant = fc
  .tuple(fc.constantFrom(...words.offsetsMs), fc.constantFrom(...words.nanos))
  .map(([offset, nanos]) => instantOf(words.baseMs + offset, nanos))

const bytes = fc.constantFrom(new Uint8Array(0), new Uint8Array([0x61]), Buffer.from('timeout'))

const integer = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words.usualIntegers).map(BigInt) },
  { weight: 1, arbitrary: fc.constantFrom(...words.safeIntegers).map(BigInt) },
  { weight: 1, arbitrary: fc.constantFrom(...words.signedIntegers, ...words.unsignedIntegers) },
)

/** Arrays with anything in them; `scalars` are what a format has beyond JSON. */
function listOf(...scalars: fc.Arbitrary<Leaf>[]): fc.Arbitrary<Leaf> {
  const { list } = fc.letrec<{ leaf: Leaf; list: Leaf; map: Leaf }>((tie) => ({
    leaf: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.oneof(
        text,
        integer,
        fc.constantFrom(...words.doubles),
        fc.boolean(),
        fc.constant(null),
        ...scalars,
      ),
      tie('map'),
      tie('list'),
    ),
    list: fc.array(tie('leaf'), { maxLength: 4 }),
    map: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...words.names), tie('leaf')), {
        selector: ([key]) => key,
        maxLength: 3,
      })
      .map((members) => new Map(members)),
  }))
  return list
}

const value: fc.Arbitrary<TypedValue> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant(Kind.Text), value: text }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant(Kind.Int),
      value: fc.constantFrom(...words.safeIntegers, ...words.usualIntegers, ...words.usualIntegers),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant(Kind.Double),
      value: fc.constantFrom(...words.doubles, ...words.usualIntegers, ...words.usualIntegers),
    }),
  },
  fc.constant({ kind: Kind.Null } as const),
  fc.record({ kind: fc.constant(Kind.Bool), value: fc.boolean() }),
  fc.record({
    kind: fc.constant(Kind.Int64),
    value: fc.constantFrom(...words.signedIntegers),
  }),
  fc.record({
    kind: fc.constant(Kind.Uint64),
    value: fc.constantFrom(...words.unsignedIntegers),
  }),
  instant.map((at) => ({ kind: Kind.Time, ...at }) as const),
  fc.record({ kind: fc.constant(Kind.Bytes), value: bytes }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant(Kind.Json),
      leaf: fc.oneof(
        { weight: 6, arbitrary: listOf() },
        { weight: 1, arbitrary: fc.constant(new Map<string, Leaf>()) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant(Kind.Msgpack), leaf: listOf(bytes, instant) }),
  },
)

const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...words.names).map((name) => [name]) },
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...words.names), { minLength: 1, maxLength: 3 }),
  },
)

/** No path of an event is a beginning of another: an event holds a value or an object at a name. */
const members = fc
  .uniqueArray(fc.record({ path, value }), {
    maxLength: 8,
    size: 'max',
    selector: ({ path }) => JSON.stringify(path),
  })
  .map((list) => list.filter((one) => !list.some((other) => begins(one, other))))

function begins(one: TypedMember, other: TypedMember): boolean {
  if (one === other || one.path.length >= other.path.length) return false
  return one.path.every((segment, i) => segment === other.path[i])
}

/** Every kind of value, and timestamps that tie, run late or are far off. */
export const arbitraryTypedEvent: fc.Arbitrary<TypedEvent> = fc.record({
  receivedMs: fc.nat({ max: 119_999 }).map((ms) => words.baseMs + ms),
  timestampMs: fc.constantFrom(...words.offsetsMs).map((offset) => words.baseMs + offset),
  timestampNanos: fc.constantFrom(...words.nanos),
  facility: fc.constantFrom(...words.facilities),
  level: fc.integer({ min: 0, max: 7 }),
  event: fc.oneof(
    fc.constantFrom(...words.eventTexts),
    text.filter((one) => one !== ''),
  ),
  members,
})

/** The same as plain events, each at a place of the minute it was received in. */
export const arbitraryPlainEvent: fc.Arbitrary<PlainEvent> = fc
  .tuple(arbitraryTypedEvent, fc.nat({ max: 2 }), fc.nat({ max: 9 }))
  .map(([event, part, row]) =>
    plainOf(event, { minute: Math.floor(event.receivedMs / 60_000), part, row }),
  )
