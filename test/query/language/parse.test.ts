import { describe, expect, test } from 'bun:test'
import type { Field, FieldTest, Query } from '../../../src/query/language/ast.ts'
import { parseQuery } from '../../../src/query/language/parse.ts'

const now = Date.UTC(2026, 10, 22, 12, 34, 56, 789)
const parse = (text: string): Query => parseQuery(text, now)

const word = (text: string): Query => ({ type: 'text', test: { how: 'word', text } })
const phrase = (text: string): Query => ({ type: 'text', test: { how: 'phrase', text } })
const regex = (source: string): Query => ({ type: 'text', test: { how: 'regex', source } })
const and = (...parts: Query[]): Query => ({ type: 'and', parts })
const or = (...parts: Query[]): Query => ({ type: 'or', parts })
const not = (part: Query): Query => ({ type: 'not', part })
const at = (path: string): Field => ({ of: 'additional', path })
const field = (name: Field, how: FieldTest): Query => ({ type: 'field', field: name, test: how })
const equals = (text: string): FieldTest => ({ how: 'equals', text, isQuoted: false })
const quoted = (text: string): FieldTest => ({ how: 'equals', text, isQuoted: true })
const wildcard = (...pieces: string[]): FieldTest => ({ how: 'wildcard', pieces })
const number = (text: string, inclusive = true) =>
  ({ value: { is: 'number', text }, inclusive }) as const
const time = (ms: number, inclusive = true) =>
  ({ value: { is: 'time', ms, nanos: 0 }, inclusive }) as const
const level = (of: number, inclusive = true) =>
  ({ value: { is: 'level', level: of }, inclusive }) as const
const range = (min: ReturnType<typeof number> | null, max: typeof min): FieldTest => ({
  how: 'range',
  min,
  max,
})
const a = word('a')
const b = word('b')
const c = word('c')

function check(cases: readonly (readonly [string, Query])[]): void {
  for (const [text, query] of cases) expect({ text, query: parse(text) }).toEqual({ text, query })
}

describe('a query', () => {
  test('of nothing, or of a star, is of every event', () => {
    check([
      ['', { type: 'all' }],
      [' \t\n', { type: 'all' }],
      ['*', { type: 'all' }],
      ['a **', and(a, { type: 'all' })],
    ])
  })

  test('joins terms with AND unless OR stands between them, which binds less', () => {
    check([
      ['a b', and(a, b)],
      ['a AND b && c', and(a, b, c)],
      ['a b OR c', or(and(a, b), c)],
      ['a || b AND c', or(a, and(b, c))],
      ['a (b OR c)', and(a, or(b, c))],
      ['(a b) c', and(and(a, b), c)],
      ['(a)AND(b)', and(a, b)],
      ['((a))', a],
      ['"x"OR"y"', or(phrase('x'), phrase('y'))],
    ])
  })

  test('excludes with NOT, a minus or an exclamation mark', () => {
    check([
      ['NOT a b', and(not(a), b)],
      ['-a !b', and(not(a), not(b))],
      ['-(a OR b)', not(or(a, b))],
      ['NOT NOT a', not(not(a))],
      ['-"a b" -x:1', and(not(phrase('a b')), not(field(at('x'), equals('1'))))],
    ])
  })

  test('takes operators in upper case alone', () => {
    check([
      ['and or not', and(word('and'), word('or'), word('not'))],
      [String.raw`\AND`, word('AND')],
      ['ANDY ORB', and(word('ANDY'), word('ORB'))],
      ['NOT:x', field(at('NOT'), equals('x'))],
    ])
  })
})

describe('a word', () => {
  test('may be an address, a URL, a path, a UUID, a time or hyphenated', () => {
    const words = [
      'db-3',
      'user@example.com',
      'https://example.com/a?b=c&d=e#f',
      '/api/orders',
      '/api/orders/',
      '//',
      '--force',
      '!=',
      'key=value',
      'a->b',
      '6f1c2f0a-9d3b-4c55-8a3e-0123456789ab',
      '12:34:56',
      '2026-11-22T12:34:56Z',
      '10.0.0.1:8080',
      '10.0.0.0/8',
      '::1',
      'fe80::1',
      'std::vector',
      '42',
      '50%',
      'ä',
      '[error]',
      '{id}',
      '<html>',
    ]
    check(words.map((one) => [one, word(one)]))
  })

  test('has anything in it behind a backslash', () => {
    check([
      [String.raw`a\ b`, word('a b')],
      [String.raw`\-a`, word('-a')],
      [String.raw`x\:1`, word('x:1')],
      [String.raw`\(\)\"\*\\`, word('()"*\\')],
      [String.raw`\/a/`, word('/a/')],
    ])
  })

  test('with stars is a regular expression of its letters in either case', () => {
    check([
      ['pay*', regex('(?:^|[^0-9A-Za-z_])[Pp][Aa][Yy]')],
      ['*out', regex('[Oo][Uu][Tt](?:$|[^0-9A-Za-z_])')],
      ['*.*', regex(String.raw`\.`)],
      ['a*1', regex('(?:^|[^0-9A-Za-z_])[Aa][0-9A-Za-z_]*1(?:$|[^0-9A-Za-z_])')],
    ])
  })
})

