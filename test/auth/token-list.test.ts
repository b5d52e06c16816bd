import { describe, expect, test } from 'bun:test'
import { appendFileSync, mkdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import {
  type IssuedToken,
  TokenList,
  tokensMax,
  tokensOfOwnerMax,
} from '../../src/auth/token-list.ts'
import { tempDirectory } from '../server/in-process.ts'

const nowMs = 1_795_349_640_000
const tokenOf = (n: number, name = 'shop', lifetimeMs = 3_600_000): IssuedToken => ({
  id: `token-id-number-${n}`,
  name,
  ownerTag: '0123456789abcdef',
  grants: { write: null, read: 'all', admin: false },
  issuedMs: nowMs,
  expiresMs: nowMs + lifetimeMs,
})
const idsOf = (list: TokenList, at = nowMs): string[] => list.all(at).map(({ id }) => id)

describe('the list of tokens', () => {
  test('is there after a restart, without those that have expired', () => {
    using directory = tempDirectory()
    const list = new TokenList(directory.path, nowMs)
    for (let n = 0; n < 3; n++) list.add(tokenOf(n, 'shop', (n + 1) * 1_000_000))
    const again = new TokenList(directory.path, nowMs + 1_000_000)
    expect(idsOf(again, nowMs + 1_000_000)).toEqual(['token-id-number-1', 'token-id-number-2'])
    expect(again.find('token-id-number-0', nowMs + 1_000_000)).toBeNull()
    expect(again.find('token-id-number-2', nowMs)).toEqual(tokenOf(2, 'shop', 3_000_000))
  })

  test('loses no token to the half line that a crash has left', () => {
    using directory = tempDirectory()
    const path = join(directory.path, 'auth', 'tokens.ndjson')
    const list = new TokenList(directory.path, nowMs)
    list.add(tokenOf(1))
    list.add(tokenOf(2))
    truncateSync(path, readFileSync(path).length - 20)
    const after = new TokenList(directory.path, nowMs)
    expect(idsOf(after)).toEqual(['token-id-number-1'])
    after.add(tokenOf(3))
    expect(idsOf(new TokenList(directory.path, nowMs))).toEqual([
      'token-id-number-1',
      'token-id-number-3',
    ])
  })

  test('takes no line that is no token', () => {
    using directory = tempDirectory()
    mkdirSync(join(directory.path, 'auth'))
    const path = join(directory.path, 'auth', 'tokens.ndjson')
    appendFileSync(path, '{"id":"short"}\nnull\n[]\n\u0000\n')
    expect(idsOf(new TokenList(directory.path, nowMs))).toEqual([])
  })

  test('is full for one owner, then for all, until tokens expire', () => {
    using directory = tempDirectory()
    const list = new TokenList(directory.path, nowMs)
    for (let n = 0; n < tokensOfOwnerMax; n++) list.add(tokenOf(n))
    expect(list.fullUntilMs('shop', nowMs)).toBe(nowMs + 3_600_000)
    expect(list.fullUntilMs('other', nowMs)).toBeNull()
    for (let n = tokensOfOwnerMax; n < tokensMax; n++) list.add(tokenOf(n, `owner-${n % 50}`))
    expect(list.fullUntilMs('other', nowMs)).toBe(nowMs + 3_600_000)
    expect(list.fullUntilMs('shop', nowMs + 3_600_000)).toBeNull()
  })

  test('does not grow for ever', () => {
    using directory = tempDirectory()
    const list = new TokenList(directory.path, nowMs)
    for (let n = 0; n < 5_000; n++) {
      const at = nowMs + n * 60_000
      list.add({ ...tokenOf(n), issuedMs: at, expiresMs: at + 1_000 })
      list.fullUntilMs('shop', at)
    }
    const lines = readFileSync(join(directory.path, 'auth', 'tokens.ndjson'), 'utf8').split('\n')
    expect(lines.length).toBeLessThan(2_100)
  })
})
