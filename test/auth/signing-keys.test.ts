import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SigningKeys } from '../../src/auth/signing-keys.ts'
import { signingKeysMax, tokenLifetimeMaxS } from '../../src/auth/tokens.ts'
import { type TempDirectory, tempDirectory } from '../server/in-process.ts'

let directory: TempDirectory
let elapsedMs = 0
let trouble: unknown[] = []
let changed: string[] = []
const start = 1_795_349_640_000
const day = 86_400_000

beforeEach(() => {
  directory = tempDirectory()
  elapsedMs = 0
  trouble = []
  changed = []
})
afterEach(() => directory[Symbol.dispose]())

const open = (): SigningKeys =>
  new SigningKeys({
    dataDirectory: directory.path,
    elapsedMs: () => elapsedMs,
    onTrouble: (error) => trouble.push(error),
    onChange: ({ id }) => changed.push(id),
  })
const path = () => join(directory.path, 'auth', 'signing-keys.json')

describe('signing keys', () => {
  test('are made once, however many ask for one at the same time', async () => {
    const keys = open()
    const other = open()
    const made = await Promise.all([keys, keys, other, other].map((each) => each.current(start)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect(open().all).toHaveLength(1)
  })

  test('are kept as long as tokens of theirs may live, and no longer', async () => {
    const keys = open()
    const first = await keys.current(start)
    const second = await keys.rotate(start + day, false)
    // The first signed until the second came.
    const lastMs = start + day + tokenLifetimeMaxS * 1000
    const third = await keys.rotate(lastMs - 1, false)
    expect(keys.all.map(({ id }) => id)).toEqual([first.id, second.id, third.id])
    const fourth = await keys.rotate(lastMs, false)
    expect(keys.all.map(({ id }) => id)).toEqual([second.id, third.id, fourth.id])
  })

  test('are never so many that one has to go too early', async () => {
    const keys = open()
    for (let i = 0; i < signingKeysMax; i++) await keys.rotate(start + i, false)
    const before = keys.all
    await expect(keys.rotate(start + day, false)).rejects.toThrow(`${signingKeysMax} keys`)
    expect(keys.all).toEqual(before)
    await keys.rotate(start + day, true)
    expect(keys.all).toHaveLength(1)
  })

  test('of another process are seen at the next look', async () => {
    const server = open()
    await server.current(start)
    const { id } = await open().rotate(start + 1, false)
    elapsedMs += 249
    expect(server.all).toHaveLength(1)
    elapsedMs += 1
    expect(server.all.at(-1)?.id).toBe(id)
    expect(changed).toEqual([id])
  })

  test('that others may read, or that are none, are refused; those before stay', async () => {
    const server = open()
    const { id } = await server.current(start)
    writeFileSync(path(), '{"version":1,"keys":[{}]}', { mode: 0o600 })
    elapsedMs += 250
    expect(server.all.map((key) => key.id)).toEqual([id])
    expect(String(trouble[0])).toContain('no signing keys')
    expect(() => open()).toThrow('no signing keys')
    chmodSync(path(), 0o644)
    expect(() => open()).toThrow('chmod 600')
    rmSync(path())
    expect(open().all).toEqual([])
  })
})
