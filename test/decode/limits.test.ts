import { describe, expect, test } from 'bun:test'
import { pack } from 'msgpackr'
import { makeMsgpackDecoder } from '../../src/decode/msgpack.ts'
import { defaultLimits } from '../../src/event/limits.ts'
import { decodeBody, refusalOf } from './decode-body.ts'

/* Each limit is met exactly, which is accepted, and crossed by one, which is refused; in both formats. */

const base = { facility: 'x', level: 'info', event: 'e' }

function verdicts(event: object): string[] {
  const msgpack = { make: makeMsgpackDecoder }
  const packed = new Uint8Array(pack(event))
  return [refusalOf(JSON.stringify(event)), refusalOf(packed, msgpack)]
}

function nested(levels: number): object {
  return levels === 1 ? { end: 1 } : { in: nested(levels - 1) }
}

function nestedArrays(levels: number): unknown {
  return levels === 1 ? 1 : [nestedArrays(levels - 1)]
}

const names = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, i]))

const { facilityBytesMax, eventNameBytesMax, nameBytesMax, eventBytesMax, namesMax, nestingMax } =
  defaultLimits

describe('limits', () => {
  test.each([
    ['facility', { ...base, facility: 'é'.repeat(facilityBytesMax / 2) }, ''],
    [
      'facility',
      { ...base, facility: `${'é'.repeat(facilityBytesMax / 2)}x` },
      'facility-too-long /facility',
    ],
    ['event', { ...base, event: 'x'.repeat(eventNameBytesMax) }, ''],
    ['event', { ...base, event: 'x'.repeat(eventNameBytesMax + 1) }, 'event-too-long /event'],
    ['names', { ...base, additional: names(namesMax) }, ''],
    ['names', { ...base, additional: names(namesMax + 1) }, 'too-many-names /additional'],
    ['nested names', { ...base, additional: { a: names(namesMax - 1) } }, ''],
    [
      'nested names',
      { ...base, additional: { a: names(namesMax) } },
      'too-many-names /additional/a',
    ],
    ['nesting', { ...base, additional: nested(nestingMax) }, ''],
    ['nesting', { ...base, additional: nested(nestingMax + 1) }, 'nesting-too-deep'],
    ['arrays', { ...base, additional: { a: nestedArrays(nestingMax) } }, ''],
    ['arrays', { ...base, additional: { a: nestedArrays(nestingMax + 1) } }, 'nesting-too-deep'],
    ['name', { ...base, additional: { ['x'.repeat(nameBytesMax)]: 1 } }, ''],
    ['name', { ...base, additional: { ['x'.repeat(nameBytesMax + 1)]: 1 } }, 'name-too-long'],
    [
      'name in an array',
      { ...base, additional: { a: [{ ['x'.repeat(nameBytesMax + 1)]: 1 }] } },
      'name-too-long',
    ],
  ])('%s', (_, event, refusal) => {
    for (const verdict of verdicts(event)) {
      if (refusal === '') expect(verdict).toBe('done 1')
      // The two formats see a name at different bytes: how exact the pointer is may differ, not the rule.
      else expect(verdict.split(' ')[0]).toBe(refusal.split(' ')[0] ?? '')
    }
  })

  test('the size of an event', () => {
    const size = JSON.stringify({ ...base, additional: { a: '' } }).length
    const of = (bytes: number): object => ({ ...base, additional: { a: 'x'.repeat(bytes - size) } })
    expect(refusalOf(JSON.stringify(of(eventBytesMax)))).toBe('done 1')
    expect(refusalOf(JSON.stringify(of(eventBytesMax + 1)))).toBe('event-too-large ')
    const packed = pack(of(eventBytesMax)).length
    const packedOf = (bytes: number): Uint8Array =>
      new Uint8Array(pack(of(eventBytesMax + bytes - packed)))
    expect(refusalOf(packedOf(eventBytesMax), { make: makeMsgpackDecoder })).toBe('done 1')
    expect(refusalOf(packedOf(eventBytesMax + 1), { make: makeMsgpackDecoder })).toBe(
      'event-too-large ',
    )
  })

  test('the events of a batch', () => {
    const limits = { batchEventsMax: 3 as never }
    const line = JSON.stringify(base)
    expect(decodeBody(line.repeat(3), { limits }).outcome).toBe('done')
    expect(decodeBody(line.repeat(4), { limits }).outcome).toBe('too-many')
    expect(decodeBody(`[${line},1,2,3]`, { limits }).outcome).toBe('too-many')
    const packed = new Uint8Array(pack([base, base, base, 1]))
    expect(decodeBody(packed, { limits, make: makeMsgpackDecoder }).outcome).toBe('too-many')
  })

  test('refusals beyond 1,000 are counted, not listed', () => {
    const { rejected, rejectedCount } = decodeBody('1 '.repeat(1500))
    expect([rejected.length, rejectedCount]).toEqual([1000, 1500])
  })

  test('hostile nesting and lengths end soon', () => {
    const million = 1_000_000
    expect(decodeBody('['.repeat(million)).outcome).toBe('unreadable')
    expect(decodeBody('{"additional":'.repeat(million / 10)).outcome).toBe('unreadable')
    const deep = `{"additional":{"a":${'['.repeat(million)}${']'.repeat(million)}}}`
    expect(refusalOf(deep)).toStartWith('nesting-too-deep /additional/a')
    for (const head of [
      'dfffffffff',
      'ddffffffff',
      'dbffffffff',
      'c6ffffffff',
      'c9ffffffff',
      '81a161dfffffffff',
    ]) {
      const body = Uint8Array.from(Buffer.from(head, 'hex'))
      expect(decodeBody(body, { make: makeMsgpackDecoder }).outcome).toBe('unreadable')
    }
    const ones = new Uint8Array(million).fill(0x91)
    expect(decodeBody(ones, { make: makeMsgpackDecoder }).outcome).toBe('unreadable')
  })
})
