import { parentPort, workerData } from 'node:worker_threads'
import { join } from 'node:path'
import { LmdbReader } from '../book/lmdb-reader.ts'
import { openBlock } from '../page/block-reader.ts'
import { decodeDirectory } from '../page/directory.ts'
import type { ToReader } from './messages.ts'
import type { PageSource } from './page-source.ts'
import { ReaderLoop } from './reader-loop.ts'

/* The reading thread: opens the book read-only, answers questions and renders streams of events. */

// A codec: page-service.ts starts this thread with exactly these data.
const { dataDirectory } = workerData as { dataDirectory: string }
const port = parentPort
if (port === null) throw new Error('reader-worker.ts is the script of a thread')

const source = lmdbSource(join(dataDirectory, 'book'))
const loop = new ReaderLoop(source, (message, transfer) => port.postMessage(message, transfer))

port.on('message', (message: ToReader) => {
  if (loop.take(message)) return
  source.reader[Symbol.dispose]()
  port.close()
})

function lmdbSource(directory: string): PageSource {
  const damaged: PageSource['damaged'] = []
  return {
    reader: new LmdbReader({ directory, onDamage: (damage) => damaged.push(damage) }),
    damaged,
    readDirectory: (bytes) => decodeDirectory(bytes).blocks,
    openBlock,
  }
}
