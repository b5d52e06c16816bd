import { describe, expect, test } from 'bun:test'
import { parseQuery } from '../../../src/query/language/parse.ts'
import type { Selection } from '../../../src/query/selection.ts'
import type { Leaf } from '../leaf.ts'
import { matches } from './matches.ts'
import type { PlainEvent } from './plain-event.ts'
import { compareEvents, selects } from './selects.ts'

/* The evaluation that others are compared with, on cases that are plain to see. */

const now = Date.UTC(2026, 10, 22, 12, 34, 56, 789)

const event: PlainEvent = {
  id: '01c8b1a200000007',
  receivedMs: now,
  timestampMs: now - 60_000,
  timestampNanos: 5,
  facility: 'checkout',
  level: 4,
  event: 'payment declined',
  additional: new Map<string, Leaf>([
    ['big', 2n ** 63n],
    ['double', 2 ** 53],
    ['zero', -0],
    ['bytes', Buffer.from('timeout')],
    ['at', { seconds: now / 1000 - 0.789, nanos: 789_000_001 }],
    ['list', [1n, 'two', new Map<string, Leaf>([['in', [null, new Map([['deep.er', 'x']])]]])]],
    ['empty', new Map()],
  ]),
}

const passes = (text: string): boolean => matches(parseQuery(text, now), event)

function check(texts: readonly string[], expected: boolean): void {
  for (const text of texts)
    expect({ text, passes: passes(text) }).toEqual({ text, passes: expected })
}

describe('the naive evaluation', () => {
  test('compares numbers exactly', () => {
    check(['big:9223372036854775808', 'big>9223372036854775807', 'big<=9223372036854775808'], true)
    check(['big:9223372036854775809', 'big>9223372036854775808', 'double:9007199254740993'], false)
    check(['double<9007199254740993', 'zero:0', 'zero>=0', 'zero:-0', 'zero:/^-0\\.0$/'], true)
    check(['zero<0', 'big>1e400', 'big:9.3e18'], false)
    check(['big<1e400', 'big:9.223372036854775808e18'], true)
  })

  test('compares times to the nanosecond', () => {
    check(['at:2026-11-22T12:34:56.789000001Z', 'at>2026-11-22T12:34:56.789Z'], true)
    check(['timestamp>2026-11-22T12:33:56.789000004Z', 'timestamp:2026-11-22T12:33Z'], true)
    check(
      ['at:2026-11-22T12:34:56.789Z', 'timestamp<=2026-11-22T12:33:56.789Z', 'at:*2026*'],
      false,
    )
    check(['received:now', 'received>=-0s', 'timestamp<-59s'], true)
  })

  test('looks into arrays and objects', () => {
    check(
      ['list:1', 'list:TWO', 'list.in:null', 'list.in.deep.er:x', 'list.in.deep:*', 'two'],
      true,
    )
    check(['list.in:x', 'in:*', 'list:*x*', 'list.in.deep:x'], false)
    check(['empty:*', 'list:*', 'bytes:*', 'list.in:*'], true)
    check(['bytes:timeout', 'timeout', 'empty:"{}"', 'missing:*', 'empty.x:*'], false)
  })

  test('finds the id, the level and the facility', () => {
    check(['id:01C8B1A200000007', 'id<01c8b1a200000008', 'level:warning', 'level<error'], true)
    check(['id>01c8b1a200000007', 'level>warn', 'facility:check'], false)
  })
})

describe('a selection', () => {
  const all: Selection = {
    clock: 'timestamp',
    from: null,
    to: null,
    filter: { facility: null, level: null, event: null },
    query: { type: 'all' },
  }
  const at = { ms: event.timestampMs, nanos: 5 }

  test('has a beginning that is in it and an end that is not, on either clock', () => {
    expect(selects(all, event)).toBe(true)
    expect(selects({ ...all, from: at }, event)).toBe(true)
    expect(selects({ ...all, to: at }, event)).toBe(false)
    expect(selects({ ...all, from: { ...at, nanos: 6 } }, event)).toBe(false)
    expect(selects({ ...all, to: { ...at, nanos: 6 } }, event)).toBe(true)
    expect(selects({ ...all, to: at, clock: 'received' }, event)).toBe(false)
    expect(selects({ ...all, from: { ms: now, nanos: 0 }, clock: 'received' }, event)).toBe(true)
  })

  test('has filters of which one value must be that of the event, to the letter', () => {
    const cases: [Partial<Selection['filter']>, boolean][] = [
      [{ facility: ['billing', 'checkout'], level: [3, 4] }, true],
      [{ facility: ['Checkout'] }, false],
      [{ facility: ['checkout'], level: [3] }, false],
      [{ event: ['payment'] }, false],
    ]
    for (const [filter, expected] of cases) {
      const selection = { ...all, filter: { ...all.filter, ...filter } }
      expect({ filter, selects: selects(selection, event) }).toEqual({ filter, selects: expected })
    }
  })

  test('orders by its clock, then by id', () => {
    const later = { ...event, timestampNanos: 6, id: '01c8b1a200000001' }
    expect(compareEvents(event, later, 'timestamp')).toBeLessThan(0)
    expect(compareEvents(event, later, 'received')).toBeGreaterThan(0)
    expect(compareEvents(event, { ...event }, 'timestamp')).toBe(0)
  })
})
