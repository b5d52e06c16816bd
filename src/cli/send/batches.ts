import { JsonSplitter } from './json-splitter.ts'
import { LineSplitter } from './line-splitter.ts'
import { MsgpackSplitter } from './msgpack-splitter.ts'
import type { Splitter } from './splitter.ts'

export type FileForm = 'ndjson' | 'json' | 'msgpack'

/** What one POST will carry. */
export interface Batch {
  /** The file's name as the user gave it. */
  readonly file: string
  readonly form: FileForm
  /** Position of the batch in its file, from 0. */
  readonly index: number
  /** Position of its first event in its file, from 0. */
  readonly firstEvent: number
  readonly events: readonly Uint8Array[]
  /** Where each event was among those of the batch before some were left out; null: none was. */
  readonly kept: readonly number[] | null
}

export interface BatchLimits {
  readonly eventsMax: number
  /** A batch is closed once it holds so many bytes. */
  readonly bytesMax: number
}

const forms: Readonly<Record<string, FileForm>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  msgpack: 'msgpack',
  mpk: 'msgpack',
  mp: 'msgpack',
}

/** Cuts a file into batches as it is read; `onBytes` hears of every chunk. Throws SplitError. */
export async function* batchesOf(
  file: string,
  stream: AsyncIterable<Uint8Array>,
  limits: BatchLimits,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Batch> {
  let form = forms[/\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '']
  let splitter: Splitter | null = null
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let index = 0
  let firstEvent = 0

  const cut = (): Batch => {
    const batch = { file, form: form ?? 'json', index, firstEvent, events: pending, kept: null }
    index++
    firstEvent += pending.length
    pending = []
    pendingBytes = 0
    return batch
  }
  for await (const chunk of stream) {
    onBytes(chunk.length)
    form ??= sniff(chunk)
    splitter ??= makeSplitter(form)
    for (const event of splitter.push(chunk)) {
      pending.push(event)
      pendingBytes += event.length
      if (pending.length >= limits.eventsMax || pendingBytes >= limits.bytesMax) yield cut()
    }
  }
  for (const event of splitter?.end() ?? []) pending.push(event)
  if (pending.length > 0) yield cut()
}

function makeSplitter(form: FileForm): Splitter {
  if (form === 'ndjson') return new LineSplitter()
  return form === 'json' ? new JsonSplitter() : new MsgpackSplitter()
}

/** A map or a list of msgpack begins with a byte that no JSON text has. */
function sniff(chunk: Uint8Array): FileForm {
  return (chunk[0] ?? 0) >= 0x80 && chunk[0] !== 0xef ? 'msgpack' : 'json'
}

const newline = new Uint8Array([0x0a])

export function bodyOf(batch: Batch): Uint8Array<ArrayBuffer> {
  if (batch.form === 'msgpack') return Buffer.concat(batch.events)
  return Buffer.concat(batch.events.flatMap((event) => [event, newline]))
}

export function contentTypeOf(form: FileForm): string {
  return form === 'msgpack' ? 'application/msgpack' : 'application/x-ndjson'
}
