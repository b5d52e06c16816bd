import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'

/* A reading thread that dies of its first message, the first time; later it is the real one. */

const { dataDirectory } = workerData as { dataDirectory: string }
const mark = join(dataDirectory, 'died-once')

if (existsSync(mark)) {
  await import('../../src/query/reader-worker.ts')
} else {
  writeFileSync(mark, '')
  parentPort?.on('message', () => {
    throw new Error('as if by a bug')
  })
}
