import { afterAll, describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { SpoolReader } from '../../src/client/spool/reader.ts'
import { numberOf } from '../server/ask.ts'
import { decodeEvents } from './decode-events.ts'
import { buildClient, runProgram, runtimes } from './runtimes.ts'
import { spoolDirectory } from './spool-directory.ts'

/* Several processes of both runtimes write to one spool and are killed, while a reader reads and forgets. */

const client = buildClient()
afterAll(() => client[Symbol.dispose]())

const processCount = 4
const eventsEach = 3_000

describe('a spool of several processes', () => {
  test('gives each event whose call returned once and in order, though all are killed', async () => {
    using spool = spoolDirectory()
    const programs = Array.from({ length: processCount }, (_, i) => {
      const [, command] = runtimes[i % runtimes.length] ?? ['', process.execPath]
      const options = { name: `p${i}`, spool: spool.path, segmentBytesMax: 20_000 }
      return runProgram(command, client.path, 'spool-many', options)
    })
    const numbers = new Map<string, number[]>()
    let laterMs = 0
    const openReader = () =>
      new SpoolReader({ directory: spool.path, nowMs: () => Date.now() + laterMs })
    let reader = openReader()
    const read = () => {
      for (const batch of reader.batches()) {
        for (const event of decodeEvents(batch.body)) {
          const name = String(event['facility'])
          const found = numbers.get(name) ?? []
          expect(numberOf(event)).toBe(batch.sequence)
          // A new reader begins with what is left of a segment: that is told by its number.
          if (batch.sequence > (found.at(-1) ?? 0)) found.push(batch.sequence)
          numbers.set(name, found)
        }
        reader.markDone(batch)
      }
    }
    const enough = () =>
      numbers.size === processCount &&
      [...numbers.values()].every((found) => found.length >= eventsEach)
    const limit = performance.now() + 20_000
    for (let round = 0; !enough(); round++) {
      if (performance.now() > limit) throw new Error('the processes write too slowly')
      if (round % 10 === 9) reader = openReader()
      read()
      await Bun.sleep(5)
    }
    for (const program of programs) program.kill('SIGKILL')
    const ends = await Promise.all(programs.map((program) => program.end))
    read()
    laterMs = 10 * 60_000
    read()
    for (const [i, { stdout }] of ends.entries()) {
      const found = numbers.get(`p${i}`) ?? []
      expect(found).toEqual(Array.from({ length: found.length }, (_, at) => at + 1))
      const returned = Number([...stdout.matchAll(/^returned (\d+)$/gm)].at(-1)?.[1])
      expect(found.length).toBeGreaterThanOrEqual(returned)
    }
    expect(readdirSync(spool.path)).toEqual([])
    expect(reader.corruptSegments).toBe(0)
  }, 60_000)
})
