import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/*
 * What a call of the logger costs, beside pino's, in the runtime that runs this: `client.ts` starts it with the built
 * client, pino, and 'smoke' or 'full'. Prints one line of JSON. CPU time of the whole process, in turns,
 * so that a noisy machine is noisy for all.
 */

const [, , client, pinoPath, size] = process.argv
const { createLogger } = await import(`${client}/client/logger.js`)
const { default: pino } = await import(pinoPath)

const smoke = size === 'smoke'
const rounds = smoke ? 3 : 12
const calls = smoke ? 5_000 : 50_000
const scratch = mkdtempSync(join(tmpdir(), 'minutebook-bench-'))

/** A server that is down: what is measured is the call, and what memory does meanwhile. */
const direct = createLogger({
  facility: 'checkout',
  url: 'http://127.0.0.1:9',
  fallback: false,
  onProblem() {},
})
const spool = createLogger({
  facility: 'checkout',
  spool: join(scratch, 'spool'),
  // Without syncs: a segment that ends is synced, so none does.
  syncEveryMs: 3_600_000,
  segmentBytesMax: 2 ** 28,
  segmentAgeMs: 3_600_000,
  spoolBytesMax: 4 * 2 ** 30,
})
const toNull = pino(pino.destination({ dest: '/dev/null', sync: true }))
const fields = { orderId: 4711, total: 12.5, currency: 'EUR', customer: 'c-81723645' }

// Each has a loop of its own: a call in an application is compiled for the one logger that it is made of.
const contenders = [
  {
    name: 'direct',
    times: 1,
    ns: [],
    run(count) {
      for (let i = 0; i < count; i++) direct.info('order placed', fields)
    },
  },
  {
    name: 'spool',
    times: 1,
    ns: [],
    run(count) {
      for (let i = 0; i < count; i++) spool.info('order placed', fields)
    },
  },
  {
    name: 'disabled',
    times: 50,
    ns: [],
    run(count) {
      for (let i = 0; i < count; i++) direct.debug('order placed', fields)
    },
  },
  {
    name: 'pino',
    times: 1,
    ns: [],
    run(count) {
      for (let i = 0; i < count; i++) toNull.info(fields, 'order placed')
    },
  },
]

const rssMB = []
for (let round = 0; round < rounds; round++) {
  for (const { run, ns, times } of contenders) {
    const count = calls * times
    const before = process.cpuUsage()
    run(count)
    const { user, system } = process.cpuUsage(before)
    const took = (user + system) * 1000
    // The first rounds run in the interpreter: they are warm-up.
    if (round >= rounds / 3) ns.push(took / count)
  }
  rssMB.push(process.memoryUsage.rss() / 2 ** 20)
  // Timers and sockets get their turn, as they do in an application.
  await new Promise((resolve) => setImmediate(resolve))
}

/** The mean of the faster half: what other processes steal in the slower half says nothing here. */
function typical(values) {
  const half = values.toSorted((a, b) => a - b).slice(0, Math.ceil(values.length / 2))
  return half.reduce((sum, value) => sum + value, 0) / half.length
}

const figures = Object.fromEntries(contenders.map(({ name, ns }) => [`${name}Ns`, typical(ns)]))
process.stdout.write(
  `${JSON.stringify({
    ...figures,
    events: rounds * calls,
    halfwayRssMB: rssMB[rounds >> 1],
    endRssMB: rssMB.at(-1),
    runtime:
      process.versions.bun === undefined
        ? `Node.js ${process.version}`
        : `Bun ${process.versions.bun}`,
  })}\n`,
)
rmSync(scratch, { recursive: true, force: true })
process.exit(0)
