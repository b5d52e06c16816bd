import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ClockedServer } from '../http/clocked-server.ts'
import { JsonClient } from '../http/json-client.ts'
import { asObject } from '../http/json-object.ts'

let server: ClockedServer
let limited: ClockedServer
let root = ''
let operations: readonly (readonly [string, string])[] = []

beforeAll(async () => {
  server = await ClockedServer.start()
  await server.log({ facility: 'shop', level: 'info', event: 'order placed' })
  await server.closeMinute()
  const { paths } = asObject(await server.json('/swagger/json'))
  operations = Object.entries(asObject(paths)).flatMap(([path, methods]) =>
    Object.keys(asObject(methods)).map((method) => [method.toUpperCase(), path] as const),
  )
  limited = await ClockedServer.start(['--rate-per-address', '5'])
  const made = await new JsonClient(limited).post('/api/v1/credentials', {
    name: 'root',
    scopes: ['admin'],
  })
  root = String(made.body['secret'])
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await limited[Symbol.asyncDispose]()
})

/** What would show the inside: a frame of a stack, a path of this checkout or of the data. */
function shown(text: string): string | null {
  const found = /\bat \S+ \(|\.ts:\d+|node_modules|TypeError|RangeError/.exec(text)
  if (found !== null) return found[0]
  return [process.cwd(), server.dataDir].find((path) => text.includes(path)) ?? null
}

const nasty = fc.oneof(
  fc.constantFrom(
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%252e%252e%252f',
    '%00',
    '%ff%fe',
    '%',
    '__proto__',
    'constructor',
    '<script>alert(1)</script>',
    'a\r\nX-Injected: 1',
    '-1',
    '1e999',
    'NaN',
    '2026-11-22T12:34Z',
    '9'.repeat(400),
    '('.repeat(2_000),
    '/(a+)+$/',
    'ffffffffffffffff',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
/** As it is, where a request line can hold it, or encoded. */
function write(text: string, isRaw: boolean): string {
  if (isRaw && /^[\x21-\x7e]*$/.test(text)) return text.replaceAll(/[?#]/g, '')
  return encodeURIComponent(text.toWellFormed())
}

const names = ['q', 'from', 'to', 'by', 'every', 'agg', 'limit', 'cursor', 'fields', 'wait', 'x']

test('thousands of malformed requests show nothing of the inside, and none is an error of the server', async () => {
  const request = fc.record({
    operation: fc.nat(),
    path: nasty,
    query: fc.array(fc.tuple(fc.constantFrom(...names), nasty), { maxLength: 3 }),
    body: nasty,
    isRaw: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ operation, path, query, body, isRaw }) => {
      const [method, template] = operations[operation % operations.length] ?? ['GET', '/']
      if (template.endsWith('/tail')) return
      const at = template.replaceAll(/\{[^}]+\}/g, () => write(path, isRaw))
      const asked = query.map(([name, value]) => `${name}=${write(value, isRaw)}`).join('&')
      // A credential would be made by chance, and close the server.
      if (method === 'POST' && !template.endsWith('/eventlog')) return
      const sent = method === 'POST' ? { body } : {}
      const response = await fetch(`${server.url}${at}?${asked}`, { method, ...sent })
      const text = await response.text()
      expect(shown(text)).toBeNull()
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.has('x-injected')).toBe(false)
      expect([500, 501, 502, 504]).not.toContain(response.status)
    }),
    { numRuns: 3_000 },
  )
}, 60_000)

test.each([
  ['deep parentheses', `q=${'('.repeat(5_000)}a${')'.repeat(5_000)}`],
  ['a long chain', `q=${Array.from({ length: 1_500 }, (_, n) => `a${n}:b`).join('+')}`],
  [
    'a regular expression that explodes',
    `q=${encodeURIComponent('event:/((((a{1,99}){1,99}){1,99}))/')}`,
  ],
  ['nested repetition', `q=${encodeURIComponent('event:/(a+)+$/')}`],
  ['a thousand fields', `fields=${Array.from({ length: 1_000 }, (_, n) => `f${n}`).join(',')}`],
])('a query of %s ends, by an answer or a refusal', async (_, query) => {
  const response = await fetch(`${server.url}/api/v1/eventqry/search?${query}`)
  expect([200, 400, 413, 422, 431]).toContain(response.status)
  expect(shown(await response.text())).toBeNull()
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200)
})

test('a statistic by a thousand fields is refused', async () => {
  const by = Array.from({ length: 1_000 }, (_, n) => `by=f${n}`).join('&')
  const response = await fetch(`${server.url}/api/v1/eventqry/stats?${by}`)
  expect(response.status).toBe(400)
  await response.text()
})

test('who asks more often than the limit is told when to come again', async () => {
  const answers: Response[] = []
  for (let n = 0; n < 15; n++) {
    answers.push(await fetch(`${limited.url}/api/v1/eventqry`, { headers: { 'x-api-key': root } }))
  }
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThanOrEqual(5)
  for (const answer of refused) {
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(asObject(await answer.json())['code']).toBe('rate-limited')
  }
})
