import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits } from '../../../src/event/limits.ts'
import type { CommittedBatch } from '../../../src/ingest/contract.ts'
import { handedBytesMax } from '../../../src/query/tail/messages.ts'
import { TailService } from '../../../src/query/tail/tail-service.ts'
import { everything } from './everything.ts'
import { Reading } from './reading.ts'

const minute = 29_400_000

/** A batch of one event, the nth of its minute; `padding` makes it large. */
function batchOf(row: number, padding = 0): CommittedBatch {
  const event = { facility: 'shop', level: 'info', event: `nr ${row}` }
  const src = Buffer.from(JSON.stringify(event) + ' '.repeat(padding))
  const places = [{ part: 0, firstRow: row, rowCount: 1 }]
  return { minute, receivedMs: minute * 60_000, format: 'json', src, accepted: 1, places }
}

interface Opened extends AsyncDisposable {
  readonly service: TailService
  readonly deaths: Error[]
}

function openService(script?: URL): Opened {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'minutebook-tail-'))
  const deaths: Error[] = []
  const service = new TailService({
    data: { dataDirectory, limits: defaultLimits, blockColumnsMax: 64 },
    tailsMax: 4,
    cut: () => ({ closedThrough: minute - 1, minutes: [] }),
    onDeath: (error) => deaths.push(error),
    ...(script === undefined ? {} : { script }),
  })
  return {
    service,
    deaths,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

const never = new AbortController().signal

test('when the thread dies its tails end with an error, and the next tail works', async () => {
  await using opened = openService(new URL('./dying-tail-worker.ts', import.meta.url))
  const { service, deaths } = opened
  const first = new Reading(service.open(everything, never))
  await first.until(/event: heartbeat/)
  service.committed(batchOf(0))
  await first.until(/event: error\ndata: \{"code":"internal"/)
  expect(await first.isOver()).toBe(true)
  expect(deaths.length).toBe(1)
  expect(service.isOpen).toBe(false)
  // Nobody listens: what comes now is nobody's.
  service.committed(batchOf(1))
  const second = new Reading(service.open(everything, never))
  await second.until(/event: heartbeat/)
  service.committed(batchOf(2))
  await second.until(/"event":"nr 2"/)
  expect(second.text).not.toContain('nr 1')
})

test('more than may be on its way is counted, and said before what comes next', async () => {
  await using opened = openService()
  const { service } = opened
  const reading = new Reading(service.open(everything, never))
  await reading.until(/event: heartbeat/)
  // In one turn of the event loop nothing is given back: the second does not fit beside the first.
  service.committed(batchOf(0, handedBytesMax * 0.6))
  service.committed(batchOf(1, handedBytesMax * 0.6))
  service.committed(batchOf(2, handedBytesMax * 0.6))
  await reading.until(/event: missed/)
  service.committed(batchOf(3))
  await reading.until(/"event":"nr 3"/)
  const after = `${minute.toString(16).padStart(8, '0')}00000000`
  expect(reading.text).toContain(`data: {"events":2,"unfiltered":2,"after":"${after}"}`)
  expect(reading.text).toMatch(/nr 0[^]*event: missed[^]*nr 3/)
  expect(service.missedEvents).toBe(2)
})

test('nothing is listened to before the first tail and after the last', async () => {
  await using opened = openService()
  const { service } = opened
  expect(service.isOpen).toBe(false)
  const leave = new AbortController()
  const one = new Reading(service.open(everything, leave.signal))
  const two = new Reading(service.open(everything, never))
  await one.until(/event: heartbeat/)
  expect(service.count).toBe(2)
  leave.abort()
  expect(await one.isOver()).toBe(true)
  expect(service.isOpen).toBe(true)
  await two.cancel()
  expect(service.isOpen).toBe(false)
  expect(service.count).toBe(0)
})
