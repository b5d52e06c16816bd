import { expect, test } from 'bun:test'
import { blocksOf } from '../../../bench/sealed-events.ts'
import { Kind } from '../../../src/event/kind.ts'
import { encodeBlock } from '../../../src/page/block-encoder.ts'
import { openBlock } from '../../../src/page/block-reader.ts'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { makeMatcher } from '../../../src/query/match/matcher.ts'
import { Needle } from '../../../src/query/match/needle.ts'
import type { Selection } from '../../../src/query/selection.ts'
import type { SealedBlock } from '../../../src/ring/block-builder.ts'
import { builderOf, type TypedEvent } from '../typed-event.ts'

/* What random blocks of a few rows do not come across. */

const minute = 29_400_000
const base = minute * 60_000

function rowsOf(sealed: SealedBlock, q: string, changes: Partial<Selection> = {}): number[] {
  const { bytes, entry } = encodeBlock(minute, 0, sealed)
  const filter = { facility: null, level: null, event: null }
  const query = parseQuery(q, base)
  const whole = { clock: 'timestamp', from: null, to: null, filter, query } as const
  const matcher = makeMatcher({ ...whole, ...changes })
  return Array.from(matcher.rowsOf(openBlock(bytes), entry) ?? Array(entry.rowCount).keys())
}

const where = (count: number, passes: (row: number) => boolean): number[] =>
  Array.from({ length: count }, (_, row) => row).filter(passes)

function blockOf(count: number, eventOf: (row: number) => Partial<TypedEvent>): SealedBlock {
  const events = Array.from({ length: count }, (_, row) => ({
    receivedMs: base,
    timestampMs: base + row,
    timestampNanos: 0,
    facility: 'checkout',
    level: 6,
    event: 'e',
    members: [],
    ...eventOf(row),
  }))
  return builderOf(events).detach()
}

const isOften = (row: number): boolean => row % 100 === 7 || (row > 4000 && row % 3 === 0)
const valueOf = (row: number): number => (isOften(row) ? 5 : row % 97 === 3 ? 7 : 1)

function numbered(row: number): Partial<TypedEvent> {
  const value = valueOf(row)
  return {
    event: `e${value}`,
    members: [
      { path: ['n'], value: { kind: Kind.Int, value } },
      { path: ['t'], value: { kind: Kind.Text, value: `t${value}` } },
      ...(row % 2 === 0 ? [{ path: ['half'], value: { kind: Kind.Int, value } } as const] : []),
    ],
  }
}

test('values that are rare at first and frequent later are all found, and those always rare', () => {
  const count = 6000
  for (const value of [1, 5, 7]) {
    const wanted = where(count, (row) => valueOf(row) === value)
    const even = wanted.filter((row) => row % 2 === 0)
    for (const q of [`n:${value}`, `t:t${value}`, `event:e${value}`, `n:${value}*`]) {
      expect({ q, rows: rowsOf(blockOf(count, numbered), q) }).toEqual({ q, rows: wanted })
    }
    expect(rowsOf(blockOf(count, numbered), `half:${value}`)).toEqual(even)
  }
})

function rowsBetween(fromNanos: number, toNanos: number): number[] {
  const from = { ms: base + 2, nanos: fromNanos }
  const to = { ms: base + 5, nanos: toNanos }
  return rowsOf(
    blockOf(10, () => ({})),
    '*',
    { from, to },
  )
}

test('nanoseconds of a bound count where no event has any', () => {
  expect(rowsBetween(0, 0)).toEqual([2, 3, 4])
  expect(rowsBetween(1, 0)).toEqual([3, 4])
  expect(rowsBetween(0, 1)).toEqual([2, 3, 4, 5])
  expect(rowsBetween(999_999, 999_999)).toEqual([3, 4, 5])
})

test('a needle is found where one piece of the bytes ends and the next begins', () => {
  const piece = 0x1_0000
  for (let before = piece - 6; before <= piece + 1; before++) {
    const text = `${' '.repeat(before)}NeeDle${' '.repeat(50)}`
    const passes = new Uint8Array(2)
    const bytes = Buffer.from(`none${text}`)
    new Needle('needle').mark({ bytes, offsets: Uint32Array.of(0, 4, bytes.length) }, passes)
    expect({ before, passes: [...passes] }).toEqual({ before, passes: [0, 1] })
  }
})

test('texts in arrays are found however the client escaped them', () => {
  const additional = [
    String.raw`{"list":["caf\u00e9 open", "filler ${'x'.repeat(600)}"]}`,
    '{"list":["café open"]}',
    String.raw`{"list":[{"\u0061":"tab\there"}, "\/path"]}`,
    '{"list":["nothing"]}',
  ]
  const lines = additional.map((one) =>
    JSON.stringify({ facility: 'f', level: 'info', event: 'e' }).replace(
      '}',
      `,"additional":${one}}`,
    ),
  )
  const sealed = (): SealedBlock => {
    const [builder] = blocksOf(Buffer.from(lines.join('\n')), base)
    if (builder === undefined) throw new Error('no block')
    return builder.detach()
  }
  expect(rowsOf(sealed(), '"café"')).toEqual([0, 1])
  expect(rowsOf(sealed(), 'list:*café*')).toEqual([0, 1])
  expect(rowsOf(sealed(), 'list.a:tab*')).toEqual([2])
  expect(rowsOf(sealed(), '"/path"')).toEqual([2])
})
