import { describe, expect, test } from 'bun:test'
import { readBody } from '../../src/http/eventlog/read-body.ts'
import { sentStream } from '../../src/http/eventqry/sent-stream.ts'
import { BodyBytes } from '../../src/ingest/body-bytes.ts'
import { RawConnection } from './raw-connection.ts'

const { signal: stopping } = new AbortController()
const connection = { hold: () => {}, relax: () => {}, stopping }

/** A source of `count` chunks of 64 KiB that then ends, or breaks. */
function source(count: number, error: Error | null): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent++ < count) controller.enqueue(new Uint8Array(65_536).fill(0x61))
        else if (error === null) controller.close()
        else controller.error(error)
      },
    },
    { highWaterMark: 0 },
  )
}

interface Ending {
  readonly error: unknown
  readonly sent: number
}

/** A server that streams `source` to whoever asks, and how that ended. */
function streaming(stream: () => ReadableStream<Uint8Array>, stallMs: number) {
  const { promise: ended, resolve } = Promise.withResolvers<Ending>()
  let sent = 0
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Response(
        sentStream(stream(), {
          stallMs,
          sent: (bytes) => {
            sent += bytes
          },
          ended: (error) => resolve({ error, sent }),
        }),
      ),
    error: () => new Response(null, { status: 500 }),
  })
  return { url: server.url.href, ended, [Symbol.asyncDispose]: () => server.stop(true) }
}

describe('a streamed answer', () => {
  test('ends as its source does', async () => {
    await using server = streaming(() => source(3, null), 60_000)
    expect((await (await fetch(server.url)).bytes()).length).toBe(3 * 65_536)
    expect(await server.ended).toEqual({ error: null, sent: 3 * 65_536 })
  })

  test('is cut when its source breaks, so that nobody takes it for the whole', async () => {
    await using server = streaming(() => source(3, new Error('damaged')), 60_000)
    await using raw = await RawConnection.open(server.url)
    raw.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const answer = await raw.rest()
    expect(answer).toStartWith('HTTP/1.1 200')
    expect(answer).not.toEndWith('0\r\n\r\n')
    expect(String((await server.ended).error)).toContain('damaged')
  })

  test('is given up when its client stops reading', async () => {
    await using server = streaming(() => source(Number.POSITIVE_INFINITY, null), 100)
    await using raw = await RawConnection.open(server.url)
    raw.pause()
    raw.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(String((await server.ended).error)).toContain('stopped reading')
  })
})

describe('a body', () => {
  test.each(['Content-Length: 100000', 'Transfer-Encoding: chunked'])(
    'with %s that stops coming is given up, and its bytes are free again',
    async (length) => {
      const bodies = new BodyBytes(200_000)
      const ingest = {
        reserve: (bytes: number) => bodies.reserve(bytes),
        release: (bytes: number) => bodies.release(bytes),
        accept: () => Promise.reject(new Error('nothing is accepted here')),
      }
      const limits = { batchBytesMax: 150_000, bodyTimeoutMs: 50, bodyBytesPerSecondMin: 1e9 }
      await using server = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        async fetch(request) {
          const read = await readBody(request, ingest, limits, connection)
          return read.ok ? new Response('read') : read.response
        },
      })
      await using raw = await RawConnection.open(server.url.href)
      raw.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${length}\r\n\r\n5\r\nhello\r\n`)
      const answer = await raw.until(/\}$/)
      expect(answer).toStartWith('HTTP/1.1 408')
      expect(answer).toContain('"code":"body-stalled"')
      expect(bodies.held).toBe(0)
    },
  )
})
