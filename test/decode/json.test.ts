import { describe, expect, test } from 'bun:test'
import { decodeBody, refusalOf } from './decode-body.ts'

const event = (additional: string): string =>
  `{"facility":"shop","level":"info","event":"sold","additional":${additional}}`
const good = event('{"a":1}')
const additionalOf = (text: string): unknown => decodeBody(event(text)).events[0]?.additional

describe('bodies of JSON', () => {
  test('one event, an array, lines and any sequence give the same events', () => {
    const [one] = decodeBody(good).events
    for (const body of [
      `[${good},${good}]`,
      `${good}\n${good}\n`,
      good + good,
      `[${good}]\n\n [${good}]`,
      `\ufeff${good}\r\n${good}`,
    ]) {
      expect(decodeBody(body).events).toEqual(one === undefined ? [] : [one, one])
    }
  })

  test('an empty array is no error, an empty body is', () => {
    expect(decodeBody('[]').outcome).toBe('done')
    for (const body of ['', ' \n', '\ufeff']) expect(decodeBody(body).outcome).toBe('unreadable')
  })

  test.each([
    ['{"facility":', 12], ['[1,', 3], ['[{}', 3], ['nonsense', 0], ['{}]', 2], [`${good}}`, good.length],
    [`[${good} ${good}]`, good.length + 2], ['{"a":01}', 5], ['{"a":"\\x"}', 6], ['[{"a":1,}]', 8], ['\u0000', 0],
  ])('%p cannot be read, and the answer says at which byte', (body, byte) => {
    const decoded = decodeBody(body)
    expect(decoded.outcome).toBe('unreadable')
    expect(decoded.unreadable?.byte).toBe(byte)
  }) // prettier-ignore

  test('in a body of lines, a line that is not JSON is refused alone', () => {
    const { events, rejected } = decodeBody(`${good}\n{"facility":"sh\n${good}\n{"a" 1}\n${good}`)
    expect(events).toHaveLength(3)
    expect(rejected.map(({ index, code }) => `${index} ${code}`)).toEqual([
      '1 json-malformed',
      '3 json-malformed',
    ])
    expect(rejected[0]?.detail).toContain(`byte ${good.length + 16}`)
  })

  test('a last line that is cut off is refused alone, a single one is unreadable', () => {
    expect(decodeBody(`${good}\n${good.slice(0, 30)}`)).toMatchObject({
      outcome: 'done',
      accepted: 1,
      rejectedCount: 1,
    })
    expect(decodeBody(good.slice(0, 30)).outcome).toBe('unreadable')
    expect(decodeBody(`{\n"facility": oops\n}`).outcome).toBe('unreadable')
  })

  test('refused events are named by index and pointer, the others are kept', () => {
    const body = `[${good},{"facility":"x","level":"loud","event":"e"},7,${event('{"a/b":{"c~d":[0,1e999]}}')},${good}]`
    const { events, rejected } = decodeBody(body)
    expect(events).toHaveLength(2)
    expect(rejected.map(({ index, code, pointer }) => [index, code, pointer])).toEqual([
      [1, 'level-unknown', '/level'],
      [2, 'not-an-object', ''],
      [3, 'number-out-of-range', '/additional/a~1b/c~0d/1'],
    ])
  })
})

