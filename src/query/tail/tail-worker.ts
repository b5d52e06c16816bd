import { parentPort, workerData } from 'node:worker_threads'
import { lmdbSource } from '../lmdb-source.ts'
import type { TailWorkerData, ToTail } from './messages.ts'
import { lowerPriority } from '../work/lower-priority.ts'
import { TailLoop } from './tail-loop.ts'

/* The tail's thread: matches and renders batches for all tails, and reads pages and journal for those that come back. */

const niceness = 10

// A codec: tail-service.ts starts this thread with exactly these data.
const data = workerData as TailWorkerData
const port = parentPort
if (port === null) throw new Error('tail-worker.ts is the script of a thread')

// Events on their way in go before those on their way out.
lowerPriority(niceness)
const loop = new TailLoop({
  data,
  openSource: () => lmdbSource(data.dataDirectory),
  post: (message, transfer) => port.postMessage(message, transfer),
})

port.on('message', (message: ToTail) => {
  if (!loop.take(message)) port.close()
})
