import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NonceLog } from '../../src/auth/nonce-log.ts'
import { NonceSet } from '../../src/auth/nonce-set.ts'

describe('a set of nonces', () => {
  test('knows each until its time is over, through every growth', () => {
    const set = new NonceSet(100_000)
    const hashes = Array.from({ length: 20_000 }, (_, i) => Bun.hash.xxHash3(`nonce ${i}`))
    for (const hash of hashes) expect(set.add(hash, 100, 10)).toBe(true)
    for (const hash of hashes) expect(set.add(hash, 100, 99)).toBe(false)
    expect(set.size).toBe(20_000)
    expect(set.add(hashes[0] ?? 0n, 200, 100)).toBe(true)
  })

  test('refuses more than it may hold, and takes more once some are forgotten', () => {
    const set = new NonceSet(2_000)
    let taken = 0
    for (let i = 0; set.add(Bun.hash.xxHash3(`${i}`), 100, 10) === true; i++) taken++
    expect(taken).toBeGreaterThanOrEqual(2_000)
    expect(taken).toBeLessThan(10_000)
    expect(set.add(Bun.hash.xxHash3('later'), 200, 100)).toBe(true)
  })
})

describe('the log of nonces', () => {
  let directory = ''
  let now = 1_000_000
  const open = (bootId = 'boot-1'): NonceLog =>
    new NonceLog({ path: join(directory, 'nonces'), bootId, nowMs: () => now, entriesMax: 100_000 })

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'minutebook-nonces-'))
    now = 1_000_000
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  test('takes a nonce once, a restart in between or not', () => {
    {
      using log = open()
      expect(log.add('key', 'nonce-1', now + 5_000)).toBe(true)
      expect(log.add('key', 'nonce-1', now + 5_000)).toBe(false)
      expect(log.add('other', 'nonce-1', now + 5_000)).toBe(true)
    }
    using again = open()
    expect(again.floorMs).toBe(0)
    expect(again.add('key', 'nonce-1', now + 5_000)).toBe(false)
    expect(again.add('key', 'nonce-2', now + 5_000)).toBe(true)
  })

  test('survives a torn last entry', () => {
    open().add('key', 'nonce-1', now + 5_000)
    appendFileSync(join(directory, 'nonces'), 'torn')
    using again = open()
    expect(again.add('key', 'nonce-1', now + 5_000)).toBe(false)
  })

  test('after another start of the machine, what was signed before is refused', () => {
    open('boot-1').add('key', 'nonce-1', now + 5_000)
    now += 500
    using again = open('boot-2')
    expect(again.floorMs).toBe(now)
  })

  test('its file does not grow for ever', () => {
    using log = open()
    for (let i = 0; i < 140_000; i++) {
      now += 10
      expect(log.add('key', `nonce-${i}`, now + 1_000)).toBe(true)
    }
    expect(statSync(join(directory, 'nonces')).size).toBeLessThan(140_000 * 12)
  })
})
