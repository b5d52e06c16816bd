import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { Kind } from '../../../src/event/kind.ts'
import { encodeBlock } from '../../../src/page/block-encoder.ts'
import { openBlock } from '../../../src/page/block-reader.ts'
import type { AnyTextTest, FieldTest, Query } from '../../../src/query/language/ast.ts'
import { makeMatcher } from '../../../src/query/match/matcher.ts'
import type { Leaf } from '../leaf.ts'
import { matches } from '../naive/matches.ts'
import { plainOf } from '../naive/plain-event.ts'
import { writtenOf } from '../naive/value-text.ts'
import { seedNote } from '../seed.ts'
import { builderOf, type TypedEvent, type TypedMember } from '../typed-event.ts'

/*
 * A block in which columns are stored as those of real pages are: UUIDs of both forms, addresses, dictionaries,
 * texts that do not repeat, with filters; and queries made of pieces of its values.
 */

const { seed } = seedNote('large-block')
const minute = 29_400_000
const rowCount = 500

/** Numbers that look random and are the same each time. */
function random(row: number, salt: number): number {
  return Math.imul(Math.imul(row * 31 + salt, 0x9e3779b1) ^ 0x2545f491, 0x85ebca6b) >>> 0
}

const hex = (row: number, salt: number): string => random(row, salt).toString(16).padStart(8, '0')

function uuid(row: number, isVersion4: boolean): string {
  const digits = [1, 2, 3, 4].map((salt) => hex(row, salt)).join('')
  const version = isVersion4 ? '4' : digits.charAt(12)
  const variant = isVersion4 ? '89ab'.charAt(row % 4) : digits.charAt(16)
  const text = `${digits.slice(0, 12)}${version}${digits.slice(13, 16)}${variant}${digits.slice(17)}`
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

const words = ['Timeout', 'pool', 'GET', 'über', 'naïve', 'x_y', '42', 'a.b', 'connection', 'É']
const word = (row: number, salt: number): string => words[random(row, salt) % words.length] ?? ''

function textOf(name: string, value: string): TypedMember {
  return { path: [name], value: { kind: Kind.Text, value } }
}

function eventOf(row: number): TypedEvent {
  const bytes = [0, 8, 16, 24].map((shift) => (random(row, 9) >>> shift) & 255)
  const members: TypedMember[] = [
    textOf('request', uuid(row, true)),
    textOf('address', bytes.join('.')),
    textOf('host', `node-${row % 7}.eu`),
    textOf('message', [5, 6, 7, 8].map((salt) => word(row, salt)).join([' ', '-', ''][row % 3])),
    { path: ['status'], value: { kind: Kind.Int, value: 200 + (random(row, 10) % 5) } },
    { path: ['ms'], value: { kind: Kind.Double, value: (random(row, 11) % 1000) / 8 } },
  ]
  if (row % 3 !== 0) members.push(textOf('trace', uuid(row, false)))
  if (row % 5 === 0) members.push(textOf('log', `${word(row, 5)} ${hex(row, 6)} ${word(row, 7)}`))
  if (row % 4 === 0) {
    const leaf: Leaf = [word(row, 5), new Map([['in', `"${word(row, 6)}"`]]), BigInt(row)]
    members.push({ path: ['list'], value: { kind: Kind.Json, leaf } })
  }
  return {
    receivedMs: minute * 60_000 + row,
    timestampMs: minute * 60_000 + row,
    timestampNanos: 0,
    facility: ['checkout', 'billing'][row % 2] ?? '',
    level: row % 8,
    event: `${word(row, 1)} ${word(row, 2)}`,
    members,
  }
}

const events = Array.from({ length: rowCount }, (_, row) => eventOf(row))
const plain = events.map((event, row) => plainOf(event, { minute, part: 0, row }))
const { bytes, entry } = encodeBlock(minute, 0, builderOf(events).detach())
const block = openBlock(bytes)

function rowsOf(query: Query): number[] {
  const filter = { facility: null, level: null, event: null }
  const matcher = makeMatcher({ clock: 'timestamp', from: null, to: null, filter, query })
  return Array.from(matcher.rowsOf(block, entry) ?? plain.keys())
}

const names = ['request', 'trace', 'address', 'host', 'message', 'log', 'status', 'ms', 'list.in']

interface Piece {
  readonly name: string
  readonly whole: string
  readonly from: number
  readonly text: string
  readonly how: number
}

const pieces: fc.Arbitrary<Piece> = fc
  .record({
    row: fc.nat({ max: rowCount - 1 }),
    name: fc.constantFrom(...names),
    from: fc.nat({ max: 35 }),
    length: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 36 })),
    isUpper: fc.boolean(),
    how: fc.nat({ max: 5 }),
  })
  .map(({ row, name, from, length, isUpper, how }) => {
    const value = plain[row]?.additional.get(name) ?? plain[row]?.event ?? null
    const whole = writtenOf(value) ?? ''
    const at = from % Math.max(whole.length, 1)
    const text = whole.slice(at, at + length).toWellFormed()
    const recased = text.replace(/[A-Za-z]/g, (letter) =>
      isUpper ? letter.toUpperCase() : letter.toLowerCase(),
    )
    return { name, whole, from: at, text: recased, how }
  })

function queriesOf({ name, whole, from, text, how }: Piece): Query[] {
  const field = { of: 'additional', path: name } as const
  const rest = whole.slice(from + text.length)
  const tests: FieldTest[] = [
    { how: 'wildcard', pieces: ['', text, ''] },
    { how: 'wildcard', pieces: [whole.slice(0, from), rest] },
    { how: 'equals', text: how === 0 ? text : whole, isQuoted: false },
    { how: 'wildcard', pieces: [whole.slice(0, 3), text, ''] },
    { how: 'regex', source: text.replace(/[^0-9A-Za-z\u0080-\uffff]/g, '.') },
  ]
  const anywhere: AnyTextTest[] = [
    { how: 'phrase', text },
    { how: 'word', text },
    { how: 'word', text: whole.split(/[^0-9A-Za-z_]/)[how] ?? text },
    { how: 'regex', source: `${text.replace(/[^0-9A-Za-z]/g, '.')}[0-9a-f]` },
  ]
  return [
    ...tests.map((test) => ({ type: 'field', field, test }) as const),
    ...anywhere
      .filter((test) => test.how === 'regex' || test.text !== '')
      .map((test) => ({ type: 'text', test }) as const),
  ]
}

function formOf(name: string): string {
  const index = block.columns.findIndex(({ segments }) => segments[0] === name)
  const uuids = block.uuids(index)
  if (uuids !== null) return `uuids of ${uuids.stride}`
  if (block.addresses(index) !== null) return 'addresses'
  const isDictionary = (block.column(index).text?.ids ?? null) !== null
  return block.filter(index)?.items ?? (isDictionary ? 'dictionary' : 'other')
}

test('columns are stored in the forms that have searches of their own', () => {
  expect(names.slice(0, 6).map(formOf)).toEqual([
    'uuids of 14',
    'uuids of 16',
    'addresses',
    'dictionary',
    'words',
    'words',
  ])
})

test('queries made of pieces of the values find what the naive evaluation finds', () => {
  let found = 0
  fc.assert(
    fc.property(pieces, (piece) => {
      for (const query of queriesOf(piece)) {
        const wanted = plain.flatMap((event, row) => (matches(query, event) ? [row] : []))
        expect({ query, rows: rowsOf(query) }).toEqual({ query, rows: wanted })
        found += wanted.length
      }
    }),
    { numRuns: 80, seed },
  )
  expect(found).toBeGreaterThan(5000)
}, 60_000)
