import { describe, expect, test } from 'bun:test'
import { SpoolReader } from '../../src/client/spool/reader.ts'
import { SmallDisk } from '../fault/small-disk.ts'
import { openSink } from './spool-directory.ts'

/* A spool on a disk that others fill: no call throws, what was written stays readable, and it goes on. */

/** The policy is what the log does to itself; a full disk comes from elsewhere. */
describe('a spool on a full disk', () => {
  const disk = SmallDisk.mount(4 * 1024 * 1024)
  const isMounted = disk !== null

  test.skipIf(!isMounted)('drops and counts, and goes on when there is space', () => {
    if (disk === null) return
    using small = disk
    let nowMs = Date.now()
    const { sink, write, problems, drops } = openSink(small.path, { nowMs: () => nowMs })
    for (let i = 0; i < 100; i++) write(6, 100)
    small.fill()
    for (let i = 0; i < 1_000; i++) {
      write(i % 10 === 0 ? 3 : 6, 1_000)
      nowMs += 50
    }
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['disk']))
    small.clear()
    nowMs += 1_000
    write(6, 100)
    sink.spill()
    const numbers: number[] = []
    const sequences: number[] = []
    const reader = new SpoolReader({ directory: small.path })
    for (const batch of reader.batches()) {
      numbers.push(Number(Buffer.from(batch.body).toString().trim()))
      sequences.push(batch.sequence)
      reader.markDone(batch)
    }
    const dropped = drops.reduce((sum, counts) => sum + (counts['count'] ?? 0), 0)
    expect(dropped).toBeGreaterThan(500)
    expect(numbers.length + dropped).toBe(1_101)
    expect(numbers.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(numbers.at(-1)).toBe(1_101)
    // What was never written has no number, so a server sees no gap.
    expect(sequences).toEqual(Array.from({ length: numbers.length }, (_, i) => i + 1))
    expect(reader.corruptSegments).toBe(0)
  })
})
