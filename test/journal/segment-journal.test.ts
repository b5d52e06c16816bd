import { describe, expect, test } from 'bun:test'
import * as fs from 'node:fs'
import { join } from 'node:path'
import type { AppendOutcome } from '../../src/journal/contract.ts'
import { alignedBytes, frameBytes, frameVersion, writeFrame } from '../../src/journal/frame.ts'
import { NewerJournalFormat } from '../../src/journal/recovery.ts'
import { lockDataDirectory } from '../../src/journal/data-lock.ts'
import { batchOf, minuteMs, reopen, start, tempDirectory } from './journal-fixture.ts'

const durable: AppendOutcome = { ok: true }
const segmentsIn = (directory: string): string[] =>
  fs.readdirSync(join(directory, 'journal')).filter((name) => name.endsWith('.seg'))
const pathOf = (directory: string, name: string): string => join(directory, 'journal', name)

/** A directory whose one segment holds these batches, each in a group of its own. */
async function written(directory: string, count: number): Promise<string> {
  const { journal } = await reopen(directory)
  for (let i = 1; i <= count; i++) expect(await journal.append(batchOf(i))).toEqual(durable)
  await journal[Symbol.asyncDispose]()
  const [name = ''] = segmentsIn(directory)
  return pathOf(directory, name)
}

