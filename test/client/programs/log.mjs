/* Logs events that are told apart by their number, and ends as it is told to. */

const [, , client, text] = process.argv
const {
  count = 1,
  end = 'normally',
  level = 'info',
  crash,
  copy,
  flushMs = 5_000,
  ...options
} = JSON.parse(text)
const { createLogger } = await import(`${client}/client/logger.js`)

const log = createLogger({ facility: 'shop', ...options })
if (crash) {
  const { logCrashes } = await import(`${client}/client/bridges/crash.js`)
  logCrashes(log)
}
// Another package may bring the client along once more.
if (copy !== undefined) {
  const { createLogger: another } = await import(`${copy}/client/logger.js`)
  another({ facility: 'shop', ...options }).info('order placed', { n: 0, text: '' })
}
for (let n = 1; n <= count; n++) log[level]('order placed', { n, text: 'x'.repeat(100) })

const ways = {
  normally() {},
  exit: () => process.exit(3),
  throws() {
    throw new Error('nobody catches this')
  },
  rejects() {
    void Promise.reject(new Error('nobody handles this'))
  },
  stays() {
    setInterval(() => {}, 1_000)
  },
  /** The application has its own way to stop. */
  listens() {
    process.on('SIGTERM', () => process.exit(7))
    setInterval(() => {}, 1_000)
    process.stdout.write('listening\n')
  },
  /** A library that raises the signal again when nobody else listens to it, as signal-exit does. */
  counts() {
    const own = () => {
      if (process.listenerCount('SIGTERM') > 1) return
      process.off('SIGTERM', own)
      process.kill(process.pid, 'SIGTERM')
    }
    process.on('SIGTERM', own)
    setInterval(() => {}, 1_000)
    process.stdout.write('listening\n')
  },
  /** The application goes on after what nobody caught, and so does the logger. */
  goesOn() {
    process.on('uncaughtException', () => log.info('order placed', { n: count + 1, text: '' }))
    setTimeout(() => {
      throw new Error('nobody catches this')
    }, 1)
  },
  async flush() {
    process.stdout.write(`flushed ${await log.flush(flushMs)}\n`)
  },
  async using() {
    await log[Symbol.asyncDispose]()
  },
}
process.stdout.write(`end ${Date.now()}\n`)
await ways[end]()
