import { afterAll, describe, expect, test } from 'bun:test'
import { asObject } from '../http/json-object.ts'
import { nowhere, openSilentServer } from './logged-book.ts'
import { buildClient, runProgram, runtimes } from './runtimes.ts'

/* A server that is away for ten minutes, at 500 events a second, costs no more memory than one minute of it. */

const client = buildClient()
afterAll(() => client[Symbol.dispose]())

const events = 10 * 60 * 500
/** Enough for a tenth of the events, so that memory is full when it is looked at first. */
const memoryBytesMax = 2 * 1024 * 1024
/** Kept for nothing, each event would take 150 bytes or more: 40 MiB. */
const growthBytesMax = 6 * 1024 * 1024

for (const [runtime, command] of runtimes) {
  describe(`a process of ${runtime} does not grow`, () => {
    for (const overflow of ['drop-oldest', 'drop-lowest-level'] as const) {
      test(`while nothing listens (${overflow})`, async () => {
        const { early, late } = await flood(command, { url: nowhere, overflow })
        expect(late - early).toBeLessThan(growthBytesMax)
      }, 30_000)
    }

    test('while nothing answers', async () => {
      const silent = await openSilentServer()
      const { early, late } = await flood(command, { url: silent.url, timeoutMs: 50 })
      silent.close()
      expect(late - early).toBeLessThan(growthBytesMax)
    }, 30_000)
  })
}

async function flood(command: string, more: object): Promise<{ early: number; late: number }> {
  const flags = command.endsWith('node') ? ['--expose-gc'] : []
  const options = { events, pauseEvery: 500, memoryBytesMax, fallback: false, ...more }
  const ended = await runProgram([command, ...flags], client.path, 'flood', options).end
  expect(ended.exitCode).toBe(0)
  const { early, late } = asObject(JSON.parse(ended.stdout))
  return { early: Number(early), late: Number(late) }
}
