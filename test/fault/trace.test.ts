import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { readFrame } from '../../src/journal/frame.ts'
import { zerosAheadBytes } from '../../src/journal/group-writer.ts'
import { allEvents, numbered, numberOf, post } from '../server/ask.ts'
import { clockAt, minuteMs, startInProcess, tempDirectory } from '../server/in-process.ts'
import { startServer, until } from '../server/process.ts'
import { bytesOf, readTrace, straceTo, type SystemCall } from './system-calls.ts'

/*
 * kill -9 loses nothing that the kernel has, so it cannot show a sync that is missing. The system calls can:
 * here the real server runs below strace, takes batches, closes a minute and lets its segments go.
 */
const writes = ['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2']
const sends = ['sendto', 'sendmsg', ...writes]
const syncs = ['fsync', 'fdatasync', 'msync']
const traced = [
  ...new Set([...sends, ...syncs, 'open', 'openat', 'unlink', 'unlinkat', 'ftruncate']),
]
const missing = Bun.which('strace') === null
if (missing) process.stderr.write('strace is not installed: the order of syncs is not tested\n')

const dayFile = '.g1/data.mdb'
const batches = 150
const senders = 6
const scratch = tempDirectory()
const data = join(scratch.path, 'data')
let calls: SystemCall[] = []

beforeAll(async () => {
  if (missing) return
  const trace = join(scratch.path, 'trace')
  // A book that is 20 minutes ahead: its server goes on two seconds before a minute ends, whatever the wall says.
  const ahead = (Math.floor(Date.now() / minuteMs) + 20) * minuteMs
  const before = await startInProcess(data, clockAt(ahead + minuteMs - 2_000))
  await post(before.url, JSON.stringify(numbered(batches)))
  await before.stop()
  await using server = await startServer({
    data,
    flags: ['--accept-clock'],
    wrapper: straceTo(trace, traced),
  })
  let next = 0
  const send = async (): Promise<void> => {
    while (next < batches) {
      const { status } = await post(server.url, JSON.stringify(numbered(next++)))
      if (status !== 202) throw new Error(`refused with ${status}`)
    }
  }
  await Promise.all(Array.from({ length: senders }, send))
  await until('every event on a page', 20_000, async () => {
    return (await allEvents(server.url)).length === batches + 1
  })
  const numbers = (await allEvents(server.url)).map(numberOf).toSorted((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: batches + 1 }, (_, i) => i))
  await server.stop()
  calls = readTrace(trace)
}, 60_000)

afterAll(() => scratch[Symbol.dispose]())

const isSegment = (path: string): boolean =>
  path.startsWith(`${data}/journal/`) && path.endsWith('.seg')
const named = (names: readonly string[]) => calls.filter((call) => names.includes(call.name))

describe('by its system calls, the server', () => {
  test.skipIf(missing)('sends no 202 before the fdatasync of the batch has returned', () => {
    const written = frameWrites()
    const acknowledged = named(sends).flatMap((call) => {
      const text = bytesOf(call).toString('latin1')
      if (!text.startsWith('HTTP/1.1 202')) return []
      const sequences = [...text.matchAll(/"batch":"([0-9a-f]{16})"/g)]
      return sequences.map(([, hex = '']) => ({ call, sequence: Number.parseInt(hex, 16) }))
    })
    expect(acknowledged).toHaveLength(batches)
    const fsyncs = named(['fsync', 'fdatasync'])
    const early = acknowledged.filter(({ call, sequence }) => {
      const write = written.get(sequence)
      if (write === undefined) return true
      return !fsyncs.some((sync) => isAfter(sync, write) && sync.ended < call.began)
    })
    expect(early).toEqual([])
  })

  test.skipIf(missing)('takes new blocks of a segment along as zeros, many with one group', () => {
    const sizes = [...new Set(frameWrites().values())].map((call) => bytesOf(call).length)
    const ahead = sizes.filter((size) => size > zerosAheadBytes)
    expect(ahead.length).toBeGreaterThan(0)
    expect(ahead.length).toBeLessThan(sizes.length / 4)
  })

  test.skipIf(missing)('unlinks segments only when the page and the state are synced', () => {
    const unlinked = named(['unlink', 'unlinkat']).filter((call) =>
      isSegment(bytesOf(call).toString()),
    )
    expect(unlinked.length).toBeGreaterThanOrEqual(2)
    // The catalogue is made from pages and knows how far: it may follow later.
    const written = named(writes).filter(({ path }) => {
      return path.startsWith(`${data}/book/`) && !path.startsWith(`${data}/book/catalogue-`)
    })
    for (const unlink of unlinked) {
      const before = written.filter((write) => write.ended < unlink.began)
      const files = new Set(before.map(({ path }) => path))
      const [day, ...otherDays] = [...files].filter((path) => path.endsWith(dayFile))
      expect([day !== undefined, otherDays]).toEqual([true, []])
      expect(files).toContain(`${data}/book/meta/data.mdb`)
      const unsynced = before.filter((write) => !isDurableBefore(write, unlink.began))
      expect(unsynced).toEqual([])
    }
  })

  test.skipIf(missing)('makes pages durable before the state that shows them', () => {
    const written = named(writes).filter(({ path }) => path.startsWith(`${data}/book/`))
    const state = written.findLast(({ path }) => path === `${data}/book/meta/data.mdb`)
    const page = written.findLast(({ path }) => path.endsWith(dayFile))
    if (state === undefined || page === undefined) throw new Error('nothing was written')
    expect(page.ended).toBeLessThan(state.began)
    expect(isDurableBefore(page, state.began)).toBe(true)
  })

  test.skipIf(missing)('syncs the directory of every new segment and of a new day', () => {
    const directories = named(['fsync']).filter(({ path }) => !path.includes('.'))
    const synced = new Set(directories.map(({ path }) => path))
    expect(synced).toContain(`${data}/journal`)
    expect(synced).toContain(`${data}/book`)
    const created = named(['open', 'openat']).find((call) => {
      return call.text.includes('O_EXCL') && isSegment(bytesOf(call).toString())
    })
    const first = [...frameWrites().values()].toSorted((a, b) => a.began - b.began)[0]
    if (created === undefined || first === undefined) throw new Error('no segment was made')
    const next = directories.find(({ path, began }) => {
      return path === `${data}/journal` && began > created.ended
    })
    expect(next?.ended).toBeLessThan(first.began)
  })
})

/** The write that took each batch's frame to its segment, by sequence. */
function frameWrites(): Map<number, SystemCall> {
  const written = new Map<number, SystemCall>()
  for (const call of named(writes)) {
    if (!isSegment(call.path)) continue
    const bytes = bytesOf(call)
    let at = 0
    for (;;) {
      const frame = readFrame(bytes, at)
      if (frame.kind !== 'frame') break
      written.set(frame.batch.sequence, call)
      at = frame.end
    }
  }
  return written
}

/** Whether a sync of the same file began after the write had returned, and succeeded. */
function isAfter(sync: SystemCall, write: SystemCall): boolean {
  return sync.path === write.path && sync.began > write.ended && sync.result === 0
}

/** Synced after it was written, or written through a descriptor for which every write is a sync. */
function isDurableBefore(write: SystemCall, line: number): boolean {
  const opened = named(['open', 'openat']).findLast((call) => {
    return call.result === write.descriptor && call.ended < write.began
  })
  if (opened !== undefined && /\bO_D?SYNC\b/.test(opened.text)) {
    return bytesOf(opened).toString() === write.path
  }
  return named(syncs).some((sync) => isAfter(sync, write) && sync.ended < line)
}
