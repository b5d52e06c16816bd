import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CatalogueReader } from '../../src/book/catalogue-reader.ts'
import { DiskTrouble } from '../../src/book/disk-trouble.ts'
import { LmdbWriter } from '../../src/book/lmdb-writer.ts'
import { keyStoreDefaults } from '../../src/book/key-store.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { plainEvents, writePage } from '../query/book-fixture.ts'

const mount = mkdtempSync(join(tmpdir(), 'minutebook-catalogue-full-'))
const mounting = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mount])
const canMount = mounting.exitCode === 0
if (!canMount) process.stderr.write('skipped: mounting a small tmpfs is not permitted here\n')

afterAll(() => {
  if (canMount) Bun.spawnSync(['umount', mount])
  rmSync(mount, { recursive: true, force: true })
})

const day = 1_440
const start = 20_000 * day
const ballast = join(mount, 'ballast')

function openBook(directory: string): LmdbWriter {
  const keys = keyStoreDefaults
  return new LmdbWriter({ directory, keys, reserveBytes: 512 * 1024, now: Date.now })
}

/** Takes all but about 100 KB: less than the reserve. */
function fillUp(): void {
  const chunk = Buffer.alloc(64 * 1_024, 1)
  for (;;) {
    try {
      writeFileSync(ballast, chunk, { flag: 'a' })
    } catch {
      return
    }
  }
}

function totalOf(directory: string): number {
  using reader = new CatalogueReader(directory)
  const entries = reader.view()?.entries() ?? []
  return entries.flatMap(({ levels }) => levels).reduce((sum, each) => sum + each, 0)
}

test.skipIf(!canMount)(
  'a full disk leaves the catalogue as it is, and it goes on when there is space',
  async () => {
    const directory = join(mount, 'book')
    {
      using writer = openBook(directory)
      writePage(writer, { minute: start, blocks: [plainEvents(start, 100)] })
      writer.catchUp()
      writePage(writer, { minute: start + 1, blocks: [plainEvents(start + 1, 50)] })
      fillUp()
      expect(() => writer.catchUp()).toThrow(DiskTrouble)
      expect(() => writer.catchUp()).toThrow(DiskTrouble)
      expect(totalOf(directory)).toBe(100)
    }
    // A start does not need the catalogue.
    using writer = openBook(directory)
    expect(() => writer.catchUp()).toThrow(DiskTrouble)
    rmSync(ballast)
    writer.catchUp()
    expect(totalOf(directory)).toBe(150)
    expect((await verifyBook(directory, () => {})).findings).toEqual([])
  },
)

test.skipIf(!canMount)(
  'it says that pages were dropped before a full disk let it count them',
  () => {
    const directory = join(mount, 'dropped')
    using writer = openBook(directory)
    writePage(writer, { minute: start, blocks: [plainEvents(start, 100)] })
    writer.catchUp()
    writePage(writer, { minute: start + day, blocks: [plainEvents(start + day, 50)] })
    writePage(writer, { minute: start + 2 * day, blocks: [plainEvents(start + 2 * day, 7)] })
    fillUp()
    writer.drop(start + 2 * day, false, 'to make room')
    rmSync(ballast)
    writer.catchUp()
    expect(totalOf(directory)).toBe(107)
    using reader = new CatalogueReader(directory)
    expect(reader.view()?.about.missedPages).toBeGreaterThan(0)
  },
)
