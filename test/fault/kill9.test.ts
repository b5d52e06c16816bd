import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { allEvents, numberOf, pageDigests } from '../server/ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from '../server/in-process.ts'
import { startServer } from '../server/process.ts'
import { Load, makeRandom } from './load.ts'

/*
 * The real server is killed with SIGKILL at random points under load and started again on its data, over
 * and over. MINUTEBOOK_TEST_KILLS says how often, MINUTEBOOK_TEST_SEED repeats a run.
 */
const kills = Number(process.env['MINUTEBOOK_TEST_KILLS'] ?? 50)
const seed = Number(process.env['MINUTEBOOK_TEST_SEED'] ?? Date.now() % 1_000_000)
/** A server lives this long under load: shorter than its first moments, longer than a few groups. */
const lifeMsMax = 400
const limitMs = 60_000 + kills * 5_000
const root = join(import.meta.dir, '../..')

test(
  `${kills} times killed under load (seed ${seed}), the book holds every acknowledged event exactly once`,
  async () => {
    using data = tempDirectory()
    const load = new Load(seed)
    const random = makeRandom(seed + 1)
    const seen = new Map<string, string>()

    for (let kill = 0; kill < kills; kill++) {
      const server = await startServer({ data: data.path })
      remember(seen, await pageDigests(server.url))
      const running = load.run(server.url)
      await Bun.sleep(random(lifeMsMax))
      await server.kill9()
      await running
      expect(server.log()).not.toContain('set something aside')
    }
    // The minutes that are still open become pages under a clock that is a little ahead.
    const clock = clockAt(Date.now())
    const server = await startInProcess(data.path, clock)
    await load.finish(server.url)
    pass(clock, 2 * minuteMs)
    await server.closeDue()
    remember(seen, await pageDigests(server.url))
    const times = countTimes((await allEvents(server.url)).map(numberOf))
    await server.stop()

    const lost = [...load.acknowledged].filter((n) => !times.has(n))
    const twice = [...times].filter(([, count]) => count > 1)
    const unasked = [...times.keys()].filter(
      (n) => !load.acknowledged.has(n) && !load.unknown.has(n),
    )
    expect({ lost, twice, unasked }).toEqual({ lost: [], twice: [], unasked: [] })
    expect(load.acknowledged.size).toBeGreaterThan(kills * 100)
    expect(load.repeated).toBeGreaterThan(0)
    expect(await verify(data.path)).toEqual({
      exitCode: 0,
      output: expect.stringContaining('all is well'),
    })
    const answered = `${load.acknowledged.size} events acknowledged, ${load.repeated} batches again`
    process.stderr.write(
      `${answered}, ${load.unknown.size} events unanswered, ${seen.size} pages\n`,
    )
  },
  limitMs,
)

/** A page that was seen before must have the digest it had then. */
function remember(seen: Map<string, string>, pages: ReadonlyMap<string, string>): void {
  for (const [minute, digest] of seen) expect([minute, pages.get(minute)]).toEqual([minute, digest])
  for (const [minute, digest] of pages) seen.set(minute, digest)
}

function countTimes(numbers: readonly number[]): Map<number, number> {
  const times = new Map<number, number>()
  for (const n of numbers) times.set(n, (times.get(n) ?? 0) + 1)
  return times
}

async function verify(data: string): Promise<{ exitCode: number; output: string }> {
  const command = [process.execPath, 'src/main.ts', 'verify', '--data', data]
  const child = Bun.spawn(command, { cwd: root, stdout: 'pipe', stderr: 'inherit' })
  const output = await new Response(child.stdout).text()
  return { exitCode: await child.exited, output }
}
