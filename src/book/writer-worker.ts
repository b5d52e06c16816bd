import { encodeBlock } from '../page/block-encoder.ts'
import type { EncodedBlock } from '../page/contract.ts'
import { DiskTrouble } from './disk-trouble.ts'
import { LmdbWriter } from './lmdb-writer.ts'
import { NewerBookFormat } from './meta-store.ts'
import type { RedactReport } from './contract.ts'
import { RetryQueue } from './retry-queue.ts'
import { StepQueue } from './step-queue.ts'
import {
  transferables,
  type WriterAnswer,
  type WriterCall,
  type WriterError,
  type WriterReply,
  type WriterRequest,
} from './writer-messages.ts'

/*
 * The writer's thread: encodes blocks and owns the book's write handles. What writes is queued, in order,
 * and retried while the disk is full; a drop goes first, because it frees space.
 */

declare const self: Worker

const queue = new RetryQueue((trouble) => send({ trouble }))
const redactions = new StepQueue<RedactReport>()
let writer: LmdbWriter | null = null
/** The next step of the catalogue: after what has been asked for by then. */
let tending: ReturnType<typeof setTimeout> | null = null

self.onmessage = ({ data }: MessageEvent<WriterRequest>): void => {
  const { id, call } = data
  const fail = (error: unknown): void => send({ id, error: describe(error) })
  const run = operationOf(id, call)
  if (call.kind === 'block' || call.kind === 'close') {
    queue.add(run, fail)
    return
  }
  if (call.kind === 'redact') {
    redactions.add(() => opened().redact(call.request), {
      done: (report) => answer(id, { kind: 'redact', report, state: opened().state }),
      fail,
    })
    return
  }
  try {
    run()
    if (call.kind === 'drop') queue.hurry()
  } catch (error) {
    if (call.kind === 'drop' && error instanceof DiskTrouble) queue.add(run, fail)
    else fail(error)
  }
}

function operationOf(id: number, call: WriterCall): () => void {
  if (call.kind === 'redact') return () => undefined
  if (call.kind !== 'block') return () => answer(id, perform(call))
  const { minute, part, block } = call
  let encoded: EncodedBlock | null = null
  return () => {
    encoded ??= encodeBlock(minute, part, block)
    opened().putBlock(minute, encoded)
    send({ id, answer: { kind: 'block', block } }, transferables(block))
  }
}

function perform(call: Exclude<WriterCall, { kind: 'block' | 'redact' }>): WriterAnswer {
  switch (call.kind) {
    case 'open': {
      writer = new LmdbWriter({ ...call.start, now: Date.now })
      tendLater()
      return { kind: 'open', state: writer.state, aside: writer.aside }
    }
    case 'close': {
      const closed = opened().close(call.request)
      tendLater()
      return { kind: 'close', closed, state: opened().state }
    }
    case 'drop': {
      const report = opened().drop(call.beforeMinute, call.dryRun, call.why, call.atMs)
      return { kind: 'drop', report, state: opened().state }
    }
    case 'stats':
      return { kind: 'stats', stats: opened().stats() }
    case 'retention':
      return { kind: 'retention', facts: opened().retentionFacts() }
    case 'redactions':
      return { kind: 'redactions', chain: opened().redactions() }
    case 'stop':
      redactions.stop()
      queue.stop()
      if (tending !== null) clearTimeout(tending)
      writer?.[Symbol.dispose]()
      writer = null
      return { kind: 'stop' }
  }
}

function tendLater(): void {
  tending ??= setTimeout(tend, 0)
}

/** A catalogue that a full disk keeps from following goes on after the next minute. */
function tend(): void {
  tending = null
  try {
    const { isBehind, aside } = opened().catchUp()
    for (const each of aside) send({ aside: each })
    if (isBehind) tendLater()
  } catch (error) {
    if (error instanceof DiskTrouble) return
    // The catalogue can be made again: what is wrong with it must not end the book.
    const detail = error instanceof Error ? error.message : String(error)
    send({ aside: { day: 'catalogue', pages: 0, path: null, detail } })
  }
}

function opened(): LmdbWriter {
  if (writer === null) throw new Error('the book is not open')
  return writer
}

function answer(id: number, value: WriterAnswer): void {
  send({ id, answer: value })
}

function send(reply: WriterReply, transfer: ArrayBuffer[] = []): void {
  self.postMessage(reply, transfer)
}

function describe(error: unknown): WriterError {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: null, found: null, trouble: null }
  }
  const found = error instanceof NewerBookFormat ? error.found : null
  const trouble = error instanceof DiskTrouble ? error.kind : null
  return { name: error.name, message: error.message, stack: error.stack ?? null, found, trouble }
}
