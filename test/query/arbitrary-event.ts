import fc from 'fast-check'
import { Kind } from '../../src/event/kind.ts'
import { timestampMaxMs, timestampMinMs } from '../../src/event/time.ts'
import type { Leaf } from './leaf.ts'
import type { TypedEvent, TypedMember, TypedValue } from './typed-event.ts'

/* Arbitrary events: every kind, nested and dotted names, and the names that trip up object builders. */

const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'status', 'duration_ms') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', '', 'a.b', 'constructor', 'toString', '0', '$bytes'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
)

const text = fc.oneof(
  fc.constantFrom(
    'GET',
    '/api/orders',
    '',
    '"quoted", \\ and \u2028',
    'a\u0000b\u001f\u007f\n\t\r',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }).filter((one) => one.isWellFormed()),
)

const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000),
  fc.constantFrom(
    -0,
    0,
    1,
    1e15,
    1e21,
    5e-324,
    1.7976931348623157e308,
    0.1 + 0.2,
    123456789012.345,
  ),
)

const integer = fc.oneof(
  fc.bigInt({ min: -200n, max: 70_000n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
)

const instant = fc.record({
  seconds: fc.integer({ min: timestampMinMs / 1000, max: Math.floor(timestampMaxMs / 1000) }),
  nanos: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999_999 })),
})

/** Arrays with anything in them; `scalars` are what a format has beyond JSON. */
function listOf(...scalars: fc.Arbitrary<Leaf>[]): fc.Arbitrary<Leaf> {
  const { list } = fc.letrec<{ leaf: Leaf; list: Leaf; map: Leaf }>((tie) => ({
    leaf: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.oneof(fc.constant(null), fc.boolean(), integer, double, text, ...scalars),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('leaf'), { maxLength: 20 }),
    map: fc
      .uniqueArray(fc.tuple(name, tie('leaf')), { selector: ([key]) => key, maxLength: 18 })
      .map((members) => new Map(members)),
  }))
  return list
}

const value: fc.Arbitrary<TypedValue> = fc.oneof(
  fc.constant({ kind: Kind.Null } as const),
  fc.record({ kind: fc.constant(Kind.Bool), value: fc.boolean() }),
  fc.record({ kind: fc.constant(Kind.Int), value: fc.oneof(fc.maxSafeInteger(), fc.integer()) }),
  fc.record({ kind: fc.constant(Kind.Double), value: double }),
  fc.record({ kind: fc.constant(Kind.Text), value: text }),
  fc.record({
    kind: fc.constant(Kind.Int64),
    value: fc.oneof(
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
    ),
  }),
  fc.record({
    kind: fc.constant(Kind.Uint64),
    value: fc.bigInt({ min: 2n ** 63n, max: 2n ** 64n - 1n }),
  }),
  instant.map((at) => ({ kind: Kind.Time, ...at }) as const),
  fc.record({ kind: fc.constant(Kind.Bytes), value: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({
    kind: fc.constant(Kind.Json),
    leaf: fc.oneof(listOf(), fc.constant(new Map<string, Leaf>())),
  }),
  fc.record({
    kind: fc.constant(Kind.Msgpack),
    leaf: listOf(fc.uint8Array({ maxLength: 40 }), instant),
  }),
)

/** No path of an event is a beginning of another: an event holds a value or an object at a name. */
const members = fc
  .uniqueArray(fc.record({ path: fc.array(name, { minLength: 1, maxLength: 4 }), value }), {
    maxLength: 12,
    selector: ({ path }) => JSON.stringify(path),
  })
  .map((list) => list.filter((one) => !list.some((other) => begins(one, other))))

export const arbitraryEvent: fc.Arbitrary<TypedEvent> = fc.record({
  receivedMs: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
  timestampMs: fc.oneof(
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
    fc.integer({ min: timestampMinMs, max: timestampMaxMs }),
  ),
  timestampNanos: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999 })),
  facility: fc.oneof(fc.constantFrom('checkout', 'billing, "EU"'), text),
  level: fc.integer({ min: 0, max: 7 }),
  event: fc.oneof(fc.constantFrom('payment declined', 'line\r\nbreak'), text),
  members,
})

function begins(one: TypedMember, other: TypedMember): boolean {
  if (one === other || one.path.length >= other.path.length) return false
  return one.path.every((segment, i) => segment === other.path[i])
}
