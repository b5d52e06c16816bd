import { describe, expect, test } from 'bun:test'
import { Kind } from '../../../src/event/kind.ts'
import { encodeBlock } from '../../../src/page/block-encoder.ts'
import { openBlock } from '../../../src/page/block-reader.ts'
import type { EncodedBlock, OpenBlock, Summary } from '../../../src/page/contract.ts'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { makeMatcher } from '../../../src/query/match/matcher.ts'
import type { Selection } from '../../../src/query/selection.ts'
import { builderOf, type TypedEvent } from '../typed-event.ts'

const minute = 29_400_000
const base = minute * 60_000
const noDigest = new Uint8Array(32)

function eventOf(row: number, changes: Partial<TypedEvent> = {}): TypedEvent {
  const id = `${row.toString(16).padStart(8, '0')}-1234-4abc-9def-0123456789ab`
  return {
    receivedMs: base + row,
    timestampMs: base + row,
    timestampNanos: 0,
    facility: 'checkout',
    level: 4 + (row % 3),
    event: 'payment declined',
    members: [
      { path: ['request_id'], value: { kind: Kind.Text, value: id } },
      { path: ['message'], value: { kind: Kind.Text, value: `took ${row} steps of w${row}x` } },
      { path: ['count'], value: { kind: Kind.Int, value: row } },
    ],
    ...changes,
  }
}

function encode(events: readonly TypedEvent[]): EncodedBlock {
  return encodeBlock(minute, 0, builderOf(events).detach())
}

function summaryOf({ tally, bytes }: EncodedBlock): Summary {
  const links = { digest: noDigest, previous: noDigest, link: noDigest }
  return { ...tally, ...links, minute, bytes: bytes.length, closedAtMs: base + 60_000 }
}

const whole: Omit<Selection, 'query'> = {
  clock: 'timestamp',
  from: null,
  to: null,
  filter: { facility: null, level: null, event: null },
}

function matcherOf(q: string, changes: Partial<Selection> = {}) {
  return makeMatcher({ ...whole, query: parseQuery(q, base), ...changes })
}

const at = (ms: number) => ({ ms, nanos: 0 })

/** A block that notes what is asked of it beyond its directory. */
function watched(block: OpenBlock): { block: OpenBlock; touched: string[] } {
  const touched: string[] = []
  const proxy = new Proxy(block, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        touched.push(`${String(name)}(${args.join()})`)
        return member.apply(target, args)
      }
    },
  })
  return { block: proxy, touched }
}

const usual = encode(Array.from({ length: 200 }, (_, row) => eventOf(row)))

function touchedBy(q: string, changes: Partial<Selection> = {}): string[] {
  const { block, touched } = watched(openBlock(usual.bytes))
  matcherOf(q, changes).rowsOf(block, usual.entry)
  return touched
}

describe('pages and blocks are left out by what is known of them', () => {
  const summary = summaryOf(usual)
  const may = (q: string, changes: Partial<Selection> = {}): readonly boolean[] => {
    const matcher = matcherOf(q, changes)
    return [matcher.mayMatchPage(summary), matcher.mayMatchBlock(usual.entry)]
  }

  test('by their levels', () => {
    expect(may('level>=error')).toEqual([false, false])
    expect(may('-level<error')).toEqual([false, false])
    expect(may('level>=warn')).toEqual([true, true])
    expect(may('level:emerg OR level:info')).toEqual([true, true])
    expect(may('*', { filter: { ...whole.filter, level: [7, 0] } })).toEqual([false, false])
  })

  test('by their times, of the selection and of the query', () => {
    expect(may('*', { to: at(base) })).toEqual([false, false])
    expect(may('*', { to: at(base + 1) })).toEqual([true, true])
    expect(may('*', { from: at(base + 199) })).toEqual([true, true])
    expect(may('*', { from: at(base + 200) })).toEqual([false, false])
    const early = new Date(base).toISOString()
    expect(may(`timestamp<"${early}"`)).toEqual([false, false])
    expect(may(`timestamp<="${early}"`)).toEqual([true, true])
    // The directory of a page says nothing of the other clock.
    expect(may(`received<"${early}"`)).toEqual([false, true])
    expect(may('*', { clock: 'received', to: at(base) })).toEqual([false, true])
  })

  test('by their ids', () => {
    expect(may(`id:${(minute + 1).toString(16).padStart(8, '0')}00000000`)[0]).toBe(false)
    expect(may(`id:${minute.toString(16).padStart(8, '0')}00000000`)[0]).toBe(true)
  })

  test('one event of long ago does not make its block one of all times', () => {
    const stray = eventOf(0, { timestampMs: 0 })
    const { entry } = encode([stray, ...Array.from({ length: 99 }, (_, i) => eventOf(i + 1))])
    expect(entry.usualTimes?.outliersMs).toEqual([0])
    const between = { from: { ms: 1, nanos: 0 }, to: { ms: base, nanos: 0 } }
    expect(matcherOf('*', between).mayMatchBlock(entry)).toBe(false)
    const longAgo = { from: null, to: { ms: 1, nanos: 0 } }
    expect(matcherOf('*', longAgo).mayMatchBlock(entry)).toBe(true)
  })
})

describe('of a block no more is read than must be', () => {
  test('nothing, when its directory decides', () => {
    expect(touchedBy('nobody:here')).toEqual([])
    expect(touchedBy('count:200')).toEqual([])
    expect(touchedBy('count>=200 OR count<0')).toEqual([])
    expect(touchedBy('-nobody:* request_id:*')).toEqual([])
    expect(touchedBy('*', { from: { ms: base, nanos: 0 } })).toEqual([])
  })

  test('its filters alone, when they decide, and before any column', () => {
    const absent = 'request_id:ffffffff-1234-4abc-9def-0123456789ab'
    const request = openBlock(usual.bytes).columns.findIndex(
      ({ segments }) => segments[0] === 'request_id',
    )
    expect(touchedBy(absent)).toEqual([`filter(${request})`])
    expect(touchedBy(`facility:checkout level:warn ${absent}`)).toEqual([`filter(${request})`])
    expect(touchedBy('message:*zzzzz*')).toContain('column(1)')
    expect(touchedBy('message:"took zzzzz steps"')).toEqual(['filter(1)'])
  })

  test('the cheaper column first, and no other when none of its rows passes', () => {
    expect(touchedBy('payment facility:billing')).toEqual(['facility()'])
  })

  test('a column of UUIDs is not decoded', () => {
    const touched = touchedBy('request_id:*000007-1234*')
    expect(touched.some((call) => call.startsWith('uuids'))).toBe(true)
    expect(touched.some((call) => call.startsWith('column'))).toBe(false)
  })
})

test('while a regular expression takes long, the asker may end it', () => {
  const query = parseQuery('message:/[a-z] [0-9]+x/', base)
  const open = openBlock(usual.bytes)
  let looks = 0
  makeMatcher({ ...whole, query }, () => looks++).rowsOf(open, usual.entry)
  expect(looks).toBeGreaterThan(0)
  const enough = new Error('enough')
  const stopping = makeMatcher({ ...whole, query }, () => {
    throw enough
  })
  expect(() => stopping.rowsOf(open, usual.entry)).toThrow(enough)
})
