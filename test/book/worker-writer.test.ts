import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Trouble } from '../../src/book/disk-trouble.ts'
import { LmdbReader } from '../../src/book/lmdb-reader.ts'
import { NewerBookFormat } from '../../src/book/meta-store.ts'
import { WorkerWriter } from '../../src/book/worker-writer.ts'
import { answerOf, dayStart, eventsOf, raiseFormat } from './book-fixture.ts'
import { sealEvents } from './fill-block.ts'

let root = ''
const directory = (): string => join(root, 'book')

function onTrouble(trouble: Trouble | null): void {
  throw new Error(`unexpected trouble: ${JSON.stringify(trouble)}`)
}

function onDeath(error: Error): void {
  throw error
}

async function openWriter(): Promise<WorkerWriter> {
  root ||= mkdtempSync(join(tmpdir(), 'minutebook-worker-'))
  return WorkerWriter.open({ directory: directory(), onTrouble, onDeath })
}

afterEach(() => {
  if (root !== '') rmSync(root, { recursive: true, force: true })
  root = ''
})

describe('the writing thread', () => {
  test('gives a block its arrays back, and shows the page once it has closed', async () => {
    await using writer = await openWriter()
    const block = sealEvents(eventsOf(dayStart, 20_000), dayStart * 60_000)
    const bytes = block.arena.byteLength + block.extra.byteLength
    const putting = writer.putBlock(dayStart, 0, block)
    expect(block.extra.byteLength).toBe(0)
    const back = await putting
    expect(back.arena.byteLength + back.extra.byteLength).toBe(bytes)
    expect(back.columns.map((column) => column.rows.length)).toEqual([32_768, 32_768])

    using reader = new LmdbReader({ directory: directory() })
    expect(reader.summary(dayStart)).toBeNull()
    const answers = [answerOf('k1', dayStart)]
    const request = { minute: dayStart, partCount: 1, answers, lastSequence: 7, closedAtMs: 1 }
    const closed = await writer.close(request)
    expect(closed.summary?.eventCount).toBe(20_000)
    expect(writer.state).toMatchObject({ closedThrough: dayStart, lastSequence: 7 })
    expect(reader.state()).toEqual(writer.state)
    expect(reader.summary(dayStart)).toEqual(closed.summary)
    expect(writer.keys.lookup('k1')).toEqual(answerOf('k1', dayStart))
    expect(writer.keys.lookup('k2')).toBeNull()
    expect(await writer.stats()).toMatchObject({ pages: 1, events: 20_000 })
    expect(await writer.drop(dayStart + 1, true, 'test')).toMatchObject({ minutes: 1 })
    expect((await writer.retentionFacts()).days).toHaveLength(1)
  })

  test('goes on with the same book after it was closed', async () => {
    const first = await openWriter()
    const request = { minute: dayStart, partCount: 0, answers: [], lastSequence: 3, closedAtMs: 1 }
    await first.close(request)
    await first[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    expect(await first.stats().catch(String)).toContain('the book is closed')
    await using second = await openWriter()
    expect(second.state).toMatchObject({ closedThrough: dayStart, lastSequence: 3 })
  })

  test('rejects what is wrong and goes on', async () => {
    await using writer = await openWriter()
    const request = { minute: dayStart, partCount: 1, answers: [], lastSequence: 1, closedAtMs: 1 }
    expect(await writer.close(request).catch(String)).toContain('has 0 blocks')
    expect((await writer.close({ ...request, partCount: 0 })).minute).toBe(dayStart)
  })

  test('refuses a book of a newer format, and says what to do', async () => {
    const writer = await openWriter()
    await writer[Symbol.asyncDispose]()
    raiseFormat(directory(), 99)
    const refusal = await openWriter().catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(NewerBookFormat)
    expect(String(refusal)).toContain('format 99')
    expect(String(refusal)).toContain('newer version of Minutebook')
  })
})
