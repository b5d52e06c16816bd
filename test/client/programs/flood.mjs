/* Logs more than memory may hold, to nobody, and says what memory it takes: at the beginning, and at the end. */

const [, , client, text] = process.argv
const { events, pauseEvery, ...options } = JSON.parse(text)
const { createLogger } = await import(`${client}/client/logger.js`)

const log = createLogger({ facility: 'shop', ...options })
const collect = globalThis.Bun === undefined ? globalThis.gc : () => globalThis.Bun.gc(true)

/** Bytes that are in use, as against those that the runtime has not given back: buffers take it a few turns. */
async function bytesInUse() {
  for (let i = 0; i < 5; i++) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

let early = 0
for (let n = 1; n <= events; n++) {
  log.info('order placed', { n, customer: `c-${n}`, total: n / 4, text: 'x'.repeat(50) })
  // Timers and sockets get their turn, as they do in an application.
  if (n % pauseEvery === 0) await new Promise((resolve) => setImmediate(resolve))
  if (n === events / 10) early = await bytesInUse()
}
process.stdout.write(`${JSON.stringify({ early, late: await bytesInUse() })}\n`)
process.exit(0)
