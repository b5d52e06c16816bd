import { describe, expect, test } from 'bun:test'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { Glob } from 'bun'
import { join } from 'node:path'
import { ClockedServer } from './clocked-server.ts'
import { asObject } from './json-object.ts'
import { metric } from './metric.ts'

const base = '/api/v1/eventqry'

/** Flips a bit of stored bytes wherever the book's files hold them, in place: the server maps these files. */
function damage(dataDir: string, stored: Uint8Array): void {
  let found = 0
  for (const name of new Glob('**/data.mdb').scanSync(dataDir)) {
    const path = join(dataDir, name)
    const bytes = readFileSync(path)
    const file = openSync(path, 'r+')
    for (let at = bytes.indexOf(stored); at !== -1; at = bytes.indexOf(stored, at + 1)) {
      const target = at + (stored.length >> 1)
      writeSync(file, new Uint8Array([(bytes[target] ?? 0) ^ 1]), 0, 1, target)
      found++
    }
    closeSync(file)
  }
  if (found === 0) throw new Error('the bytes were not found in the book')
}

/** The directory is the part that the digest names. */
function directoryBytes(page: Uint8Array, digest: string): number {
  for (let length = 1; length < page.length; length++) {
    const hash = new Bun.CryptoHasher('sha256').update(page.subarray(0, length)).digest('hex')
    if (hash === digest) return length
  }
  throw new Error('no part of the page has its digest')
}

const event = (n: number) => ({ facility: 'shop', level: 'info', event: `number ${n}` })

describe('a damaged page', () => {
  test('is a problem that names it, is counted, and leaves the others alone', async () => {
    await using server = await ClockedServer.start()
    await server.log(event(1))
    const bad = await server.closeMinute()
    await server.log(event(2))
    const good = await server.closeMinute()
    const { digest } = asObject(await server.json(`${base}/minutes/${bad}`))
    const page = await (await server.ask(`${base}/pages/${digest}`)).bytes()
    const blocks = page.subarray(directoryBytes(page, String(digest)))
    damage(server.dataDir, blocks.subarray(0, 256))
    // The reader keeps the records that it has read until something is committed to the book.
    await server.closeMinute()

    for (const path of [`minutes/${bad}`, `minutes/${bad}.csv`, 'hours/2026-11-22T12Z']) {
      const response = await server.ask(`${base}/${path}`)
      expect(`${path} ${response.status}`).toBe(`${path} 500`)
      expect(await response.json()).toMatchObject({ code: 'page-damaged', minute: bad })
    }
    expect((await server.ask(`${base}/minutes/${good}`)).status).toBe(200)
    await server.log(event(3))
    expect(await metric(server, 'minutebook_damaged_pages_total')).toBe(3)
  })
})
