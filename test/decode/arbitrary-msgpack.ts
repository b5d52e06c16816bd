import { Packr } from 'msgpackr'
import type { Dice } from './arbitrary-json.ts'

// An item may itself be undefined, so only the position can be checked.
const pick = <T>(dice: Dice, list: readonly T[]): T => {
  const at = dice(list.length)
  if (!(at < list.length)) throw new RangeError('empty list')
  return list[at] as T
}

const names = [
  'a',
  'b',
  'user',
  'http.method',
  'x/y~z',
  '',
  '__proto__',
  'é',
  '日本',
  'n'.repeat(40),
] as const

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

/** Scalars by their bytes: every width of number, and the edges of 64 bits. */
const scalars = [
  'c0', 'c2', 'c3', '00', '3f', '40', '7f', 'e0', 'ff', 'cc ff', 'cd ffff', 'ce ffffffff', 'cc 00', 'd0 80',
  'd1 8000', 'd2 80000000', 'd3 8000000000000000', 'cf ffffffffffffffff', 'cf 8000000000000000',
  'cf 001fffffffffffff', 'cf 0020000000000000', 'd3 ffe0000000000001', 'd3 ffe0000000000000',
  'd3 7fffffffffffffff', 'ca 3f800000', 'cb 3ff0000000000000', 'cb 8000000000000000', 'cb 3fb999999999999a',
  'cb 7fefffffffffffff', 'cb 0000000000000001', 'cb 7ff0000000000000', 'ca 7fc00000', 'c4 03 010203', 'c4 00',
  'c5 0001 ff', 'd6 ff 00000001', 'd7 ff fffffffc 00000001', 'd7 ff ee6b27fc 00000001',
  'c7 0c ff 3b9ac9ff fffffff188000000', 'c7 0c ff 00000001 ffffffffffffffff', 'd4 00 00', 'd4 05 01',
  'a0', 'a1 78', 'd9 03 e28280', 'a2 c3a9', 'a4 f09f9880', 'da 0001 41', 'db 00000001 42', 'a1 80', 'a3 eda080',
  'a2 c080', 'a4 f4908080', 'a3 efbbbf',
].map(bytes) // prettier-ignore

function text(value: string): Buffer {
  const content = Buffer.from(value)
  const long = content.length >= 32
  return Buffer.concat([
    Buffer.from(long ? [0xd9, content.length] : [0xa0 | content.length]),
    content,
  ])
}

function map(dice: Dice, members: readonly Buffer[]): Buffer {
  const count = members.length
  const head = pick(dice, [
    bytes('8' + count.toString(16)),
    bytes('de' + count.toString(16).padStart(4, '0')),
    bytes('df' + count.toString(16).padStart(8, '0')),
  ])
  return Buffer.concat([head, ...members])
}

function value(dice: Dice, depth: number): Buffer {
  const kind = dice(depth > 4 ? 5 : 9)
  if (kind < 5) return pick(dice, dice(4) > 0 ? scalars.slice(0, 30) : scalars)
  if (kind < 7) return members(dice, depth)
  if (kind === 7 && dice(3) === 0) return record(dice, depth)
  const items = Array.from({ length: dice(4) }, () => value(dice, depth + 1))
  return Buffer.concat([bytes('9' + items.length.toString(16)), ...items])
}

function members(dice: Dice, depth: number): Buffer {
  const list = Array.from({ length: dice(5) }, () =>
    Buffer.concat([
      dice(60) === 0 ? value(dice, 5) : text(pick(dice, names)),
      value(dice, depth + 1),
    ]),
  )
  return map(dice, list)
}

/** A record's definition and its first use; a later 0x40 to 0x43 among the scalars may use it again. */
function record(dice: Dice, depth: number): Buffer {
  const used = names.slice(0, 1 + dice(3))
  return Buffer.concat([
    bytes('d472'),
    Buffer.from([0x40 + dice(4), 0x90 | used.length]),
    ...used.map(text),
    ...used.map(() => value(dice, depth + 1)),
  ])
}

const times = [
  text('2026-11-22T12:34:56.789Z'), bytes('d6 ff 6740f000'), bytes('cf 0000018bcfe56800'),
  bytes('cb 4278bcfe56800000'), bytes('cb 4278bcfe56800001'), text('nonsense'), bytes('c0'),
  bytes('d7 ff 00000004 6740f000'), bytes('c7 0c ff 00000001 00000001ffffffff'), bytes('d3 ffffffffffffffff'),
  bytes('ca 3f000000'), bytes('d4 00 00'),
] as const // prettier-ignore

export function arbitraryEvent(dice: Dice): Buffer {
  const odd = (): boolean => dice(40) === 0
  const list = [
    [text('facility'), odd() ? value(dice, 5) : text(pick(dice, ['shop', 'café']))],
    [
      text('level'),
      odd()
        ? value(dice, 5)
        : pick(dice, [text('info'), text('Error'), bytes('03'), bytes('cc 07')]),
    ],
    [text('event'), odd() ? value(dice, 5) : text(pick(dice, ['order placed', 'é']))],
  ]
  if (dice(3) > 0)
    list.push([text('timestamp'), pick(dice, times.slice(0, dice(4) === 0 ? times.length : 4))])
  if (dice(10) > 0) list.push([text('additional'), odd() ? value(dice, 5) : members(dice, 1)])
  if (odd()) list.push([text(pick(dice, names)), value(dice, 5)])
  if (odd()) list.splice(dice(list.length), 1)
  if (odd()) list.push(pick(dice, list))
  if (dice(4) === 0) list.reverse()
  return map(
    dice,
    list.map((pair) => Buffer.concat(pair)),
  )
}

const packrs = [
  new Packr(),
  new Packr({ useRecords: false }),
  new Packr({ useRecords: true, maxOwnStructures: 4 }),
]

/** Events as JavaScript clients send them, by msgpackr itself: dates, bytes, undefined, bigints, records. */
export function packedEvents(dice: Dice): Buffer {
  const events = Array.from({ length: 1 + dice(4) }, () => ({
    facility: 'shop',
    timestamp: pick(dice, [
      new Date(1_700_000_000_123),
      '2026-11-22T12:34:56Z',
      1_700_000_000_000.5,
      undefined,
    ]),
    level: pick(dice, ['info', 4]),
    event: 'order placed',
    additional: object(dice, 0),
  }))
  const packr = pick(dice, packrs)
  return dice(2) === 0
    ? packr.pack(events)
    : Buffer.concat(events.map((event) => packr.pack(event)))
}

function object(dice: Dice, depth: number): object {
  return Object.fromEntries(
    Array.from({ length: 1 + dice(5) }, () => [
      pick(dice, names.slice(0, 5)),
      anything(dice, depth + 1),
    ]),
  )
}

function anything(dice: Dice, depth: number): unknown {
  const kind = dice(depth > 3 ? 8 : 10)
  if (kind === 8) return object(dice, depth)
  if (kind === 9) return Array.from({ length: dice(4) }, () => anything(dice, depth + 1) ?? null)
  return pick(dice, [
    65, -1, 1.5, 'x', 'é'.repeat(20), null, true, undefined, 2 ** 53 - 1, 2n ** 60n, new Date(1e12), new Uint8Array(3),
  ]) // prettier-ignore
}