describe('values of JSON', () => {
  test('kinds and spellings are kept', () => {
    expect(additionalOf('{"i":1,"d":1.0,"z":-0,"n":null,"t":true,"big":18446744073709551615,"min":-9223372036854775808}')).toEqual({
      i: 'integer 1', d: 'double 1', z: 'double -0', n: null, t: true,
      big: 'integer 18446744073709551615', min: 'integer -9223372036854775808',
    })
    expect(additionalOf('{"s":"\\u0000\\ud83d\\ude00\\n"}')).toEqual({ s: 'text \u0000😀\n' })
  }) // prettier-ignore

  test('the last of duplicate names wins, at every level', () => {
    expect(additionalOf('{"a":1,"a":"x"}')).toEqual({ a: 'text x' })
    expect(additionalOf('{"a":{"b":1,"c":2},"a":{"b":3}}')).toEqual({ a: { b: 'integer 3' } })
    expect(additionalOf('{"a":{"b":1},"\\u0061":[{"x":1,"x":2}]}')).toEqual({
      a: [{ x: 'integer 2' }],
    })
    const twice =
      '{"facility":"a","facility":"b","level":0,"event":"e","additional":{"x":1},"additional":{"y":2}}'
    expect(decodeBody(twice).events[0]).toMatchObject({
      facility: 'b',
      additional: { y: 'integer 2' },
    })
  })

  test('a name that holds a quote is not taken for the end of another', () => {
    const odd = event('{"a\\":1,\\"b":1}')
    const plain = event('{"a":1,"b":2}')
    expect(decodeBody(`${odd}\n${plain}`).events.map(({ additional }) => additional)).toEqual([
      { 'a":1,"b': 'integer 1' },
      { a: 'integer 1', b: 'integer 2' },
    ])
  })

  test('dotted and nested names stay apart', () => {
    expect(additionalOf('{"a.b":1,"a":{"b":2}}')).toEqual({
      'a.b': 'integer 1',
      a: { b: 'integer 2' },
    })
  })

  test('leaves are compact, whatever the body looks like', () => {
    expect(additionalOf('{"l":[ 1.50 , {"a" :"x y"} , [ ] ],"o":{ }}')).toEqual({
      l: ['double 1.5', { a: 'text x y' }, []],
      o: {},
    })
  })

  test.each([
    ['{"a":18446744073709551616}', 'number-out-of-range /additional/a'],
    ['{"a":-9223372036854775809}', 'number-out-of-range /additional/a'],
    ['{"a":[1e309]}', 'number-out-of-range /additional/a/0'],
    ['{"a":"\\ud800"}', 'lone-surrogate /additional/a'],
    ['{"a":"\\ud800\\ud800"}', 'lone-surrogate /additional/a'],
    ['[1]', 'additional-not-object /additional'],
    ['null', 'additional-not-object /additional'],
  ])('additional %p is refused as %p', (additional, refusal) => {
    expect(refusalOf(event(additional))).toBe(refusal)
  })

  test.each([
    [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe0, 0x80, 0x80], [0xff], [0xc3], [0x80],
  ])('the bytes %p are no UTF-8', (...bytes) => {
    const body = Buffer.concat([Buffer.from('{"facility":"x","level":1,"event":"e","additional":{"a":"'), Uint8Array.from(bytes), Buffer.from('"}}')])
    expect(refusalOf(new Uint8Array(body))).toBe('text-invalid-utf8 /additional/a')
  }) // prettier-ignore
})

describe('members of an event', () => {
  test.each([
    ['{"level":1,"event":"e"}', 'facility-missing '],
    ['{"facility":"","level":1,"event":"e"}', 'facility-missing /facility'],
    ['{"facility":5,"level":1,"event":"e"}', 'facility-not-text /facility'],
    ['{"facility":"a\\nb","level":1,"event":"e"}', 'facility-control-character /facility'],
    ['{"facility":"minutebook","level":1,"event":"e"}', 'facility-reserved /facility'],
    ['{"facility":"m\\u0069nutebook","level":1,"event":"e"}', 'facility-reserved /facility'],
    ['{"facility":"x","event":"e"}', 'level-missing '],
    ['{"facility":"x","level":1.0,"event":"e"}', 'level-unknown /level'],
    ['{"facility":"x","level":8,"event":"e"}', 'level-unknown /level'],
    ['{"facility":"x","level":1}', 'event-missing '],
    ['{"facility":"x","level":1,"event":null}', 'event-not-text /event'],
    ['{"facility":"x","level":1,"event":"e","timestamp":null}', 'timestamp-invalid /timestamp'],
    [
      '{"facility":"x","level":1,"event":"e","timestamp":"2026-11-22"}',
      'timestamp-invalid /timestamp',
    ],
    ['{"facility":"x","level":1,"event":"e","user":1}', 'unknown-member /user'],
    ['{"id":"x"}', 'unknown-member /id'],
  ])('%p is refused as %p', (body, refusal) => {
    expect(refusalOf(body)).toBe(refusal)
  })

  test('an event without a timestamp happened when it was received', () => {
    expect(decodeBody(good).events[0]?.timestamp).toBe('1700000000000000000')
  })
})
