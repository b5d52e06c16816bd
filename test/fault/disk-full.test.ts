import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { MinutebookServer } from '../../src/server.ts'
import {
  allEvents,
  eventlog,
  eventqry,
  getJson,
  numbered,
  numberOf,
  pageDigests,
} from '../server/ask.ts'
import { type Answer, post } from '../server/ask.ts'
import { asObject } from '../http/json-object.ts'
import { clockAt, minuteMs, pass, startInProcess, type TurnedClock } from '../server/in-process.ts'
import { startServer, until } from '../server/process.ts'
import { SmallDisk } from './small-disk.ts'

const MiB = 1024 * 1024
const probe = SmallDisk.mount(MiB)
probe?.[Symbol.dispose]()
const forbidden = probe === null
if (forbidden)
  process.stderr.write('a small tmpfs may not be mounted here: a full disk is not tested\n')

/** A whole journal segment (16 MiB), a book, and room to spare. */
const diskBytes = 64 * MiB

function mounted(): SmallDisk {
  const disk = SmallDisk.mount(diskBytes)
  if (disk === null) throw new Error('the disk could not be mounted')
  return disk
}

/** Posts numbered events one batch each; what was acknowledged is kept. */
class Poster {
  readonly acknowledged: number[] = []
  #next = 0

  async post(url: string): Promise<Answer> {
    const n = this.#next++
    const answer = await post(url, JSON.stringify(numbered(n)))
    if (answer.status === 202) this.acknowledged.push(n)
    return answer
  }

  async accepted(url: string, count: number): Promise<void> {
    for (let i = 0; i < count; i++) expect((await this.post(url)).status).toBe(202)
  }

  /** Three minutes of five events each, closed. */
  async threeMinutes(server: MinutebookServer, clock: TurnedClock): Promise<void> {
    for (let minute = 0; minute < 3; minute++) {
      await this.accepted(server.url, 5)
      pass(clock, minuteMs)
      await server.closeDue()
    }
  }
}

