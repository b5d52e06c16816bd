import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyedAnswer } from '../../src/book/contract.ts'
import { KeyLookup } from '../../src/book/key-lookup.ts'
import { bodyHash, KeyStore } from '../../src/book/key-store.ts'
import { createDirectory } from '../../src/book/lmdb-env.ts'
import { answerOf, dayStart } from './book-fixture.ts'

let root = ''
let book = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'minutebook-keys-'))
  book = join(root, 'book')
  createDirectory(book)
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const limits = { windowMs: 24 * 3_600_000, keysMax: 1_000 }

function answers(minute: number, count: number): KeyedAnswer[] {
  return Array.from({ length: count }, (_, i) => answerOf(`key-${minute}-${i}`, minute))
}

describe('idempotency keys', () => {
  test('are found again by another handle, and after a restart', () => {
    const store = new KeyStore(book, limits)
    using lookup = new KeyLookup(book)
    expect(lookup.lookup('key-1-0')).toBeNull()
    store.add(dayStart, answers(dayStart, 400), dayStart * 60_000)
    lookup.refresh()
    for (const answer of answers(dayStart, 400)) expect(lookup.lookup(answer.key)).toEqual(answer)
    expect(lookup.lookup(`key-${dayStart}-400`)).toBeNull()
    store.close()
    const again = new KeyStore(book, limits)
    expect(again.find(`key-${dayStart}-399`)).toEqual(answerOf(`key-${dayStart}-399`, dayStart))
    again.close()
  })

  test('beyond their number are forgotten, the oldest first', () => {
    const store = new KeyStore(book, limits)
    using lookup = new KeyLookup(book)
    for (let i = 0; i < 30; i++) {
      store.add(dayStart + i, answers(dayStart + i, 100), (dayStart + i) * 60_000)
    }
    lookup.refresh()
    const known = Array.from(
      { length: 30 },
      (_, i) => lookup.lookup(`key-${dayStart + i}-7`) !== null,
    )
    expect(known.indexOf(true)).toBeGreaterThanOrEqual(20)
    expect(known.indexOf(true)).toBeLessThanOrEqual(25)
    expect(known.slice(25)).toEqual([true, true, true, true, true])
    expect(readdirSync(book).filter((name) => name.startsWith('keys-')).length).toBeLessThan(4)
    store.close()
  })

  test('are kept for the window, and forgotten with their generation', () => {
    const store = new KeyStore(book, limits)
    const hour = 3_600_000
    const start = dayStart * 60_000
    for (let i = 0; i <= 60; i++) {
      const minute = dayStart + i * 60
      store.add(minute, [answerOf(`hour-${i}`, minute)], start + i * hour)
      const oldest = Math.max(0, i - 23)
      expect(store.find(`hour-${oldest}`)?.key).toBe(`hour-${oldest}`)
    }
    expect(store.find('hour-0')).toBeNull()
    expect(store.find('hour-20')).toBeNull()
    store.close()
  })

  test('of a minute that is added again are not doubled', () => {
    const store = new KeyStore(book, limits)
    store.add(dayStart, answers(dayStart, 10), 1)
    store.add(dayStart, answers(dayStart, 10), 1)
    expect(store.find(`key-${dayStart}-3`)?.receivedMs).toBe(dayStart * 60_000 + 1)
    store.sweepAfter(dayStart - 1)
    expect(store.find(`key-${dayStart}-3`)).toBeNull()
    store.close()
  })

  test('used again after they were forgotten have their newer answer', () => {
    const store = new KeyStore(book, { ...limits, keysMax: 4 })
    store.add(1, [answerOf('again', 1)], 1)
    store.add(2, answers(2, 2), 2)
    store.add(3, [answerOf('again', 3)], 3)
    expect(store.find('again')?.receivedMs).toBe(180_001)
    store.close()
  })

  test('of a generation that cannot be opened are set aside, and new ones are kept', () => {
    new KeyStore(book, limits).close()
    const first = new KeyStore(book, limits)
    first.add(1, [answerOf('old', 1)], 1)
    first.close()
    writeFileSync(join(book, 'keys-1/data.mdb'), Buffer.alloc(50_000, 3))
    const store = new KeyStore(book, limits)
    expect(store.aside).toMatchObject([{ path: join(book, 'keys-1.corrupt') }])
    store.add(2, [answerOf('new', 2)], 2)
    expect(store.find('old')).toBeNull()
    expect(store.find('new')?.key).toBe('new')
    store.close()
  })

  test('tell bodies apart by content, length and form', () => {
    const body = Buffer.from('[{"a":1}]')
    const hash = bodyHash(body, 'json')
    expect(bodyHash(Buffer.from(body), 'json')).toBe(hash)
    expect(bodyHash(body, 'msgpack')).not.toBe(hash)
    expect(bodyHash(Buffer.from('[{"a":2}]'), 'json')).not.toBe(hash)
    expect(hash).toMatch(/^[0-9a-f]{16}-9-json$/)
  })
})
