import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ClockedServer } from './clocked-server.ts'
import { metric } from './metric.ts'

let server: ClockedServer

beforeAll(async () => {
  server = await ClockedServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

const event = JSON.stringify({ facility: 'shop', level: 'info', event: 'order placed' })

describe('health', () => {
  test('says that the server lives and takes batches', async () => {
    expect(await server.json('/health/live')).toEqual({ live: true, version: '0.0.0-test' })
    expect(await server.json('/health/ready')).toEqual({ ready: true, reasons: [] })
  })

  test('is 503 with the reason while the disk is too full', async () => {
    await using full = await ClockedServer.start(['--disk-reserve-bytes', String(2 ** 40)])
    const ready = await full.ask('/health/ready')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({ ready: false, reasons: ['disk-full'] })
    const refused = await full.post(event)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await refused.json()).toMatchObject({ code: 'disk-full' })
    expect((await full.ask('/api/v1/eventqry')).status).toBe(200)
  })
})

describe('metrics', () => {
  test('count batches, events, refusals and answers', async () => {
    await server.post(`[${event},${event},{"facility":"shop"}]`)
    await server.post(event)
    await server.post('#')
    expect(await metric(server, 'minutebook_batches_total')).toBe(2)
    expect(await metric(server, 'minutebook_events_total')).toBe(3)
    expect(await metric(server, 'minutebook_refused_events_total{code="level-missing"}')).toBe(1)
    expect(await metric(server, 'minutebook_answers_total{status="202"}')).toBe(2)
    expect(await metric(server, 'minutebook_answers_total{status="400"}')).toBe(1)
    const bytes = 3 * event.length + '[,,{"facility":"shop"}]#'.length
    expect(await metric(server, 'minutebook_request_bytes_total')).toBe(bytes)
  })

  test('have the latency of POST in buckets that add up', async () => {
    expect(await metric(server, 'minutebook_post_seconds_count')).toBe(3)
    expect(await metric(server, 'minutebook_post_seconds_bucket{le="+Inf"}')).toBe(3)
    expect(await metric(server, 'minutebook_post_seconds_bucket{le="5"}')).toBe(3)
    expect(await metric(server, 'minutebook_post_seconds_sum')).toBeGreaterThan(0)
    expect(await metric(server, 'minutebook_journal_commit_seconds_count')).toBe(2)
  })

  test('grow with the pages that are read', async () => {
    const minute = await server.closeMinute()
    const before = (await metric(server, 'minutebook_response_bytes_total')) ?? 0
    const page = await (await server.ask(`/api/v1/eventqry/minutes/${minute}.ndjson`)).text()
    const after = (await metric(server, 'minutebook_response_bytes_total')) ?? 0
    expect(after - before).toBeGreaterThan(100)
    expect(page.length).toBeGreaterThanOrEqual(after - before)
    expect(await metric(server, 'minutebook_pages')).toBe(1)
    expect(await metric(server, 'minutebook_book_events')).toBe(3)
  })

  test.each([
    'ring_bytes',
    'ring_slots',
    'ring_blocks',
    'in_flight_bytes',
    'journal_segments',
    'journal_bytes',
    'journal_failed_groups_total',
    'disk_free_bytes',
    'clock_steps_total',
    'clock_ahead_seconds',
    'closed_through_timestamp_seconds',
    'closed_minutes_total',
    'last_close_seconds',
    'dropped_pages_total',
    'damaged_pages_total',
    'set_aside_total',
    'book_bytes',
    'process_resident_memory_bytes',
  ])('have %s', async (name) => {
    expect(await metric(server, `minutebook_${name}`)).toBeNumber()
  })
})