const isFull = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url}/health/ready`)
  return (await response.text()).includes('disk-full')
}

function expectDiskFull(answer: Answer): void {
  expect(answer.status).toBe(503)
  expect(answer.body).toMatchObject({ code: 'disk-full', status: 503 })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
}

async function drop(url: string, before: string): Promise<unknown> {
  const path = `${url}${eventlog}?before=${encodeURIComponent(before)}`
  const response = await fetch(path, { method: 'DELETE' })
  expect(response.status).toBe(200)
  return response.json()
}

describe('on a full disk', () => {
  test.skipIf(forbidden)(
    'batches are refused below the reserve, GET and DELETE go on, and space makes it well again',
    async () => {
      using disk = mounted()
      const data = join(disk.path, 'data')
      const clock = clockAt('2026-11-22T12:34:30Z')
      const flags = ['--disk-reserve-bytes', String(4 * MiB)]
      const poster = new Poster()
      await using server = await startInProcess(data, clock, flags)
      const { url } = server
      await poster.threeMinutes(server, clock)
      const pages = await pageDigests(url)
      expect(pages.size).toBe(3)
      await poster.accepted(url, 5)
      disk.fill(2 * MiB)
      await until('the disk is seen to be full', 20_000, () => isFull(url))
      expectDiskFull(await poster.post(url))

      expect(await pageDigests(url)).toEqual(pages)
      expect((await allEvents(url)).map(numberOf)).toEqual(poster.acknowledged.slice(0, 15))
      expect(await getJson(url, eventqry)).toMatchObject({ closedThrough: '2026-11-22T12:36Z' })
      expect(await drop(url, '2026-11-22T12:35Z')).toMatchObject({ pages: 1, events: 5 })
      expect(await fetch(`${url}${eventqry}/minutes/2026-11-22T12:34Z`)).toMatchObject({
        status: 410,
      })
      // The reserve is there for this: what was acknowledged becomes a page on the full disk.
      pass(clock, minuteMs)
      await server.closeDue()
      expect((await allEvents(url)).map(numberOf)).toEqual(poster.acknowledged.slice(5))

      disk.clear()
      await until('the disk is seen to have space', 20_000, async () => !(await isFull(url)))
      await poster.accepted(url, 5)
      pass(clock, minuteMs)
      await server.closeDue()
      expect((await allEvents(url)).map(numberOf)).toEqual(poster.acknowledged.slice(5))
    },
    30_000,
  )

  test.skipIf(forbidden)(
    'without a reserve a minute waits for space and is lost neither then nor by a kill',
    async () => {
      using disk = mounted()
      const data = join(disk.path, 'data')
      const clock = clockAt(Date.now() - 60 * minuteMs)
      const flags = ['--disk-reserve-bytes', '0']
      const poster = new Poster()
      const server = await startInProcess(data, clock, flags)
      const { url } = server
      await poster.accepted(url, 5)
      pass(clock, minuteMs)
      await server.closeDue()
      const pages = await pageDigests(url)
      // The open minute's segment has its blocks already: it takes batches on a disk without any left.
      await poster.accepted(url, 1)
      disk.fill()
      await poster.accepted(url, 20)
      await bigBatches(url)
      pass(clock, minuteMs)
      const closing = server.closeDue()
      await until('the book has seen the full disk', 20_000, () => isFull(url))
      expectDiskFull(await poster.post(url))
      expect(await pageDigests(url)).toEqual(pages)

      disk.clear()
      await closing
      await until('the server is ready', 10_000, async () => !(await isFull(url)))
      await poster.accepted(url, 3)
      await server.stop()

      // A real process, killed while the disk is full, and started when there is space again.
      const first = await startServer({ data, flags })
      await poster.accepted(first.url, 1)
      disk.fill()
      // Should the minute turn just now, its batches find no segment and are refused: only 202 counts.
      for (let i = 0; i < 20; i++) await poster.post(first.url)
      await first.kill9()
      disk.clear()
      await using again = await startInProcess(data, clockAt(Date.now() + 2 * minuteMs), flags)
      const numbers = (await allEvents(again.url)).map(numberOf).filter((n) => n >= 0)
      expect(numbers).toEqual(poster.acknowledged)
      for (const [minute, digest] of pages) {
        expect((await pageDigests(again.url)).get(minute)).toBe(digest)
      }
    },
    60_000,
  )

  test.skipIf(forbidden)(
    'a batch that finds no place for its segment is refused alone',
    async () => {
      using disk = mounted()
      const clock = clockAt('2026-11-22T12:34:30Z')
      const flags = ['--disk-reserve-bytes', '0']
      const poster = new Poster()
      await using server = await startInProcess(join(disk.path, 'data'), clock, flags)
      disk.fill(2 * MiB)
      expectDiskFull(await poster.post(server.url))
      expectDiskFull(await poster.post(server.url))
      disk.clear()
      await poster.accepted(server.url, 2)
      pass(clock, minuteMs)
      await server.closeDue()
      expect((await allEvents(server.url)).map(numberOf)).toEqual(poster.acknowledged)
    },
  )

  test.skipIf(forbidden)('a removal of events is refused and changes nothing', async () => {
    using disk = mounted()
    const clock = clockAt('2026-11-22T12:34:30Z')
    const flags = ['--disk-reserve-bytes', String(4 * MiB)]
    const poster = new Poster()
    await using server = await startInProcess(join(disk.path, 'data'), clock, flags)
    const { url } = server
    await poster.threeMinutes(server, clock)
    const pages = await pageDigests(url)
    const remove = `${url}${eventlog}?facility=*&before=2026-11-22T12:36Z`
    disk.fill(MiB)
    const refused = await fetch(remove, { method: 'DELETE' })
    expectDiskFull({
      status: refused.status,
      headers: refused.headers,
      body: asObject(await refused.json()),
    })
    expect(await pageDigests(url)).toEqual(pages)
    expect((await allEvents(url)).map(numberOf)).toEqual(poster.acknowledged)
    disk.clear()
    const removed = await fetch(remove, { method: 'DELETE' })
    expect(await removed.json()).toMatchObject({ pages: 2, events: 10 })
    expect((await allEvents(url)).map(numberOf)).toEqual(poster.acknowledged.slice(10))
  })
})

/** Events whose page is larger than what LMDB has free in its file; numbers below 0 keep them apart. */
async function bigBatches(url: string): Promise<void> {
  for (let batch = 0; batch < 8; batch++) {
    const events = Array.from({ length: 500 }, (_, i) => ({
      ...numbered(-1 - i),
      additional: { n: -1, text: crypto.getRandomValues(Buffer.alloc(600)).toString('base64') },
    }))
    expect((await post(url, JSON.stringify(events))).status).toBe(202)
  }
}