describe('a phrase', () => {
  test('keeps what stands in its quotes, but escaped quotes and backslashes', () => {
    check([
      ['"timed out"', phrase('timed out')],
      [String.raw`"C:\temp"`, phrase(String.raw`C:\temp`)],
      [String.raw`"say \"hi\" \\"`, phrase(String.raw`say "hi" \ `.trim())],
      ['"a" "OR"', and(phrase('a'), phrase('OR'))],
    ])
  })
})

describe('a regular expression', () => {
  test('ends with a slash that ends the term', () => {
    check([
      ['/time[ds] out/', regex('time[ds] out')],
      ['(/a/)', regex('a')],
      ['/a/ /b/', and(regex('a'), regex('b'))],
      [String.raw`/a\/b\\/`, regex(String.raw`a/b\\`)],
      ['x:/^4../', field(at('x'), { how: 'regex', source: '^4..' })],
    ])
  })

  test('is told from a path', () => {
    check([
      ['path:/api/x', field(at('path'), equals('/api/x'))],
      ['path:/api/*', field(at('path'), wildcard('/api/', ''))],
      ['path:/', field(at('path'), equals('/'))],
      ['path:/api/', field(at('path'), { how: 'regex', source: 'api' })],
      ['path:"/api/"', field(at('path'), quoted('/api/'))],
      [String.raw`path:\/api/`, field(at('path'), equals('/api/'))],
      ['path:/a OR path:/', or(field(at('path'), equals('/a')), field(at('path'), equals('/')))],
      ['path:/a OR path:/b', or(field(at('path'), equals('/a')), field(at('path'), equals('/b')))],
      ['cd / ls', and(word('cd'), word('/'), word('ls'))],
    ])
  })
})

