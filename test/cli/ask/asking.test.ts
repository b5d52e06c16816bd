import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { exactText, readExact } from '../../../src/cli/ask/exact-json.ts'
import { readFlags } from '../../../src/cli/ask/flags.ts'
import { caretText } from '../../../src/cli/ask/run-asking.ts'
import { SseParser, type SseEvent } from '../../../src/cli/ask/sse-events.ts'
import { printable } from '../../../src/cli/ask/terminal.ts'
import { statsTable } from '../../../src/cli/stats.ts'

describe('flags', () => {
  test('are told from what a query may be', () => {
    const flags = readFlags(
      ['-host:db', '--from', '-1h', '--level=warn', 'a b', '--level', 'error', '--', '--x'],
      { from: 'text', level: 'list', utc: 'switch' },
    )
    expect(flags.words).toEqual(['-host:db', 'a b', '--x'])
    expect(flags.text('from')).toBe('-1h')
    expect(flags.list('level')).toEqual(['warn', 'error'])
    expect(flags.has('utc')).toBe(false)
  })
})

describe('server-sent events', () => {
  const stream = [
    'retry: 700\n\n',
    ': a comment\nid: 1\ndata: one\n\n',
    'event: heartbeat\r\nid: 2\r\ndata: {}\r\n\r\n',
    'data: two\ndata:lines\n\nid: 3\n\ndata: é€\n\ndata: not ended\n',
  ].join('')
  const expected: SseEvent[] = [
    { event: 'message', data: 'one', lastId: '1' },
    { event: 'heartbeat', data: '{}', lastId: '2' },
    { event: 'message', data: 'two\nlines', lastId: '2' },
    { event: 'message', data: 'é€', lastId: '3' },
  ]

  test('are read whatever the pieces in which they come', () => {
    const bytes = Buffer.from(stream)
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
        const parser = new SseParser()
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length]
        let from = 0
        const events = ends.flatMap((end) => {
          const piece = bytes.subarray(from, end)
          from = end
          return parser.push(piece)
        })
        expect(events).toEqual(expected)
        expect(parser.retryMs).toBe(700)
        expect(parser.lastId).toBe('3')
      }),
      { numRuns: 300, verbose: 1 },
    )
  })
})

test('numbers stay as they were written', () => {
  const text = '{"a":12345678901234567890,"b":[1.0,-0,1e400],"c":null,"d":"x"}'
  expect(exactText(readExact(text))).toBe(text)
})

test('what was logged cannot move the cursor nor turn a line round', () => {
  const shown = printable('a\u001b[2J\r\n\u009b1m\u202eb\u2028é 漢 😀')
  expect(shown).toBe('a\\x1b[2J\\x0d\\x0a\\x9b1m\\u202eb\\u2028é 漢 😀')
})

test('the caret stands under its column, in long and in wide queries', () => {
  expect(caretText('a:漢字 (', 6)).toBe('  a:漢字 (\n         ^')
  const [query = '', caret = ''] = caretText(`${'x'.repeat(500)}!${'y'.repeat(500)}`, 501).split(
    '\n',
  )
  expect(query.length).toBeLessThan(140)
  expect(query[caret.indexOf('^')]).toBe('!')
})

test('a table has a column for each name, numbers to the right', () => {
  const answer = {
    agg: ['count', 'p99(ms)'],
    rows: [
      { time: '2026-11-22T12:00:00Z', facility: 'shop', count: 1234567, 'p99(ms)': 12.34567 },
      { time: '2026-11-22T13:00:00Z', facility: 'mail\u001b', count: 5, 'p99(ms)': null },
    ],
  }
  const options = { paint: (text: string) => text, isUtc: true }
  expect(statsTable(JSON.stringify(answer), options)).toBe(
    [
      'time                  facility      count  p99(ms)',
      '2026-11-22T12:00:00Z  shop      1,234,567   12.346',
      String.raw`2026-11-22T13:00:00Z  mail\x1b          5        -`,
      '',
    ].join('\n'),
  )
  expect(statsTable('{"rows":[]}', options)).toBe('no rows\n')
})
