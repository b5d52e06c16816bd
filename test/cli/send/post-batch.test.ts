import { describe, expect, test } from 'bun:test'
import type { Batch } from '../../../src/cli/send/batches.ts'
import type { PostOptions } from '../../../src/cli/send/post-batch.ts'
import { postBatch, secondsOf } from '../../../src/cli/send/post-batch.ts'

/*
 * Answers that a healthy server does not give on demand come from a scripted one; the happy path is
 * tested against the real server in send.test.ts.
 */

interface Seen {
  readonly key: string | null
  readonly body: string
}

type Script = (seen: Seen, count: number) => Response

async function withServer(script: Script, use: (url: string, seen: Seen[]) => Promise<void>) {
  const seen: Seen[] = []
  await using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const body = await request.text()
      seen.push({ key: request.headers.get('idempotency-key'), body })
      return script({ key: request.headers.get('idempotency-key'), body }, seen.length)
    },
  })
  await use(`http://127.0.0.1:${server.port}`, seen)
}

function optionsFor(url: string, slept: number[], more: Partial<PostOptions> = {}): PostOptions {
  return {
    url,
    access: { headers: {}, auth: null, tls: {} },
    triesMax: 4,
    keyPrefix: 'test-',
    keySuffix: '',
    sleep: async (ms) => void slept.push(ms),
    random: () => 0.5,
    ...more,
  }
}

function batchOf(lines: readonly string[], index = 0): Batch {
  const events = lines.map((line) => Buffer.from(line))
  return { file: 'a.ndjson', form: 'ndjson', index, firstEvent: 10, events, kept: null }
}

const accepted = (count: number) =>
  Response.json({ accepted: count, duplicate: false, rejected: [] }, { status: 202 })

describe('a batch', () => {
  test('goes again after a busy answer, later than the server asked, under the same key', async () => {
    const slept: number[] = []
    await withServer(
      (_, count) =>
        count < 3
          ? new Response(null, { status: 503, headers: { 'retry-after': '2' } })
          : accepted(2),
      async (url, seen) => {
        const outcome = await postBatch(batchOf(['{}', '{}']), optionsFor(url, slept))
        expect(outcome.accepted).toBe(2)
        expect(outcome.failed).toBe(false)
        expect(new Set(seen.map((request) => request.key)).size).toBe(1)
        expect(seen.length).toBe(3)
      },
    )
    expect(slept).toEqual([2_100, 2_200])
  })

  test('is given up after the last try, with the reason', async () => {
    const slept: number[] = []
    // Port 1 of the loopback address: nobody listens there.
    const outcome = await postBatch(batchOf(['{}']), optionsFor('http://127.0.0.1:1', slept))
    expect(outcome.failed).toBe(true)
    expect(outcome.reasons[0]).toStartWith('events 11 to 11 of a.ndjson: ')
    expect(slept).toEqual([100, 200, 400])
  })

  test('is not tried again when the answer will not change', async () => {
    const slept: number[] = []
    await withServer(
      () => Response.json({ detail: 'the key was used for another body' }, { status: 422 }),
      async (url, seen) => {
        const outcome = await postBatch(batchOf(['{}']), optionsFor(url, slept))
        expect(outcome.failed).toBe(true)
        expect(outcome.reasons[0]).toContain('HTTP 422 the key was used for another body')
        expect(seen.length).toBe(1)
      },
    )
    expect(slept).toEqual([])
  })

  test('goes again without the lines that are no JSON', async () => {
    await withServer(
      (seen) => {
        if (seen.body.includes('broken')) return new Response(null, { status: 400 })
        const refusal = { index: 1, code: 'no-level', pointer: '/level', detail: 'missing' }
        return Response.json({ accepted: 1, rejected: [refusal] }, { status: 202 })
      },
      async (url, seen) => {
        const batch = batchOf(['{"a":1}', '{"broken":', '{"a":2}'])
        const outcome = await postBatch(batch, optionsFor(url, []))
        expect(outcome).toMatchObject({ accepted: 1, rejected: 2, failed: false })
        expect(outcome.reasons).toEqual([
          'event 12 of a.ndjson: not valid JSON',
          'event 13 of a.ndjson: no-level at /level: missing',
        ])
        expect(seen[1]?.body).toBe('{"a":1}\n{"a":2}\n')
        expect(seen[1]?.key).not.toBe(seen[0]?.key ?? null)
      },
    )
  })

  test('has a key of its content and place, and another with --again', async () => {
    await withServer(
      () => accepted(1),
      async (url, seen) => {
        const options = optionsFor(url, [])
        await postBatch(batchOf(['{"a":1}']), options)
        await postBatch(batchOf(['{"a":1}']), options)
        await postBatch(batchOf(['{"a":2}']), options)
        await postBatch(batchOf(['{"a":1}'], 1), options)
        await postBatch(batchOf(['{"a":1}']), { ...options, keySuffix: '-again' })
        const [first, same, ...others] = seen.map((request) => request.key)
        expect(first).toMatch(/^test-[0-9a-f]{32}-0$/)
        expect(same).toBe(first ?? null)
        expect(new Set([first, ...others]).size).toBe(4)
      },
    )
  })
})

test('Retry-After is a number of seconds or a date', () => {
  expect(secondsOf('7')).toBe(7)
  expect(secondsOf(null)).toBeNull()
  expect(secondsOf('soon')).toBeNull()
  expect(secondsOf('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(0)
  const later = new Date(Date.now() + 60_000).toUTCString()
  expect(secondsOf(later)).toBeGreaterThan(50)
})
