import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { TailWorkerData, ToTail } from '../../../src/query/tail/messages.ts'

/* The tail's thread, which dies of the first batch that it is given; started again it is as it should be. */

const { dataDirectory } = workerData as TailWorkerData
const mark = join(dataDirectory, 'died-once')

await import('../../../src/query/tail/tail-worker.ts')
if (!existsSync(mark)) {
  parentPort?.on('message', ({ type }: ToTail) => {
    if (type !== 'batches') return
    writeFileSync(mark, '')
    throw new Error('as if by a bug')
  })
}
