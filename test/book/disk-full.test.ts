import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Trouble } from '../../src/book/disk-trouble.ts'
import { LmdbReader } from '../../src/book/lmdb-reader.ts'
import { WorkerWriter } from '../../src/book/worker-writer.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { dayStart, eventsOf } from './book-fixture.ts'
import { sealEvents } from './fill-block.ts'

const mount = mkdtempSync(join(tmpdir(), 'minutebook-full-'))
const mounting = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', mount])
const canMount = mounting.exitCode === 0
if (!canMount) process.stderr.write('skipped: mounting a small tmpfs is not permitted here\n')

afterAll(() => {
  if (canMount) Bun.spawnSync(['umount', mount])
  rmSync(mount, { recursive: true, force: true })
})

async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test.skipIf(!canMount)('a full disk delays a close, serves a drop, and loses nothing', async () => {
  const directory = join(mount, 'book')
  const troubles: (Trouble | null)[] = []
  const writer = await WorkerWriter.open({
    directory,
    onTrouble: (trouble) => troubles.push(trouble),
    onDeath: (error) => {
      throw error
    },
  })
  const request = { partCount: 1, answers: [], lastSequence: 1, closedAtMs: 1 }
  for (const minute of [0, 1, 1_440]) {
    await writer.putBlock(dayStart + minute, 0, sealEvents(eventsOf(dayStart, 3_000), 1))
    await writer.close({ ...request, minute: dayStart + minute })
  }
  fillUp(join(mount, 'ballast'))
  const minute = dayStart + 1_441
  let closed = false
  const putting = writer.putBlock(minute, 0, sealEvents(eventsOf(minute, 3_000), 1))
  const closing = writer.close({ ...request, minute }).then(() => (closed = true))
  await until('the trouble', () => troubles.length > 0)
  expect(troubles[0]?.kind).toBe('disk-full')
  using reader = new LmdbReader({ directory })
  expect(reader.summary(dayStart)?.eventCount).toBe(3_000)
  const report = await writer.drop(dayStart + 1_440, false, 'to make room')
  expect(report.days).toEqual(['2026-11-22'])
  expect(reader.state().droppedBefore).toBe(dayStart + 1_440)
  expect(closed).toBe(false)
  rmSync(join(mount, 'ballast'))
  await Promise.all([putting, closing])
  await until('the end of the trouble', () => troubles.at(-1) === null)
  expect(reader.state().closedThrough).toBe(minute)
  expect(reader.summary(minute)?.eventCount).toBe(3_000)
  await writer[Symbol.asyncDispose]()
  expect((await verifyBook(directory, () => {})).findings).toEqual([])
})

/** Writes until nothing is left. */
function fillUp(path: string): void {
  const chunk = Buffer.alloc(64 * 1_024, 1)
  for (;;) {
    try {
      writeFileSync(path, chunk, { flag: 'a' })
    } catch {
      return
    }
  }
}
