import { afterAll, describe, expect, test } from 'bun:test'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { Cancelled } from '../../src/query/cancelled.ts'
import { ChunkSink } from '../../src/query/chunk-sink.ts'
import type { AnswerEncoding, EventsRequest } from '../../src/query/contract.ts'
import {
  type Answer,
  type Chunk,
  creditsMax,
  type Question,
  type StreamQuestion,
} from '../../src/query/messages.ts'
import { makePageService } from '../../src/query/page-service.ts'
import { ReaderThread } from '../../src/query/reader-thread.ts'
import { runStream } from '../../src/query/streams.ts'
import { makeBook, openSource, plainEvents } from './book-fixture.ts'

const first = 29_400_000
const minutes = 12
const perMinute = 8_000
const pages = Array.from({ length: minutes }, (_, i) => ({
  minute: first + i,
  blocks: [plainEvents(first + i, perMinute / 2), plainEvents(first + i, perMinute / 2, 90_000)],
}))
const book = makeBook(pages)
const script = new URL('../../src/query/reader-worker.ts', import.meta.url)
afterAll(() => book[Symbol.dispose]())

const request: EventsRequest = {
  from: first,
  through: first + minutes,
  filter: { facility: null, level: null, event: null },
  format: 'ndjson',
  encoding: 'identity',
  before: '',
  after: '',
}
const question = { ask: 'events', request } as const

const openThread = (): ReaderThread<Question, StreamQuestion, Answer> =>
  new ReaderThread(script, { dataDirectory: book.dataDirectory })

async function collect(encoding: AnswerEncoding): Promise<Buffer> {
  await using service = makePageService({ dataDirectory: book.dataDirectory })
  const stream = await service.events({ ...request, encoding })
  return Buffer.from(await new Response(stream).arrayBuffer())
}

describe('a slow consumer', () => {
  test('holds the thread back at the agreed number of chunks', async () => {
    const thread = openThread()
    try {
      const stream = await thread.stream(question).result
      for (let taken = 0; taken < 6; taken++) {
        const allowed = creditsMax - (taken === 0 ? 1 : 0)
        await until(() => thread.chunksWaiting >= allowed)
        // A question is answered only when the thread has come around to it: after some of them it has had
        // every chance to send more than it may.
        for (let i = 0; i < 20; i++) await thread.ask({ ask: 'neighbours', minute: first }).result
        expect(thread.chunksWaiting).toBe(allowed)
        expect((await stream.next()).last).toBe(false)
      }
      stream.cancel()
    } finally {
      await thread.close()
    }
  })

  test('that goes away ends the work', async () => {
    const source = openSource(book)
    let opened = 0
    const counting = {
      ...source,
      openBlock: (bytes: Uint8Array) => {
        opened++
        return source.openBlock(bytes)
      },
    }
    const chunks: Chunk[] = []
    const sink: ChunkSink = new ChunkSink((chunk) => {
      chunks.push(chunk)
      if (chunks.length === 2) sink.cancel()
    })
    await expect(runStream(counting, question, sink)).rejects.toThrow(Cancelled)
    expect(chunks).toHaveLength(2)
    expect(opened).toBeLessThan(3)
    source.reader[Symbol.dispose]()
  })

  test('that stops reading for long has its block closed, and opened again when it reads on', async () => {
    const source = openSource(book)
    let opened = 0
    const counting = {
      ...source,
      openBlock: (bytes: Uint8Array) => {
        opened++
        return source.openBlock(bytes)
      },
    }
    const parts: Uint8Array[] = []
    const sink = new ChunkSink(({ bytes }) => parts.push(bytes), 1)
    const oneMinute = { ...request, through: first }
    const done = runStream(counting, { ask: 'events', request: oneMinute }, sink)
    await until(() => sink.stalls === 1)
    expect(parts).toHaveLength(creditsMax)
    for (let i = 0; i < 100; i++) sink.credit()
    await done
    source.reader[Symbol.dispose]()
    expect(opened).toBe(3)
    const text = Buffer.concat(parts).toString()
    expect(text.split('\n')).toHaveLength(perMinute + 1)
    expect((await collect('identity')).toString().startsWith(text)).toBe(true)
  })

  test('that cancels its stream leaves the thread ready for others', async () => {
    await using service = makePageService({ dataDirectory: book.dataDirectory })
    for (let i = 0; i < 50; i++) {
      const stream = await service.events(request)
      await stream.cancel()
    }
    expect((await service.index()).totals.events).toBe(minutes * perMinute)
  })
})

describe('compression', () => {
  const identity = collect('identity')

  test('gzip is one member that gzip itself reads', async () => {
    const packed = await collect('gzip')
    const plain = await identity
    expect(packed.length).toBeLessThan(plain.length / 4)
    expect(gunzipSync(packed).equals(plain)).toBe(true)
    expect((await unpacked(['gzip', '-dc'], packed))?.equals(plain) ?? true).toBe(true)
  })

  test('zstd is one frame that zstd itself reads', async () => {
    const packed = await collect('zstd')
    const plain = await identity
    expect(packed.length).toBeLessThan(plain.length / 4)
    expect(zstdDecompressSync(packed).equals(plain)).toBe(true)
    expect((await unpacked(['zstd', '-dc'], packed))?.equals(plain) ?? true).toBe(true)
  })

  test('a compressed stream has bounded memory too', async () => {
    const thread = openThread()
    try {
      const gzip = { ask: 'events', request: { ...request, encoding: 'gzip' } } as const
      const stream = await thread.stream(gzip).result
      expect(stream.first.bytes.length).toBeLessThan(2 * 256 * 1024)
      stream.cancel()
    } finally {
      await thread.close()
    }
  })
})

test('streams at the same time all go on, and a small question does not wait for them', async () => {
  await using service = makePageService({ dataDirectory: book.dataDirectory })
  const plain = await collect('identity')
  const order: string[] = []
  const read = async (name: string): Promise<number> => {
    let bytes = 0
    for await (const chunk of await service.events(request)) {
      bytes += chunk.length
      order.push(name)
    }
    order.push(`${name} ended`)
    return bytes
  }
  const ask = async (): Promise<void> => {
    await service.neighbours(first)
    order.push('answer')
  }
  const [one, other] = await Promise.all([read('one'), read('other'), ask()])
  expect([one, other]).toEqual([plain.length, plain.length])
  expect(order.indexOf('one')).toBeLessThan(order.indexOf('other ended'))
  expect(order.indexOf('other')).toBeLessThan(order.indexOf('one ended'))
  const ends = [order.indexOf('one ended'), order.indexOf('other ended')]
  expect(order.indexOf('answer')).toBeLessThan(Math.min(...ends))
})

/** Null where the tool is not installed. */
async function unpacked(command: string[], packed: Buffer): Promise<Buffer | null> {
  if (Bun.which(command[0] ?? '') === null) return null
  const child = Bun.spawn(command, { stdin: packed, stdout: 'pipe', stderr: 'inherit' })
  return Buffer.from(await new Response(child.stdout).arrayBuffer())
}

/** Waits for a condition; fails after five seconds. */
async function until(condition: () => boolean): Promise<void> {
  const limit = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > limit) throw new Error('the condition did not come about')
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
