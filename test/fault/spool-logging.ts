import { openSync, writeSync } from 'node:fs'
import { createLogger } from '../../src/client/logger.ts'
import type { SpoolLogging } from './spool-process.ts'

/* Logs events to a spool and notes, after each call, which one has returned: killed, it can be held to it. */

// The test wrote it.
const options = JSON.parse(process.argv[2] ?? '') as SpoolLogging
const { spool, who, count, perTick, progress } = options
const log = createLogger({ facility: 'spool', spool, segmentBytesMax: 1024 * 1024 })
const file = openSync(progress, 'w')

let next = 0
while (next < count) {
  const stop = Math.min(count, next + perTick)
  for (; next < stop; next++) {
    log.info('counted', { who, n: next, filler: 'abcdefghij' })
    writeSync(file, String(next).padStart(8), 0)
  }
  await new Promise((resolve) => setTimeout(resolve, 10))
}
await log.close()
