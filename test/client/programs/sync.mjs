/* Logs at several levels, and says on standard output when each call has returned. */

import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const [, , client, text] = process.argv
const { createLogger } = await import(`${client}/client/logger.js`)
const log = createLogger({ facility: 'shop', ...JSON.parse(text) })

for (const level of ['info', 'error', 'warn', 'crit', 'info']) {
  log[level]('order placed', { level })
  writeSync(1, `returned ${level}\n`)
}
// The last one is synced by a timer, while the process has other things to do.
await pause(1_500)
writeSync(1, 'idle\n')
process.kill(process.pid, 'SIGKILL')
