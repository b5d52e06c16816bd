import { expect, test } from 'bun:test'
import { asObject, type JsonObject } from '../http/json-object.ts'
import { until } from '../server/process.ts'
import { SpoolRun } from './spool-run.ts'
import { startLogging } from './spool-process.ts'

/*
 * Processes log to a spool while the server and the forwarder are killed with SIGKILL and started again, over and
 * over. MINUTEBOOK_TEST_SPOOL_KILLS says how often, MINUTEBOOK_TEST_SEED repeats a run.
 */
const kills = Number(process.env['MINUTEBOOK_TEST_SPOOL_KILLS'] ?? 20)
const seed = Number(process.env['MINUTEBOOK_TEST_SEED'] ?? Date.now() % 1_000_000)
const processes = 4
const eventsEach = 50_000

const whos = Array.from({ length: processes }, (_, who) => who)

/** The numbers of each process's events, in the order of the book. */
function numbersOf(events: readonly JsonObject[], count: number): number[][] {
  const numbers: number[][] = Array.from({ length: count }, () => [])
  for (const event of events) {
    const { who, n } = asObject(event['additional'])
    numbers[Number(who)]?.push(Number(n))
  }
  return numbers
}

/** Where a list is not one of ascending numbers without gaps. */
function breaks(numbers: readonly number[]): string[] {
  return numbers.flatMap((n, i) => {
    const before = i === 0 ? -1 : numbers[i - 1]
    return before !== undefined && n === before + 1 ? [] : [`${before} → ${n}`]
  })
}

test(`${kills} kills of server and forwarder: every event is in the book once, in order (seed ${seed})`, async () => {
  await using run = new SpoolRun(seed)
  await run.start()
  const logging = whos.map((who) =>
    startLogging({
      spool: run.spool,
      who,
      count: eventsEach,
      perTick: 60,
      progress: run.progressFile(who),
    }),
  )
  while (run.kills < kills / 2) await run.killSome(300)
  await run.serverAway(2_000)
  while (run.kills < kills) await run.killSome(300)
  expect(await Promise.all(logging.map(({ exited }) => exited))).toEqual(whos.map(() => 0))
  await run.spoolEmpty()
  expect(await run.totals()).toMatchObject({
    producers: processes,
    accepted: processes * eventsEach,
    rejected: 0,
    missing: 0,
  })
  const numbers = numbersOf(await run.events(), processes)
  for (const list of numbers) {
    expect(breaks(list).slice(0, 5)).toEqual([])
    expect(list).toHaveLength(eventsEach)
  }
}, 180_000)

test(`processes killed while they log: all whose call had returned is in the book (seed ${seed})`, async () => {
  await using run = new SpoolRun(seed + 1)
  await run.start()
  const lives = 3
  const live = async (first: number): Promise<void> => {
    for (let who = first; who < first + lives; who++) {
      const { spool } = run
      const progress = run.progressFile(who)
      const child = startLogging({ spool, who, count: 1_000_000, perTick: 100, progress })
      await until('some events', 20_000, async () => run.progressOf(who) > 200)
      await Bun.sleep(run.random(1_000))
      await child.kill9()
    }
  }
  const logging = Promise.all(whos.map((who) => live(who * lives)))
  for (let i = 0; i < 4; i++) await run.killSome(200)
  await logging
  const returned = Array.from({ length: processes * lives }, (_, who) => run.progressOf(who) + 1)
  await run.accepted(returned.reduce((sum, count) => sum + count, 0))
  expect(await run.totals()).toMatchObject({
    producers: processes * lives,
    missing: 0,
    rejected: 0,
  })
  for (const [who, list] of numbersOf(await run.events(), returned.length).entries()) {
    expect(breaks(list)).toEqual([])
    const count = returned[who] ?? 0
    // The call under way when the process was killed may have been done or not.
    expect([count, count + 1]).toContain(list.length)
  }
}, 120_000)
