import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ByteSink } from '../../src/page/byte-sink.ts'
import { ByteSource } from '../../src/page/byte-source.ts'
import { decodeText } from '../../src/page/decode-text.ts'
import { encodeText } from '../../src/page/encode-text.ts'
import { TextCode } from '../../src/page/format.ts'
import { chunkEntries, type TextColumn } from '../../src/page/text-column.ts'
import { DictionaryBuilder } from '../../src/page/text-dictionary.ts'
import { BlockBuilder } from '../../src/ring/block-builder.ts'
import { roomyLimits } from '../query/typed-event.ts'
import { plainTexts } from './plain-block.ts'
import { makeRandom, uuid } from './shaped-events.ts'

/** Every other text lies in the arena, the rest in `extra`, as escaped texts do. */
function columnOf(texts: readonly string[]): TextColumn {
  const builder = new BlockBuilder(roomyLimits)
  const references = texts.map((text, i) => {
    const bytes = Buffer.from(text)
    if (i % 2 === 0) return builder.appendExtra(bytes)
    const at = builder.arenaBytes
    builder.appendArena(bytes, 0, bytes.length)
    return at
  })
  return {
    block: builder.detach(),
    references: Uint32Array.from(references),
    lengths: Uint32Array.from(texts, (text) => Buffer.byteLength(text)),
    count: texts.length,
  }
}

function throughBytes(texts: readonly string[]): { code: number; bytes: number } {
  const sink = new ByteSink()
  const column = columnOf(texts)
  const builder = new DictionaryBuilder(column, true)
  for (let end = 0; end < texts.length; end += chunkEntries) builder.advance(end)
  const { code } = encodeText(sink, column, builder.finish())
  const source = new ByteSource(sink.copy(), 'texts')
  const found = plainTexts(decodeText(source, texts.length), texts.length)
  source.end()
  expect(found).toEqual(texts.map((text) => Buffer.from(text).toString('latin1')))
  return { code, bytes: sink.length }
}

const random = makeRandom(7)
const rows = (count: number, text: (row: number) => string): string[] =>
  Array.from({ length: count }, (_, row) => text(row))
const address = (): string => [0, 8, 16, 24].map((shift) => (random() >>> shift) & 255).join('.')

describe('texts take the smallest form', () => {
  const uuids = rows(500, () => uuid(random, true))
  const cases: readonly [string, number, readonly string[]][] = [
    ['one', TextCode.Const, ['only']],
    ['all the same', TextCode.Const, rows(100, () => 'same')],
    ['few', TextCode.Dictionary, rows(5000, (row) => `text ${row % 200}`)],
    ['some thousand', TextCode.Dictionary, rows(9000, () => `text ${random() % 3000}`)],
    ['few long ones', TextCode.Dictionary, rows(90, (row) => `${'long '.repeat(90)}${row % 9}`)],
    ['UUIDs that repeat', TextCode.Dictionary, rows(2000, (row) => uuids[row % 500] ?? '')],
    ['all different', TextCode.Raw, rows(9000, (row) => `text ${row}`)],
    ['UUIDs of version 4', TextCode.Uuid, uuids],
    ['other UUIDs', TextCode.Uuid, rows(500, () => uuid(random, false))],
    ['UUIDs in capitals', TextCode.Raw, uuids.map((text) => text.toUpperCase())],
    ['UUIDs but the last', TextCode.Raw, [...uuids, `${'0'.repeat(35)}g`]],
    ['addresses', TextCode.Ipv4, rows(5000, address)],
    ['the ends of addresses', TextCode.Ipv4, ['0.0.0.0', '255.255.255.255']],
    ['what looks like addresses', TextCode.Raw, ['1.2.3.4', '01.2.3.4', '1.2.3.256', '1.2.3']],
    ['addresses with more', TextCode.Raw, ['1.2.3.4', '1.2.3.4.5', '1.2.3.', '1..2.33']],
  ]
  for (const [name, code, texts] of cases) {
    test(name, () => expect(throughBytes(texts).code).toBe(code))
  }

  test('15¼ bytes for a UUID of version 4', () => {
    expect(throughBytes(rows(4000, () => uuid(random, true))).bytes).toBeLessThan(4000 * 15.26)
  })
})

test('any texts come back', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.constantFrom(
      '',
      'a',
      'ab',
      'abc',
      'abcd',
      '1.2.3.4',
      '00000000-0000-4000-8000-000000000000',
    ),
    fc.ipV4(),
    fc.uuid(),
  )
  const one = fc.oneof(fc.array(text, { maxLength: 60 }), fc.array(fc.uuid(), { maxLength: 30 }))
  fc.assert(
    fc.property(one, (texts) => {
      throughBytes(texts)
    }),
    { numRuns: 300, verbose: 1 },
  )
})