describe('the journal', () => {
  test('gives batches back in order after it is opened again', async () => {
    using directory = tempDirectory()
    const { journal } = await reopen(directory.path)
    const large = batchOf(2, { body: crypto.getRandomValues(new Uint8Array(60_000)) })
    const huge = batchOf(3, { key: 'k', body: new Uint8Array(20 * 1024 * 1024).fill(7) })
    const batches = [batchOf(1), large, huge, batchOf(4, { form: { ...large.form, strict: true } })]
    const outcomes = await Promise.all(batches.map((batch) => journal.append(batch)))
    expect(outcomes).toEqual(batches.map(() => durable))
    await journal[Symbol.asyncDispose]()

    const again = await reopen(directory.path)
    expect(again.batches).toEqual(batches)
    expect(again.aside).toEqual([])
    expect(again.recovered.lastSequence).toBe(4)
    await again.journal[Symbol.asyncDispose]()
  })

  test('puts what arrives together into one group, and keeps the order', async () => {
    using directory = tempDirectory()
    const { journal } = await reopen(directory.path)
    const order: number[] = []
    const appends = Array.from({ length: 500 }, async (_, i) => {
      await journal.append(batchOf(i + 1))
      order.push(i + 1)
    })
    await Promise.all(appends)
    expect(order).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
    expect(journal.stats.groups).toBeLessThan(5)
    expect(journal.stats.batches).toBe(500)
    await journal[Symbol.asyncDispose]()
    const again = await reopen(directory.path)
    expect(again.batches.map((batch) => batch.sequence)).toEqual(order)
    await again.journal[Symbol.asyncDispose]()
  })

  test('goes on in a new segment after a restart and when one is full', async () => {
    using directory = tempDirectory()
    const body = new Uint8Array(9 * 1024 * 1024)
    for (let round = 0; round < 2; round++) {
      const { journal } = await reopen(directory.path)
      for (let i = 1; i <= 3; i++) await journal.append(batchOf(round * 3 + i, { body }))
      await journal[Symbol.asyncDispose]()
    }
    expect(segmentsIn(directory.path)).toHaveLength(4)
    const again = await reopen(directory.path)
    expect(again.batches.map((batch) => batch.sequence)).toEqual([1, 2, 3, 4, 5, 6])
    await again.journal[Symbol.asyncDispose]()
  })

  test('never mixes minutes in a segment and releases those that are pages', async () => {
    using directory = tempDirectory()
    const { journal } = await reopen(directory.path)
    const times = [0, 0, 1, 2, 2].map((minute) => start + minute * minuteMs)
    await Promise.all(times.map((receivedMs, i) => journal.append(batchOf(i + 1, { receivedMs }))))
    expect(segmentsIn(directory.path)).toHaveLength(3)
    await journal.releaseThrough(29_000_001)
    expect(segmentsIn(directory.path)).toHaveLength(1)
    expect(journal.stats.segments).toBe(1)
    await journal[Symbol.asyncDispose]()
    const again = await reopen(directory.path, 29_000_001)
    expect(again.batches.map((batch) => batch.sequence)).toEqual([4, 5])
    await again.journal[Symbol.asyncDispose]()
    const closed = await reopen(directory.path, 29_000_002)
    expect([closed.batches, segmentsIn(directory.path)]).toEqual([[], []])
    await closed.journal[Symbol.asyncDispose]()
  })

  test('torn at any byte gives back every batch before the tear, and takes batches again', async () => {
    using directory = tempDirectory()
    const path = await written(directory.path, 3)
    const whole = fs.readFileSync(path)
    const frame = frameBytes(batchOf(1))
    const group = alignedBytes(frame)
    for (let bytes = 0; bytes <= group * 2 + frame; bytes += bytes % group > frame ? 511 : 1) {
      const torn = Buffer.alloc(whole.length)
      whole.copy(torn, 0, 0, bytes)
      fs.writeFileSync(path, torn)
      const again = await reopen(directory.path)
      const complete = [0, 1, 2].filter((i) => bytes >= i * group + frame).length
      expect(again.batches).toHaveLength(complete)
      expect(again.aside).toEqual([])
      await again.journal[Symbol.asyncDispose]()
    }
  })

  test('with any byte flipped keeps the other batches and says what it set aside', async () => {
    using directory = tempDirectory()
    const path = await written(directory.path, 3)
    const whole = fs.readFileSync(path)
    const group = alignedBytes(frameBytes(batchOf(1)))
    for (let at = 0; at < frameBytes(batchOf(1)); at++) {
      const damaged = Buffer.from(whole)
      damaged[group + at] = (damaged[group + at] ?? 0) ^ 1
      fs.writeFileSync(path, damaged)
      const again = await reopen(directory.path)
      expect(again.batches.map((batch) => batch.sequence)).toEqual([1, 3])
      expect(again.aside.length).toBeGreaterThan(0)
      expect(fs.existsSync(again.aside[0]?.path ?? '')).toBe(true)
      await again.journal[Symbol.asyncDispose]()
    }
  })

  test('sets a batch aside that does not replay as recorded, and keeps the others', async () => {
    using directory = tempDirectory()
    await written(directory.path, 3)
    const again = await reopen(directory.path, null, (batch) => {
      return batch.sequence === 2 ? 'it replays otherwise' : null
    })
    expect(again.batches.map((batch) => batch.sequence)).toEqual([1, 3])
    expect(again.aside.map(({ detail }) => detail)).toEqual(['batch 2: it replays otherwise'])
    await again.journal[Symbol.asyncDispose]()
  })

  test('refuses a frame of a newer version instead of guessing', async () => {
    using directory = tempDirectory()
    const path = await written(directory.path, 1)
    const bytes = fs.readFileSync(path)
    bytes[12] = frameVersion + 1
    const { crc32 } = await import('node:zlib')
    bytes.writeUInt32LE(crc32(bytes.subarray(8, frameBytes(batchOf(1)))), 4)
    fs.writeFileSync(path, bytes)
    expect(reopen(directory.path)).rejects.toBeInstanceOf(NewerJournalFormat)
  })

  test('fails a group whose segment cannot be made, in order, and recovers', async () => {
    using directory = tempDirectory()
    const { journal } = await reopen(directory.path)
    expect(await journal.append(batchOf(1))).toEqual(durable)
    const name = `${(29_000_001).toString(16).padStart(8, '0')}-0000.seg`
    // Another file stands where the next minute's segment should be made.
    fs.writeFileSync(pathOf(directory.path, name), '')
    const later = { receivedMs: start + minuteMs }
    const failed = await Promise.all([
      journal.append(batchOf(2, later)),
      journal.append(batchOf(3, later)),
    ])
    expect(failed.map((outcome) => outcome.ok)).toEqual([false, false])
    expect(journal.stats.failedGroups).toBe(1)
    expect(await journal.append(batchOf(2, later))).toEqual(durable)
    await journal[Symbol.asyncDispose]()
    const again = await reopen(directory.path)
    expect(again.batches.map((batch) => batch.sequence)).toEqual([1, 2])
    await again.journal[Symbol.asyncDispose]()
  })

  test('cuts a failed group off before it goes on, in another segment', async () => {
    using directory = tempDirectory()
    const { journal } = await reopen(directory.path)
    expect(await journal.append(batchOf(1))).toEqual(durable)
    const [name = ''] = segmentsIn(directory.path)
    const path = pathOf(directory.path, name)
    // Bytes of a batch that was refused, as a write that failed at its sync may leave them.
    const group = alignedBytes(frameBytes(batchOf(1)))
    const ghost = Buffer.alloc(group)
    writeFrame(ghost, 0, batchOf(2))
    const fd = fs.openSync(path, 'r+')
    fs.writeSync(fd, ghost, 0, group, group)
    fs.closeSync(fd)
    fs.closeSync(descriptorOf(path))
    const failed = await Promise.all([journal.append(batchOf(2)), journal.append(batchOf(3))])
    expect(failed.map((outcome) => outcome.ok)).toEqual([false, false])
    expect(await journal.append(batchOf(2, { key: 'again' }))).toEqual(durable)
    await journal[Symbol.asyncDispose]()
    expect(segmentsIn(directory.path)).toHaveLength(2)
    const again = await reopen(directory.path)
    expect(again.batches.map((batch) => batch.key)).toEqual([null, 'again'])
    await again.journal[Symbol.asyncDispose]()
  })

  test('goes on when the segment of a failed group has been released', async () => {
    using directory = tempDirectory()
    const { journal } = await reopen(directory.path)
    expect(await journal.append(batchOf(1))).toEqual(durable)
    const [name = ''] = segmentsIn(directory.path)
    fs.closeSync(descriptorOf(pathOf(directory.path, name)))
    expect((await journal.append(batchOf(2))).ok).toBe(false)
    await journal.releaseThrough(start / minuteMs)
    expect(segmentsIn(directory.path)).toEqual([])
    const later = { receivedMs: start + minuteMs }
    expect(await journal.append(batchOf(2, later))).toEqual(durable)
    await journal[Symbol.asyncDispose]()
  })

  test('leaves no batch of a failed group behind when it is closed', async () => {
    using directory = tempDirectory()
    const { journal } = await reopen(directory.path)
    expect(await journal.append(batchOf(1))).toEqual(durable)
    const [name = ''] = segmentsIn(directory.path)
    const path = pathOf(directory.path, name)
    const group = alignedBytes(frameBytes(batchOf(1)))
    const ghost = Buffer.alloc(group)
    writeFrame(ghost, 0, batchOf(2))
    const fd = fs.openSync(path, 'r+')
    fs.writeSync(fd, ghost, 0, group, group)
    fs.closeSync(fd)
    fs.closeSync(descriptorOf(path))
    expect((await journal.append(batchOf(2))).ok).toBe(false)
    await journal[Symbol.asyncDispose]()
    const again = await reopen(directory.path)
    expect(again.batches.map((batch) => batch.sequence)).toEqual([1])
    await again.journal[Symbol.asyncDispose]()
  })
})

/** The descriptor by which this process has a file open. */
function descriptorOf(path: string): number {
  const open = fs.readdirSync('/proc/self/fd').find((fd) => {
    return fs.readlinkSync(`/proc/self/fd/${fd}`, 'utf8') === path
  })
  return Number(open)
}

describe('the lock of a data directory', () => {
  test('is held by one process at a time and let go', () => {
    using directory = tempDirectory()
    const first = lockDataDirectory(directory.path)
    expect(first.ok).toBe(true)
    expect(lockDataDirectory(directory.path)).toEqual({ ok: false, holder: String(process.pid) })
    if (first.ok) first.release()
    const second = lockDataDirectory(directory.path)
    expect(second.ok).toBe(true)
    if (second.ok) second.release()
  })
})
