import { describe, expect, test } from 'bun:test'
import { Packr, pack } from 'msgpackr'
import { makeDecoder } from '../../src/decode/body.ts'
import { makeMsgpackDecoder } from '../../src/decode/msgpack.ts'
import { type DecodedBody, decodeBody, refusalOf } from './decode-body.ts'

const make = makeMsgpackDecoder
const base = { facility: 'shop', level: 'info', event: 'sold' }
const decode = (body: Uint8Array): DecodedBody => decodeBody(new Uint8Array(body), { make })
const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

/** An event whose `additional` has one member `a`, given as bytes. */
function withValue(value: string): Uint8Array {
  const head = Buffer.from(pack({ ...base, additional: { a: 0 } })).subarray(0, -1)
  return new Uint8Array(Buffer.concat([head, hex(value)]))
}

const valueOf = (value: string): unknown => {
  const { events, rejected } = decode(withValue(value))
  const [event] = events
  return event === undefined ? `${rejected[0]?.code} ${rejected[0]?.pointer}` : event.additional
}

describe('bodies of msgpack', () => {
  test('a map, an array of maps and any sequence give the same events', () => {
    const one = pack(base)
    const expected = decode(one).events
    expect(expected).toHaveLength(1)
    for (const body of [
      pack([base, base]),
      Buffer.concat([one, one]),
      Buffer.concat([pack([base]), one]),
    ]) {
      expect(decode(body).events).toEqual([...expected, ...expected])
    }
  })

  test("msgpackr's records are read, within a message and over messages", () => {
    const packr = new Packr({ useRecords: true })
    const events = [1, 65, 100].map((n) => ({ ...base, additional: { n, list: [{ n }, { n }] } }))
    const plain = decode(pack(events)).events
    expect(decode(packr.pack(events)).events).toEqual(plain)
    const messages = events.map((event) => Buffer.from(packr.pack(event)))
    expect(decode(Buffer.concat(messages)).events).toEqual(plain)
  })

  test('a refused event leaves the records as it defined them', () => {
    const packr = new Packr({ useRecords: true })
    const events = [{ ...base, level: 'loud' }, base, base].map((event) => ({
      ...event,
      additional: { n: 65 },
    }))
    expect(decode(packr.pack(events))).toMatchObject({ accepted: 2, rejectedCount: 1 })
  })

  test.each(['c1', '85', '91', 'a5 61', 'dc', 'd4 72 40', 'd4 72 40 a1', '81 c1 c0'])(
    '%p is unreadable',
    (body) => {
      expect(decode(hex(body)).outcome).toBe('unreadable')
    },
  )

  test('undefined is an absent member', () => {
    const event = {
      ...base,
      timestamp: undefined,
      additional: { a: undefined, b: 1, c: { d: undefined } },
    }
    expect(decode(pack(event)).events[0]?.additional).toEqual({ b: 'integer 1', c: {} })
  })
})

describe('values of msgpack', () => {
  test.each([
    ['7f', 'integer 127'], ['ff', 'integer -1'], ['cb 3ff0000000000000', 'double 1'], ['ca 3f800000', 'double 1'],
    ['cb 8000000000000000', 'double -0'], ['cf ffffffffffffffff', 'integer 18446744073709551615'],
    ['d3 8000000000000000', 'integer -9223372036854775808'], ['cf 0020000000000000', 'integer 9007199254740992'],
    ['c0', null], ['c3', true], ['c4 02 00ff', 'bytes 00ff'], ['d6 ff 00000001', 'time 1 0'],
    ['d7 ff 00000004 00000001', 'time 1 1'], ['c7 0c ff 00000001 ffffffffffffffff', 'time -1 1'],
    ['a4 f09f9880', 'text 😀'], ['90', []], ['80', {}],
  ])('%s is %p', (bytes, value) => {
    expect(valueOf(bytes)).toEqual({ a: value })
  }) // prettier-ignore

  test.each([
    ['cb 7ff8000000000000', 'number-out-of-range /additional/a'],
    ['ca 7f800000', 'number-out-of-range /additional/a'],
    ['d4 05 00', 'extension-unsupported /additional/a'],
    ['d5 72 4040', 'extension-unsupported /additional/a'],
    ['91 d4 00 00', 'extension-unsupported /additional/a/0'],
    ['d7 ff ffffffff 00000001', 'timestamp-invalid /additional/a'],
    ['c7 0c ff 00000001 7fffffffffffffff', 'timestamp-invalid /additional/a'],
    ['a1 80', 'text-invalid-utf8 /additional/a'],
    ['91 81 c0 c0', 'name-not-text /additional/a/0'],
    ['81 c4 01 61 c0', 'name-not-text /additional/a'],
  ])('%s is refused as %p', (bytes, refusal) => {
    expect(valueOf(bytes)).toBe(refusal)
  })

  test('the last of duplicate names wins, in leaves too', () => {
    expect(valueOf('82 a1 62 01 a1 62 02')).toEqual({ a: { b: 'integer 2' } })
    expect(valueOf('91 82 a1 62 01 a1 62 02')).toEqual({ a: [{ b: 'integer 2' }] })
  })

  test('the facility of the server is for the server alone', () => {
    const body = new Uint8Array(pack({ ...base, facility: 'minutebook' }))
    expect(refusalOf(body, { make })).toBe('facility-reserved /facility')
    const longer = new Uint8Array(pack({ ...base, facility: 'minutebook-2' }))
    expect(decodeBody(longer, { make }).accepted).toBe(1)
    const own = JSON.stringify({ ...base, facility: 'minutebook' })
    expect(decodeBody(own, { make: makeDecoder('own') }).accepted).toBe(1)
  })

  test('bytes are no facility and no event', () => {
    const bytes = Buffer.from('x')
    expect(refusalOf(new Uint8Array(pack({ ...base, facility: bytes })), { make })).toBe(
      'facility-not-text /facility',
    )
    expect(refusalOf(new Uint8Array(pack({ ...base, event: bytes })), { make })).toBe(
      'event-not-text /event',
    )
  })

  test('a timestamp may be text, a number or an extension', () => {
    for (const timestamp of [
      '2023-11-14T22:13:20.5Z',
      1_700_000_000_500,
      new Date(1_700_000_000_500),
    ]) {
      expect(decode(pack({ ...base, timestamp })).events[0]?.timestamp).toBe('1700000000500000000')
    }
  })
})