describe('a field', () => {
  test('is one of the event or a path in additional', () => {
    check([
      ['facility:checkout', field({ of: 'facility' }, equals('checkout'))],
      ['event:"payment declined"', field({ of: 'event' }, quoted('payment declined'))],
      ['http.request.method:GET', field(at('http.request.method'), equals('GET'))],
      ['additional.level:x', field(at('level'), equals('x'))],
      ['additional.additional.x:1', field(at('additional.x'), equals('1'))],
      ['Facility:x', field(at('Facility'), equals('x'))],
      ['@x-y_1:z', field(at('@x-y_1'), equals('z'))],
      ['"odd name":x', field(at('odd name'), equals('x'))],
      ['"":x', field(at(''), equals('x'))],
      [String.raw`odd\ name:x`, field(at('odd name'), equals('x'))],
      ['größe:1', field(at('größe'), equals('1'))],
    ])
  })

  test('has values that need no quotes', () => {
    check([
      ['t:12:34', field(at('t'), equals('12:34'))],
      ['x:-5', field(at('x'), equals('-5'))],
      ['u:https://a.b/c', field(at('u'), equals('https://a.b/c'))],
      ['ip:::1', field(at('ip'), equals('::1'))],
      ['ip:fe80::1', field(at('ip'), equals('fe80::1'))],
      ['x:AND', field(at('x'), equals('AND'))],
      ['x:""', field(at('x'), quoted(''))],
      ['x:*', field(at('x'), { how: 'exists' })],
      ['x:a*b**c', field(at('x'), wildcard('a', 'b', 'c'))],
      [String.raw`x:a\*`, field(at('x'), equals('a*'))],
      ['x:"a*"', field(at('x'), quoted('a*'))],
    ])
  })

  test('has lists', () => {
    const f = at('f')
    check([
      [
        'f:(a OR b "c d" -d)',
        or(
          field(f, equals('a')),
          and(field(f, equals('b')), field(f, quoted('c d')), not(field(f, equals('d')))),
        ),
      ],
      [
        'f:(>5 <=7)',
        and(field(f, range(number('5', false), null)), field(f, range(null, number('7')))),
      ],
      [
        'f:(a* OR [1 TO 2])',
        or(field(f, wildcard('a', '')), field(f, range(number('1'), number('2')))),
      ],
      ['f:(x:y)', field(f, equals('x:y'))],
    ])
  })

  test('is compared', () => {
    const x = at('x')
    check([
      ['x>=1.5', field(x, range(number('1.5'), null))],
      ['x:>=1.5', field(x, range(number('1.5'), null))],
      ['x > 1e3', field(x, range(number('1e3', false), null))],
      ['x<-1', field(x, range(null, number('-1', false)))],
      ['"x y"<=1', field(at('x y'), range(null, number('1')))],
      ['x:[1 TO 2]', field(x, range(number('1'), number('2')))],
      ['x:{1 TO 2}', field(x, range(number('1', false), number('2', false)))],
      ['x:[ 1 TO 2 }', field(x, range(number('1'), number('2', false)))],
      ['x:[* TO 2]', field(x, range(null, number('2')))],
      ['x:{1 TO *]', field(x, range(number('1', false), null))],
      ['x:[* TO *]', field(x, { how: 'exists' })],
      ['x:[1 TO 2]y', and(field(x, range(number('1'), number('2'))), word('y'))],
    ])
  })

  test('of a level is compared by severity, and takes aliases', () => {
    const of = { of: 'level' } as const
    check([
      ['level>=warn', field(of, { how: 'range', min: level(4), max: null })],
      ['level:[notice TO ERR]', field(of, { how: 'range', min: level(5), max: level(3) })],
      ['level<4', field(of, { how: 'range', min: null, max: level(4, false) })],
      ['level:Err', field(of, equals('Err'))],
      ['level:(warn OR fatal)', or(field(of, equals('warn')), field(of, equals('fatal')))],
      ['level:*', field(of, { how: 'exists' })],
    ])
  })

  test('of a time takes relative times and periods', () => {
    const of = { of: 'timestamp' } as const
    const day = Date.UTC(2026, 10, 22)
    const next = Date.UTC(2026, 10, 23)
    const times = (min: ReturnType<typeof time> | null, max: typeof min): FieldTest => ({
      how: 'range',
      min,
      max,
    })
    check([
      ['timestamp>=-15m', field(of, times(time(now - 900_000), null))],
      ['timestamp:[now-1h TO now]', field(of, times(time(now - 3_600_000), time(now)))],
      ['timestamp:2026-11-22', field(of, times(time(day), time(next, false)))],
      ['timestamp:"2026-11-22"', field(of, times(time(day), time(next, false)))],
      ['timestamp>2026-11-22', field(of, times(time(next), null))],
      ['timestamp>=2026-11-22', field(of, times(time(day), null))],
      ['timestamp<2026-11-22', field(of, times(null, time(day, false)))],
      ['timestamp<=2026-11-22', field(of, times(null, time(next, false)))],
      ['timestamp:[2026-11-22 TO 2026-11-22]', field(of, times(time(day), time(next, false)))],
      ['timestamp:2026-11-22T01:00:00+01:00', field(of, times(time(day), time(day)))],
      ['received<now', field({ of: 'received' }, times(null, time(now, false)))],
      ['seen>2026-11-22T12Z', field(at('seen'), times(time(day + 13 * 3_600_000), null))],
    ])
  })

  test('of an id is compared in the order of pages', () => {
    const id = '01c8b1a200000007'
    const value = { is: 'id', id } as const
    check([
      [`id:${id.toUpperCase()}`, field({ of: 'id' }, equals(id))],
      [
        `id>${id}`,
        field({ of: 'id' }, { how: 'range', min: { value, inclusive: false }, max: null }),
      ],
    ])
  })

  test('is inside a network when the value is one', () => {
    check([
      ['ip:10.0.0.0/8', field(at('ip'), { how: 'network', cidr: '10.0.0.0/8' })],
      ['ip:2001:db8::/32', field(at('ip'), { how: 'network', cidr: '2001:db8::/32' })],
      ['ip:"10.0.0.0/8"', field(at('ip'), quoted('10.0.0.0/8'))],
      [String.raw`ip:10.0.0.0\/8`, field(at('ip'), equals('10.0.0.0/8'))],
      ['n:10/8', field(at('n'), equals('10/8'))],
    ])
  })
})
