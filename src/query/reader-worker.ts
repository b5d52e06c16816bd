import { parentPort, workerData } from 'node:worker_threads'
import { Answers } from './answers.ts'
import type { Answer, FromThread, Question, StreamQuestion, ToThread } from './messages.ts'
import { lmdbSource } from './lmdb-source.ts'
import { ReaderLoop } from './reader-loop.ts'
import { runStream } from './streams.ts'

/* The reading thread: opens the book read-only, answers questions and renders streams of events. */

// A codec: page-service.ts starts this thread with exactly these data.
const { dataDirectory } = workerData as { dataDirectory: string }
const port = parentPort
if (port === null) throw new Error('reader-worker.ts is the script of a thread')

const source = lmdbSource(dataDirectory)
const answers = new Answers(source)
const loop = new ReaderLoop<Question, StreamQuestion, Answer>(
  {
    answer: (question) => answers.answer(question),
    stream: (question, sink) => runStream(source, question, sink),
  },
  (message, transfer) => port.postMessage(message, transfer),
)

port.postMessage({ type: 'ready' } satisfies FromThread<Answer>)
port.on('message', (message: ToThread<Question, StreamQuestion>) => {
  if (loop.take(message)) return
  source.reader[Symbol.dispose]()
  port.close()
})
