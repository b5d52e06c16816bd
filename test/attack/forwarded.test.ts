import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asObject } from '../http/json-object.ts'
import { type ServerProcess, startServer } from '../server/process.ts'
import { addKey } from './add-key.ts'
import { askFrom, type SentHeaders } from './ask-from.ts'

/* Nobody may read from anywhere, so each answer says whom the server takes the client for. */
const nobody = '192.0.2.255'
const proxy = '127.0.0.2'
const stranger = '127.0.0.3'

let data = ''
let key = ''

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'minutebook-forwarded-'))
  key = await addKey(data, 'reader', { read: 'all' })
})
afterAll(() => rmSync(data, { recursive: true, force: true }))

const many = (text: string, count: number): string =>
  Array.from({ length: count }, () => text).join(', ')

/** Whom the server takes a client for that says so much of itself. */
async function takenFor(url: string, from: string, forwarded: readonly string[]): Promise<string> {
  const headers: SentHeaders = [
    ['X-API-Key', key],
    ...forwarded.map((value) => ['X-Forwarded-For', value] as const),
    ['X-Real-IP', '198.51.100.1'],
    ['Forwarded', 'for=198.51.100.1'],
  ]
  const { status, text } = await askFrom(from, `${url}/api/v1/eventqry`, headers)
  const { code, detail } = asObject(JSON.parse(text))
  if (status !== 403 || code !== 'address-denied') throw new Error(`${status}: ${text}`)
  return /do not let (\S+) in$/.exec(String(detail))?.[1] ?? ''
}

describe('X-Forwarded-For without a trusted proxy', () => {
  let server: ServerProcess
  beforeAll(async () => {
    server = await startServer({ data, flags: ['--allow-read', nobody] })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each([[[nobody]], [['127.0.0.1', nobody]], [[`${nobody}, ${nobody}`]], [['::1']]])(
    'is not believed: %j',
    async (forwarded) => {
      expect(await takenFor(server.url, stranger, forwarded)).toBe(stranger)
    },
  )
})

describe('X-Forwarded-For of a trusted proxy', () => {
  let server: ServerProcess
  beforeAll(async () => {
    const proxies = `${proxy}, 10.9.0.0/16, 2001:db8:9::/48`
    server = await startServer({
      data,
      flags: ['--trusted-proxies', proxies, '--allow-read', nobody],
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each([
    ['names the client', ['1.2.3.4'], '1.2.3.4'],
    [
      'is read from its end: what stands before is the client’s own claim',
      ['9.9.9.9, 1.2.3.4'],
      '1.2.3.4',
    ],
    ['cannot claim an allowed address', [`${nobody}, 1.2.3.4`], '1.2.3.4'],
    ['goes on behind other trusted proxies', ['9.9.9.9, 1.2.3.4, 10.9.0.1, 10.9.7.7'], '1.2.3.4'],
    ['counts all of its headers', ['9.9.9.9', '1.2.3.4'], '1.2.3.4'],
    [
      'counts all of its headers, the claimed ones first',
      ['1.2.3.4', '10.9.0.1', '5.6.7.8'],
      '5.6.7.8',
    ],
    ['may name an IPv6 client', ['2001:db8::7'], '2001:db8::7'],
    ['may come through an IPv6 proxy', ['2001:DB8:0::0:7, 2001:db8:9::1'], '2001:db8::7'],
    ['has one spelling of a mapped address', ['::ffff:1.2.3.4'], '1.2.3.4'],
    ['names a proxy that asks by itself', ['10.9.0.1'], '10.9.0.1'],
    ['is the proxy itself where it is empty', [''], proxy],
    ['is the proxy itself where it ends in nothing', ['1.2.3.4,'], proxy],
    ['is the proxy itself where it is unknown', ['1.2.3.4, unknown'], proxy],
    ['is no address in octal', ['1.2.3.4, 010.0.0.1'], proxy],
    ['is no address in hexadecimal or of fewer parts', ['0x7f.1'], proxy],
    ['is no number', ['16909060'], proxy],
    ['is no address with a port', ['1.2.3.4:80'], proxy],
    ['is no name', ['localhost'], proxy],
    ['stops at the first that is none, on its way', ['1.2.3.4, <script>, 10.9.0.1'], '10.9.0.1'],
    ['may be a list of a thousand claims', [`${many('9.9.9.9', 1_000)}, 1.2.3.4`], '1.2.3.4'],
    [
      'does not go on for ever behind proxies that are claimed',
      [`1.2.3.4, ${many('10.9.0.1', 1_000)}`],
      '10.9.0.1',
    ],
    ['may be a thousand commas', [','.repeat(1_000)], proxy],
    ['may be a hundred headers', Array<string>(100).fill('9.9.9.9, 1.2.3.4'), '1.2.3.4'],
  ])('%s', async (_, forwarded, address) => {
    expect(await takenFor(server.url, proxy, forwarded)).toBe(address)
  })

  test('is not believed of anybody else', async () => {
    expect(await takenFor(server.url, stranger, ['1.2.3.4'])).toBe(stranger)
    expect(await takenFor(server.url, stranger, [proxy])).toBe(stranger)
    expect(await takenFor(server.url, '127.0.0.1', [`1.2.3.4, ${proxy}`])).toBe('127.0.0.1')
  })

  test('of more than a head may hold is refused', async () => {
    const headers: SentHeaders = [['X-Forwarded-For', many('9.9.9.9', 5_000)]]
    const { status } = await askFrom(proxy, `${server.url}/api/v1/eventqry`, headers)
    expect(status).toBe(431)
    expect(await takenFor(server.url, proxy, ['1.2.3.4'])).toBe('1.2.3.4')
  })
})
