import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Packr, Unpackr } from 'msgpackr'
import { JsonSplitter } from '../../../src/cli/send/json-splitter.ts'
import { LineSplitter } from '../../../src/cli/send/line-splitter.ts'
import { MsgpackSplitter } from '../../../src/cli/send/msgpack-splitter.ts'
import type { Splitter } from '../../../src/cli/send/splitter.ts'
import { SplitError } from '../../../src/cli/send/splitter.ts'

/** Feeds `bytes` in pieces of the given sizes, over and over, and collects what comes out. */
function cut(splitter: Splitter, bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const values: Uint8Array[] = []
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const end = at + (sizes[i % sizes.length] ?? 1)
    values.push(...splitter.push(bytes.slice(at, end)))
    at = end
  }
  values.push(...splitter.end())
  return values
}

const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })
const values = fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 12 })
const maps = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { maxLength: 12 })
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const parse = (bytes: Uint8Array): unknown => JSON.parse(text(bytes))

describe('JSON values', () => {
  test('of a list come out one by one, wherever the file is cut', () => {
    fc.assert(
      fc.property(values, pieces, fc.constantFrom(0, 2), (list, sizes, indent) => {
        const bytes = Buffer.from(JSON.stringify(list, null, indent))
        expect(cut(new JsonSplitter(), bytes, sizes).map(parse)).toEqual(
          list.map((value) => JSON.parse(JSON.stringify(value))),
        )
      }),
    )
  })

  test('one after the other come out as they are', () => {
    fc.assert(
      fc.property(maps, pieces, fc.constantFrom('', ' ', '\n', '\r\n'), (list, sizes, between) => {
        const bytes = Buffer.from(list.map((value) => JSON.stringify(value)).join(between))
        expect(cut(new JsonSplitter(), bytes, sizes).map(text)).toEqual(
          list.map((value) => JSON.stringify(value)),
        )
      }),
    )
  })

  test('keep brackets and escapes inside strings', () => {
    const json = String.raw`{"a":"}]\"\\"} {"b":"[{\u0022"}`
    for (const size of [1, 2, 3, 100]) {
      expect(cut(new JsonSplitter(), Buffer.from(json), [size]).map(text)).toEqual([
        String.raw`{"a":"}]\"\\"}`,
        String.raw`{"b":"[{\u0022"}`,
      ])
    }
  })

  test('that end inside are an error, not a lost event', () => {
    for (const json of ['{"a":1', '[{"a":1},', '{"a":"b', '{"a":"\\']) {
      expect(() => cut(new JsonSplitter(), Buffer.from(json), [3])).toThrow(SplitError)
    }
  })
})

describe('lines', () => {
  test('come out without their ends; empty ones are left out', () => {
    fc.assert(
      fc.property(maps, pieces, fc.boolean(), (list, sizes, last) => {
        const lines = list.map((value) => JSON.stringify(value))
        const bytes = Buffer.from(lines.join('\n\n') + (last ? '\n' : ''))
        expect(cut(new LineSplitter(), bytes, sizes).map(text)).toEqual(lines)
      }),
    )
  })

  test('that are broken do not swallow the next', () => {
    const bytes = Buffer.from('{"a":"\n{"b":1}\n')
    expect(cut(new LineSplitter(), bytes, [5]).map(text)).toEqual(['{"a":"', '{"b":1}'])
  })
})

describe('msgpack values', () => {
  const packr = new Packr({ useRecords: false })
  const unpackr = new Unpackr({ useRecords: false })
  const rich = fc.array(
    fc.dictionary(
      fc.string({ maxLength: 40 }),
      fc.oneof(
        fc.string({ maxLength: 400 }),
        fc.double({ noNaN: true }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
        fc.integer(),
        fc.boolean(),
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        fc.date({ noInvalidDate: true }),
        fc.array(fc.integer(), { maxLength: 20 }),
        fc.constant(null),
      ),
      { maxKeys: 20 },
    ),
    { maxLength: 20 },
  )

  test('of a list come out byte for byte', () => {
    fc.assert(
      fc.property(rich, pieces, (list, sizes) => {
        const found = cut(new MsgpackSplitter(), packr.pack(list), sizes)
        expect(found.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
          list.map((value) => packr.pack(value).toString('hex')),
        )
      }),
    )
  })

  test('one after the other come out byte for byte', () => {
    fc.assert(
      fc.property(rich, pieces, (list, sizes) => {
        const bytes = Buffer.concat(list.map((value) => Buffer.from(packr.pack(value))))
        const found = cut(new MsgpackSplitter(), bytes, sizes)
        expect(found.map((value): unknown => unpackr.unpack(value))).toEqual(
          list.map((value): unknown => unpackr.unpack(packr.pack(value))),
        )
      }),
    )
  })

  test('that end inside, or are none, are an error', () => {
    const cases = [[0x82, 0xa1, 0x61], [0x92, 0x01], [0xc1], [0xd4, 0x72, 0x40, 0x90]]
    for (const bytes of cases) {
      expect(() => cut(new MsgpackSplitter(), new Uint8Array(bytes), [1, 2])).toThrow(SplitError)
    }
  })
})
