import { describe, expect, test } from 'bun:test'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLogger } from '../../src/client/logger.ts'
import { SpoolReader } from '../../src/client/spool/reader.ts'
import { numberOf } from '../server/ask.ts'
import { decodeEvents } from './decode-events.ts'
import { openSink, spoolDirectory } from './spool-directory.ts'

/** The numbers of all events, marked as done on the way. */
function drain(reader: SpoolReader): number[] {
  const numbers: number[] = []
  for (const batch of reader.batches()) {
    numbers.push(Number(Buffer.from(batch.body).toString().trim()))
    reader.markDone(batch)
  }
  return numbers
}

const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i)
const sizeOf = (directory: string) =>
  readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)

describe('a spool', () => {
  test('gives what was written while it is still being written, and deletes it when it has ended', () => {
    using spool = spoolDirectory()
    const { sink, write } = openSink(spool.path)
    const reader = new SpoolReader({ directory: spool.path })
    write()
    write()
    expect(drain(reader)).toEqual([1, 2])
    write()
    expect(drain(reader)).toEqual([3])
    expect(drain(reader)).toEqual([])
    expect(readdirSync(spool.path)).toHaveLength(1)
    sink.spill()
    expect(drain(reader)).toEqual([])
    expect(readdirSync(spool.path)).toEqual([])
    write()
    expect(drain(reader)).toEqual([4])
  })

  test('gives what was logged while fields were bound and values logged in turn', async () => {
    using spool = spoolDirectory()
    const log = createLogger({ facility: 'shop', spool: spool.path })
    for (const n of [1, 3, 5]) {
      log.info('order placed', { n, text: 'x'.repeat(n * 1_000) })
      const bound = log.with({ till: 'y'.repeat(n * 1_500) })
      const talking = {
        get n() {
          log.info('order placed', { n: n + 0.5 })
          return n + 1
        },
      }
      bound.info('order placed', talking)
    }
    await log.close()
    const batches = [...new SpoolReader({ directory: spool.path }).batches()]
    const numbers = batches.flatMap(({ body }) => decodeEvents(body).map(numberOf))
    expect(numbers).toEqual([1, 1.5, 2, 3, 3.5, 4, 5, 5.5, 6])
    expect(batches.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('gives again what was not marked: at once after a rewind, and to the next reader', () => {
    using spool = spoolDirectory()
    const { write } = openSink(spool.path)
    for (let i = 0; i < 5; i++) write()
    const reader = new SpoolReader({ directory: spool.path })
    for (const batch of reader.batches()) if (batch.sequence <= 2) reader.markDone(batch)
    expect(drain(reader)).toEqual([])
    reader.rewind()
    expect(drain(reader)).toEqual([3, 4, 5])
    expect(drain(new SpoolReader({ directory: spool.path }))).toEqual([1, 2, 3, 4, 5])
  })

  test('rolls by size, and keeps the order over segments', () => {
    using spool = spoolDirectory()
    const { write } = openSink(spool.path, { segmentBytesMax: 500 })
    for (let i = 0; i < 40; i++) write()
    expect(readdirSync(spool.path).length).toBeGreaterThan(5)
    const reader = new SpoolReader({ directory: spool.path })
    expect(drain(reader)).toEqual(upTo(40))
    // The last one may still get more.
    expect(readdirSync(spool.path)).toHaveLength(1)
  })

  test('begins no frame in a segment that is too old', () => {
    using spool = spoolDirectory()
    let nowMs = 1_800_000_000_000
    const { write } = openSink(spool.path, { nowMs: () => nowMs, segmentAgeMs: 1_000 })
    write()
    nowMs += 999
    write()
    expect(readdirSync(spool.path)).toHaveLength(1)
    nowMs += 1
    write()
    expect(readdirSync(spool.path)).toHaveLength(2)
  })

  test('ends the segment of a process that falls silent', async () => {
    using spool = spoolDirectory()
    const { write } = openSink(spool.path, { segmentAgeMs: 20 })
    write()
    const reader = new SpoolReader({ directory: spool.path })
    const end = performance.now() + 20_000
    while (readdirSync(spool.path).length > 0) {
      drain(reader)
      if (performance.now() > end) throw new Error('the segment never ended')
      await Bun.sleep(5)
    }
    expect(reader.tornSegments).toBe(0)
  })

  test('deletes the segment of a killed process only when it is abandoned', () => {
    using spool = spoolDirectory()
    const { write } = openSink(spool.path, { segmentAgeMs: 60_000 })
    write()
    let nowMs = Date.now()
    const reader = new SpoolReader({ directory: spool.path, nowMs: () => nowMs })
    expect(drain(reader)).toEqual([1])
    nowMs += 179_000
    drain(reader)
    expect(readdirSync(spool.path)).toHaveLength(1)
    nowMs += 2_000
    drain(reader)
    expect(readdirSync(spool.path)).toEqual([])
  })

  test('does not delete what is written on while the clock jumps', () => {
    using spool = spoolDirectory()
    let nowMs = 1_000_000
    const clock = () => nowMs
    const { sink, write } = openSink(spool.path, { nowMs: clock })
    write()
    const reader = new SpoolReader({ directory: spool.path, nowMs: clock })
    const numbers: number[] = []
    for (const batch of reader.batches()) {
      numbers.push(Number(Buffer.from(batch.body).toString().trim()))
      reader.markDone(batch)
      // Between the reading of the segment and its end.
      write()
      nowMs += 10 ** 9
    }
    expect(numbers).toEqual([1])
    expect(drain(reader)).toEqual([2])
    sink.spill()
    expect(readdirSync(spool.path)).toEqual([])
  })

  test('leaves other files alone', () => {
    using spool = spoolDirectory()
    writeFileSync(join(spool.path, 'forward.lock'), '')
    const { sink, write } = openSink(spool.path)
    write()
    sink.spill()
    drain(new SpoolReader({ directory: spool.path }))
    expect(readdirSync(spool.path)).toEqual(['forward.lock'])
  })
})

describe('a full spool', () => {
  test('drops the oldest segments, counts them, and stays within its bound', () => {
    using spool = spoolDirectory()
    const { sink, write, drops, problems } = openSink(spool.path, {
      segmentBytesMax: 2_000,
      spoolBytesMax: 20_000,
    })
    for (let i = 0; i < 1_000; i++) {
      write(6, 100)
      expect(sizeOf(spool.path)).toBeLessThanOrEqual(20_000 + 2_500)
    }
    sink.spill()
    const dropped = drops.reduce((sum, counts) => sum + (counts['count'] ?? 0), 0)
    const numbers = drain(new SpoolReader({ directory: spool.path }))
    expect(numbers).toEqual(upTo(1_000 - dropped, dropped + 1))
    expect(problems[0]?.code).toBe('dropped')
  })

  test('drops the least severe first, and keeps room for errors', () => {
    using spool = spoolDirectory()
    const { write, drops } = openSink(spool.path, {
      segmentBytesMax: 2_000,
      spoolBytesMax: 20_000,
      policy: 'drop-lowest-level',
      syncLevelMax: -1,
    })
    for (let i = 0; i < 500; i++) write(7, 100)
    const debugBytes = sizeOf(spool.path)
    expect(debugBytes).toBeLessThanOrEqual(16_000)
    for (let i = 0; i < 500; i++) write(5, 100)
    const noticeBytes = sizeOf(spool.path)
    expect(noticeBytes).toBeGreaterThan(debugBytes)
    expect(noticeBytes).toBeLessThanOrEqual(18_000)
    write(3, 100)
    expect(drops.reduce((sum, counts) => sum + (counts['debug'] ?? 0), 0)).toBeGreaterThan(300)
    expect(drain(new SpoolReader({ directory: spool.path })).at(-1)).toBe(1_001)
  })

  test('waits for the forwarder when told to, but not for ever', () => {
    using spool = spoolDirectory()
    const { write, problems } = openSink(spool.path, {
      segmentBytesMax: 1_000,
      spoolBytesMax: 4_000,
      policy: 'block',
      blockMsMax: 60,
    })
    const started = performance.now()
    for (let i = 0; i < 200; i++) write(6, 100)
    expect(performance.now() - started).toBeGreaterThan(50)
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(problems.map(({ code }) => code)).toContain('dropped')
    // What was there before the spool was full is untouched.
    const numbers = drain(new SpoolReader({ directory: spool.path }))
    expect(numbers).toEqual(upTo(numbers.length))
    expect(numbers.length).toBeGreaterThan(10)
  })
})

describe('a spool without a working disk', () => {
  test('says so, counts, and goes on when the disk does', async () => {
    using spool = spoolDirectory()
    const inside = join(spool.path, 'inside')
    writeFileSync(inside, 'a file where the directory should be')
    let nowMs = Date.now()
    const { write, problems, drops } = openSink(inside, { nowMs: () => nowMs })
    write()
    write()
    expect(problems.map(({ code }) => code)).toEqual(['disk'])
    rmSync(inside)
    mkdirSync(inside)
    nowMs += 1_000
    write()
    expect(drops).toEqual([{ count: 2, info: 2 }])
    expect(drain(new SpoolReader({ directory: inside }))).toEqual([3])
  })
})
