import { afterAll, describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SpoolReader } from '../../src/client/spool/reader.ts'
import { numberOf } from '../server/ask.ts'
import { decodeEvents } from './decode-events.ts'
import { nowhere, openLoggedBook, openSilentServer } from './logged-book.ts'
import { buildClient, runProgram, runtimes } from './runtimes.ts'
import { spoolDirectory } from './spool-directory.ts'

/* However a process ends, each of its events is at the server or on disk; and it ends soon. */

const client = buildClient()
afterAll(() => client[Symbol.dispose]())

const count = 500
const all = Array.from({ length: count }, (_, i) => i + 1)
/** The promise. A busy machine may break it in any one run, but not in each of a few. */
const lingerMsMax = 200
const triesMax = 8

interface Tried {
  readonly lingeredMs: number
  /** Whether it ended as it does when nothing holds it up. */
  readonly isUsual: boolean
}

/** Runs it until one run ends soon and as usual. What `run` expects has to hold for each. */
async function endsSoon(run: () => Promise<Tried>): Promise<void> {
  const tried: Tried[] = []
  const isGood = ({ lingeredMs, isUsual }: Tried) => isUsual && lingeredMs < lingerMsMax
  while (tried.length < triesMax && !tried.some(isGood)) tried.push(await run())
  expect(tried).toSatisfy((all: readonly Tried[]) => all.some(isGood))
}

async function numbersOnDisk(directory: string): Promise<number[]> {
  const numbers: number[] = []
  for (const batch of new SpoolReader({ directory }).batches()) {
    const body = batch.encoding === 'identity' ? batch.body : await plain(batch.body)
    numbers.push(...decodeEvents(body).map(numberOf))
  }
  return numbers
}

const plain = async (body: Uint8Array) =>
  body[0] === 0x1f ? Bun.gunzipSync(Uint8Array.from(body)) : Bun.zstdDecompressSync(body)

