import { afterAll, describe, expect, test } from 'bun:test'
import { BlockCache } from '../../../src/query/work/block-cache.ts'
import type { JobSink } from '../../../src/query/work/contract.ts'
import { searchWith } from '../../../src/query/search/search.ts'
import { makeMatcher } from '../../../src/query/match/matcher.ts'
import { makeBook, openSource, plainEvents } from '../book-fixture.ts'
import { contextOf, countingMeter, requestOf, wholeBook } from './work-fixture.ts'

/* A book of 96,000 events, and of 24 MB as NDJSON, whose pages overlap in time in groups of four. */

const first = 29_400_000
const pageCount = 24
const perPage = 4000
const pages = Array.from({ length: pageCount }, (_, i) => {
  const groupMs = (first + Math.floor(i / 4) * 4) * 60_000
  const events = plainEvents(first + i, perPage, i * perPage).map((event, row) => ({
    ...event,
    timestampMs: groupMs + row * 15 + (i % 4),
  }))
  return { minute: first + i, blocks: [events] }
})
const book = makeBook(pages)
const source = openSource(book)
afterAll(() => {
  source.reader[Symbol.dispose]()
  book[Symbol.dispose]()
})

const cacheBytes = 512 * 1024
const eventBytesMax = 300

/** Counts what passes and keeps nothing. */
class CountingSink implements JobSink {
  events = 0
  bytes = 0
  chunkBytesMost = 0
  cacheBytesMost = 0
  lastTime = ''
  disorder = 0
  readonly #blocks: BlockCache

  constructor(blocks: BlockCache) {
    this.#blocks = blocks
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.bytes += bytes.length
    this.chunkBytesMost = Math.max(this.chunkBytesMost, bytes.length)
    this.cacheBytesMost = Math.max(this.cacheBytesMost, this.#blocks.bytes)
    for (const [, time = ''] of Buffer.from(bytes)
      .toString()
      .matchAll(/"timestamp":"([^"]*)"/g)) {
      this.events++
      if (time < this.lastTime) this.disorder++
      this.lastTime = time
    }
    return Promise.resolve()
  }

  end(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.write(bytes)
  }
}

describe('an export', () => {
  test('of any size holds a window of the answer and the rows of blocks that overlap', async () => {
    const blocks = new BlockCache({ source, bytesMax: cacheBytes })
    const meter = countingMeter()
    const sink = new CountingSink(blocks)
    const request = requestOf({ selection: wholeBook, order: 'asc' })
    await searchWith(makeMatcher, contextOf({ source, blocks, meter }), request, sink)
    expect(sink.events).toBe(pageCount * perPage)
    expect(sink.disorder).toBe(0)
    expect(sink.bytes).toBeGreaterThan(20_000_000)
    expect(sink.chunkBytesMost).toBeLessThanOrEqual(256 * 1024 + eventBytesMax)
    expect(sink.cacheBytesMost).toBeLessThanOrEqual(cacheBytes)
    // A row and its time are ten bytes; four pages overlap.
    expect(meter.heldBytesMost).toBeGreaterThanOrEqual(perPage * 10 * 4)
    expect(meter.heldBytesMost).toBeLessThanOrEqual(perPage * 10 * 5)
    expect(meter.heldBytes).toBe(0)
  }, 60_000)

  test('newest first opens no more blocks than the first events need', async () => {
    const meter = countingMeter()
    const blocks = new BlockCache({ source, bytesMax: cacheBytes })
    const request = requestOf({ limit: 100 })
    await searchWith(
      makeMatcher,
      contextOf({ source, blocks, meter }),
      request,
      new CountingSink(blocks),
    )
    expect(meter.scanned.blocks).toBeLessThanOrEqual(4)
  })

  test('of a time range opens the blocks of that range', async () => {
    const meter = countingMeter()
    const blocks = new BlockCache({ source, bytesMax: cacheBytes })
    const from = { ms: (first + 8) * 60_000 - 1000, nanos: 0 }
    const to = { ms: (first + 8) * 60_000 + 5000, nanos: 0 }
    const request = requestOf({ selection: { ...wholeBook, from, to } })
    await searchWith(
      makeMatcher,
      contextOf({ source, blocks, meter }),
      request,
      new CountingSink(blocks),
    )
    expect(meter.scanned).toMatchObject({ minutes: 4, blocks: 4 })
  })
})
