import { Kind } from '../../src/event/kind.ts'
import type { TypedEvent, TypedMember, TypedValue } from '../query/typed-event.ts'

/* Events whose columns have every shape that the encoder tells apart. */

/** Numbers from 0 to 2^32 - 1, the same for the same seed. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

type Shape = (row: number, random: () => number) => TypedValue | null

const hex = (word: number): string => word.toString(16).padStart(8, '0')

export function uuid(random: () => number, version4: boolean): string {
  const text = `${hex(random())}${hex(random())}${hex(random())}${hex(random())}`
  const third = version4 ? `4${text.slice(13, 16)}` : text.slice(12, 16)
  const variant = version4 ? 'b' : text.slice(16, 17)
  const fourth = `${variant}${text.slice(17, 20)}`
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${third}-${fourth}-${text.slice(20)}`
}

const int = (value: number): TypedValue => ({ kind: Kind.Int, value })
const double = (value: number): TypedValue => ({ kind: Kind.Double, value })
const text = (value: string): TypedValue => ({ kind: Kind.Text, value })

export const shapes: Readonly<Record<string, Shape>> = {
  constInt: () => int(-7),
  smallInt: (_, random) => int(random() % 200),
  wideInt: (_, random) => int(random() * 1000),
  hugeInt: (row, random) => int((row % 2 === 0 ? -1 : 1) * (2 ** 53 - 1 - (random() % 100))),
  risingInt: (row, random) => int(1e12 + row * 100 + (random() % 50)),
  fewInts: (_, random) => int([200, 204, 404, 500_000, -3][random() % 5] ?? 0),
  runs: (row) => int(Math.floor(row / 100) * 1_000_000),
  decimals: (_, random) => double((random() % 1_000_000) / 1000),
  anyDouble: (_, random) => double((random() - 2 ** 31) / 977),
  wholeDouble: (_, random) => double(random()),
  minusZero: (row) => double(row % 3 === 0 ? -0 : 0),
  constText: () => text('the same'),
  fewTexts: (_, random) => text(['GET', 'PUT', '', 'DELETE'][random() % 4] ?? ''),
  manyTexts: (row) => text(`name ${row % 400}`),
  anyText: (row, random) => text(`order ${random()} of Zoë ${row} was paid`),
  uuid4: (_, random) => text(uuid(random, true)),
  anyUuid: (_, random) => text(uuid(random, false)),
  upperUuid: (_, random) => text(uuid(random, true).toUpperCase()),
  ip: (_, random) => text(`10.${random() & 255}.${random() & 255}.${random() & 255}`),
  noIp: (_, random) => text(`10.0${random() & 7}.1.${random() & 255}`),
  longText: (_, random) => text(`${random()} ${'stack trace '.repeat(40)}`),
  bool: (_, random) => ({ kind: Kind.Bool, value: random() % 2 === 0 }),
  constBool: () => ({ kind: Kind.Bool, value: true }),
  none: () => ({ kind: Kind.Null }),
  half: (row) => (row % 2 === 0 ? int(row) : null),
  rare: (row) => (row % 97 === 5 ? text('rare') : null),
  int64: (_, random) => ({ kind: Kind.Int64, value: -(2n ** 62n) - BigInt(random()) }),
  uint64: (_, random) => ({ kind: Kind.Uint64, value: 2n ** 63n + BigInt(random()) }),
  constUint64: () => ({ kind: Kind.Uint64, value: 2n ** 64n - 1n }),
  time: (row, random) => ({ kind: Kind.Time, seconds: row - 5, nanos: random() % 1_000_000_000 }),
  bytes: (_, random) => ({ kind: Kind.Bytes, value: Uint8Array.of(random(), 0, 255, random()) }),
  mixed: (row) => (row % 2 === 0 ? int(row) : text(`${row}`)),
}

/** `count` events that each have a member of every shape. */
export function shapedEvents(count: number, seed: number): TypedEvent[] {
  const random = makeRandom(seed)
  return Array.from({ length: count }, (_, row) => {
    const members: TypedMember[] = []
    for (const [name, shape] of Object.entries(shapes)) {
      const value = shape(row, random)
      if (value !== null) members.push({ path: [name], value })
    }
    return {
      receivedMs: 1_790_000_000_000 + Math.floor(row / 500),
      timestampMs: 1_790_000_000_000 + row * 3 + (random() % 3),
      timestampNanos: row % 50 === 0 ? 123_456 : 0,
      facility: `service-${random() % 7}`,
      level: random() % 8,
      event: `something ${random() % 40} happened`,
      members,
    }
  })
}