for (const [runtime, command] of runtimes) {
  describe(`a process of ${runtime} that logs to a server`, () => {
    for (const end of ['normally', 'exit', 'throws', 'rejects', 'flush', 'using'] as const) {
      test(`and ends (${end}) has delivered or kept every event`, async () => {
        await endsSoon(async () => {
          await using book = await openLoggedBook()
          const fallback = join(book.scratch, 'fallback')
          const options = { url: book.url, fallback, count, end }
          const ended = await runProgram(command, client.path, 'log', options).end
          expect({ stderr: ended.stderr, code: ended.exitCode }).toEqual({
            stderr: end === 'throws' || end === 'rejects' ? expect.stringContaining('nobody') : '',
            code: end === 'exit' ? 3 : end === 'throws' || end === 'rejects' ? 1 : 0,
          })
          const delivered = (await book.events()).map(numberOf)
          const isDelivered = delivered.length === count
          if (end === 'flush' || end === 'using') expect(delivered).toEqual(all)
          // What was sent without an answer in time is on disk too, under the key that it went with.
          const kept = await numbersOnDisk(fallback)
          expect([...new Set([...delivered, ...kept])]).toEqual(all)
          const isUsual = end === 'normally' ? isDelivered && kept.length === 0 : true
          return { lingeredMs: ended.lingeredMs, isUsual }
        })
      }, 60_000)
    }

    test('what a process left is sent by the next one, once', async () => {
      await using book = await openLoggedBook()
      const fallback = join(book.scratch, 'fallback')
      const options = { url: book.url, fallback, count, end: 'exit' }
      await runProgram(command, client.path, 'log', options).end
      expect(await numbersOnDisk(fallback)).toEqual(all)
      const next = runProgram(command, client.path, 'log', { ...options, count: 0, end: 'stays' })
      const limit = performance.now() + 20_000
      while (readdirSync(fallback).length > 0 && performance.now() < limit) await Bun.sleep(10)
      next.kill('SIGKILL')
      await next.end
      expect(readdirSync(fallback)).toEqual([])
      expect((await book.events()).map(numberOf)).toEqual(all)
    })

    for (const [says, open] of [
      ['where nothing listens', async () => ({ url: nowhere, close: () => {} })],
      ['where nothing answers', openSilentServer],
    ] as const) {
      test(`${says} keeps every event and ends soon`, async () => {
        await endsSoon(async () => {
          using spool = spoolDirectory()
          const silent = await open()
          const options = { url: silent.url, fallback: spool.path, count }
          const ended = await runProgram(command, client.path, 'log', options).end
          silent.close()
          expect(ended.exitCode).toBe(0)
          expect(await numbersOnDisk(spool.path)).toEqual(all)
          return { lingeredMs: ended.lingeredMs, isUsual: true }
        })
      }, 60_000)
    }

    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      test(`and gets ${signal} dies of it, with its events safe`, async () => {
        using spool = spoolDirectory()
        const options = { url: nowhere, fallback: spool.path, count, end: 'stays' }
        const program = runProgram(command, client.path, 'log', options)
        await program.says('end ')
        program.kill(signal)
        expect((await program.end).signal).toBe(signal)
        expect(await numbersOnDisk(spool.path)).toEqual(all)
      })
    }
  })

  describe(`a process of ${runtime} that decides by itself`, () => {
    test('what a signal does keeps its events and its exit code', async () => {
      using spool = spoolDirectory()
      const options = { url: nowhere, fallback: spool.path, count, end: 'listens' }
      const program = runProgram(command, client.path, 'log', options)
      await program.says('listening')
      program.kill('SIGTERM')
      expect(await program.end).toMatchObject({ exitCode: 7, signal: null })
      expect(await numbersOnDisk(spool.path)).toEqual(all)
    })

    test('what a signal does is not held up by a library that counts who listens', async () => {
      using spool = spoolDirectory()
      const options = { url: nowhere, fallback: spool.path, count, end: 'counts' }
      const program = runProgram(command, client.path, 'log', options)
      await program.says('listening')
      program.kill('SIGTERM')
      expect((await program.end).signal).toBe('SIGTERM')
      expect(await numbersOnDisk(spool.path)).toEqual(all)
    })

    test('nothing, with the client in it twice, dies of a signal', async () => {
      using spool = spoolDirectory()
      using another = buildClient()
      const options = { url: nowhere, fallback: spool.path, copy: another.path, end: 'stays' }
      const program = runProgram(command, client.path, 'log', { ...options, count })
      await program.says('end ')
      program.kill('SIGTERM')
      expect((await program.end).signal).toBe('SIGTERM')
      expect((await numbersOnDisk(spool.path)).toSorted((a, b) => a - b)).toEqual([0, ...all])
    }, 30_000)

    test('to go on after an exception goes on logging', async () => {
      using spool = spoolDirectory()
      const options = { url: nowhere, fallback: spool.path, count, end: 'goesOn' }
      expect((await runProgram(command, client.path, 'log', options).end).exitCode).toBe(0)
      expect(await numbersOnDisk(spool.path)).toEqual([...all, count + 1])
    })
  })

  describe(`a process of ${runtime} that logs to a spool`, () => {
    for (const end of ['normally', 'exit', 'throws', 'using'] as const) {
      test(`and ends (${end}) leaves an ended segment with every event`, async () => {
        await endsSoon(async () => {
          using spool = spoolDirectory()
          const options = { spool: spool.path, count, end }
          const { lingeredMs } = await runProgram(command, client.path, 'log', options).end
          const reader = new SpoolReader({ directory: spool.path })
          const numbers: number[] = []
          for (const batch of reader.batches()) {
            numbers.push(...decodeEvents(batch.body).map(numberOf))
            reader.markDone(batch)
          }
          expect(numbers).toEqual(all)
          expect(readdirSync(spool.path)).toEqual([])
          return { lingeredMs, isUsual: true }
        })
      }, 60_000)
    }

    for (const [end, message] of [
      ['throws', 'nobody catches this'],
      ['rejects', 'nobody handles this'],
    ] as const) {
      test(`and crashes (${end}) has written what it crashed of`, async () => {
        using spool = spoolDirectory()
        const options = { spool: spool.path, end, crash: true }
        await runProgram(command, client.path, 'log', options).end
        const events = [...new SpoolReader({ directory: spool.path }).batches()].flatMap(
          ({ body }) => decodeEvents(body),
        )
        expect(events.map(({ event }) => event)).toEqual(['order placed', 'uncaught exception'])
        expect(events[1]).toMatchObject({ level: 2, additional: { err: { message } } })
      })
    }

    test('and is killed has written every event whose call returned', async () => {
      using spool = spoolDirectory()
      const options = { spool: spool.path, count, end: 'stays' }
      const program = runProgram(command, client.path, 'log', options)
      await program.says('end ')
      program.kill('SIGKILL')
      await program.end
      expect(await numbersOnDisk(spool.path)).toEqual(all)
    })
  })
}
