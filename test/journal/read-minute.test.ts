import { expect, test } from 'bun:test'
import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalBatch } from '../../src/journal/contract.ts'
import { batchesOfMinute } from '../../src/journal/read-minute.ts'
import { listSegments, segmentFile } from '../../src/journal/segment.ts'
import { batchOf, minuteMs, reopen, start, tempDirectory } from './journal-fixture.ts'

const minute = start / minuteMs
const MiB = 1024 * 1024

/** Bodies on both sides of what is read at a time, and enough for a second segment. */
const sizes = [10, MiB - 100, 5, 3 * MiB, 4_096, 1, 9 * MiB, 20 * MiB, 700, 4_000, 96]

const plain = (batch: JournalBatch) => ({ ...batch, body: Bun.hash(batch.body) })

test('the batches of a minute are read while the journal is being written', async () => {
  using directory = tempDirectory()
  const { journal } = await reopen(directory.path)
  const path = join(directory.path, 'journal')
  const written: JournalBatch[] = []
  for (const [i, size] of sizes.entries()) {
    const body = new Uint8Array(size).fill(65 + i)
    const batch = batchOf(i + 1, { body, key: i % 2 === 0 ? `key ${i}` : null })
    written.push(batch)
    expect(await journal.append(batch)).toEqual({ ok: true })
    const found = [...batchesOfMinute(path, minute)].map(plain)
    expect(found).toEqual(written.map(plain))
  }
  // One group of many.
  const group = Array.from({ length: 300 }, (_, i) => batchOf(sizes.length + i + 1))
  await Promise.all(group.map((batch) => journal.append(batch)))
  await journal.append(batchOf(1_000, { receivedMs: start + minuteMs }))
  const found = [...batchesOfMinute(path, minute)].map(plain)
  expect(found).toEqual([...written, ...group].map(plain))
  expect([...batchesOfMinute(path, minute + 1)]).toHaveLength(1)
  expect([...batchesOfMinute(path, minute + 2)]).toEqual([])
  await journal.releaseThrough(minute)
  expect([...batchesOfMinute(path, minute)]).toEqual([])
  await journal[Symbol.asyncDispose]()
}, 30_000)

test('a frame of which only the beginning is there ends the list', async () => {
  using directory = tempDirectory()
  const { journal } = await reopen(directory.path)
  await journal.append(batchOf(1))
  await journal[Symbol.asyncDispose]()
  const path = join(directory.path, 'journal')
  const [name] = listSegments(path)
  if (name === undefined) throw new Error('no segment')
  const torn = Buffer.alloc(4_096 + 60)
  torn.write('MBJ1', 4_096, 'latin1')
  torn.writeUInt32LE(2 ** 31, 4_096 + 8)
  appendFileSync(join(path, segmentFile({ ...name, number: name.number + 1 })), torn)
  expect([...batchesOfMinute(path, minute)]).toHaveLength(1)
  rmSync(join(path, segmentFile(name)))
  expect([...batchesOfMinute(path, minute)]).toEqual([])
})
