/* Few words, numbers and times, so that random queries and random events often meet. */

/** 2026-11-22T12:34:00Z. Random events and queries lie around it. */
export const baseMs = Date.UTC(2026, 10, 22, 12, 34)

export const facilities = ['checkout', 'Checkout', 'billing', 'db-3', 'Zürich']

export const eventTexts = [
  'payment declined',
  'Payment timed out',
  'timeout',
  'time_out after 42 s',
  'GET /api/orders',
  'mail to user@example.com',
  'ä',
]

/** Names of members, on each level; dots are part of some. Repeated ones come up more often. */
export const names = [
  ...Array.from({ length: 12 }, () => 'a'),
  ...Array.from({ length: 6 }, () => 'b'),
  'a.b',
  'a.b',
  'A',
  'odd name',
  '',
  'level',
]

/** The texts that come up most. */
export const usualTexts = [
  'timeout',
  'Timeout',
  'timed out',
  'a',
  '42',
  '10.1.2.3',
  '2026-11-22T12:34:00Z',
]

export const texts = [
  'timeout',
  'TIMEOUT',
  'timed out',
  'a',
  'A',
  'b',
  'ä',
  'Ä',
  // Kelvin sign and long s: Unicode folds them to k and s, we do not.
  '\u212a',
  'k',
  'ſ',
  's',
  '😀',
  '',
  '42',
  '42.0',
  '-5',
  'true',
  'null',
  '10.1.2.3',
  '10.200.0.1',
  '192.168.0.1',
  '::1',
  '2001:db8::1',
  '2001:DB8:0:0::1',
  '::ffff:10.1.2.3',
  '::2',
  '2001:db8:9000::1',
  '010.1.2.3',
  '2026-11-22T12:34:00Z',
  '2026-11-22T13:34:00.000000001+01:00',
  '2026-11-22t12:33:59.999z',
  '2026-11-22',
  '/api/orders',
  '/api/x',
  'user@example.com',
  'https://example.com/a?b=c',
  'foo_bar',
  'foo bar',
  'db-3',
  '6f1c2f0a-9d3b-4c55-8a3e-0123456789ab',
  'line\nbreak',
  'say "hi" \\ (x) [y] {z} *',
  'AND',
]

/** The integers that come up most; doubles of the same values do, too. */
export const usualIntegers = [0, 41, 42, 43]

export const safeIntegers = [-5, 0, 1, 41, 42, 43, 250, 503, Number.MAX_SAFE_INTEGER]

export const doubles = [
  42,
  -0,
  0,
  0.1,
  0.5,
  -5,
  42.5,
  1e21,
  5e-324,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
  2 ** 64,
]

export const signedIntegers = [
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
]

export const unsignedIntegers = [2n ** 63n, 2n ** 63n + 1n, 2n ** 64n - 1n]

/** Number literals of queries. */
export const numberTexts = [
  ...Array.from({ length: 8 }, () => usualIntegers.map(String)).flat(),
  ...safeIntegers.map(String),
  ...signedIntegers.map(String),
  ...unsignedIntegers.map(String),
  '42.0',
  '4.2e1',
  '0.1',
  '0.10',
  '-0',
  '-0.0',
  '1e21',
  '1000000000000000000000',
  '9007199254740992.0',
  '9007199254740993.0',
  '18446744073709551616',
  '1e400',
  '-1e400',
  '42.5',
]

export const networks = [
  '10.0.0.0/8',
  '10.1.2.3/32',
  '10.255.0.1/9',
  '0.0.0.0/0',
  '192.168.0.0/31',
  '::/0',
  '::1/128',
  '2001:db8::/32',
  '::ffff:10.0.0.0/104',
  // Of part of a byte: an address before their end and one behind it share all whole bytes.
  '::/127',
  '2001:db8:8000::/33',
  '::ffff:10.128.0.0/105',
]

/** RE2 syntax. */
export const regexes = [
  'time',
  '(?i)TIMED',
  '^a$',
  '[0-9]+',
  '42',
  '^42$',
  String.raw`\.0$`,
  'o.t',
  '^$',
  'a|b',
  '^true$',
  '/api/',
  String.raw`\s`,
  '[äÄ]',
  '^.$',
  'e.b',
  '(?s)e.b',
  String.raw`\bout\b`,
  'timed out',
  '(?i)k',
]

/** Distances from the base: neighbours, ties, other minutes, other days, and a clock that is far off. */
export const offsetsMs = [
  0, 0, 1, -1, 999, 1000, 59_999, 60_000, -60_000, 3_600_000, -86_400_000, -1_795_000_000_000,
]

export const nanos = [0, 0, 0, 1, 500, 999_999]
