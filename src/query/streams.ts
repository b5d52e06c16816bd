import type { Summary } from '../page/contract.ts'
import type { ChunkSink } from './chunk-sink.ts'
import type { EventsRequest } from './contract.ts'
import { encodedSink } from './encoded-sink.ts'
import { chunkBytes, type StreamQuestion } from './messages.ts'
import { Pace } from './pace.ts'
import { asPage, entriesOf, type PageSource } from './page-source.ts'
import { Output } from './render/output.ts'
import { Renderer } from './render/renderer.ts'
import { scan } from './scan.ts'

/** Does the work of one stream, in slices. Throws DamagedPage, Cancelled. */
export async function runStream(
  source: PageSource,
  question: StreamQuestion,
  sink: ChunkSink,
): Promise<void> {
  if (question.ask === 'events') await streamEvents(source, question.request, sink)
  else await streamPage(source, question.digest, sink)
}

async function streamEvents(
  source: PageSource,
  request: EventsRequest,
  sink: ChunkSink,
): Promise<void> {
  const bytes = encodedSink(request.encoding, sink)
  const renderer = new Renderer(request.format)
  const out = new Output()
  const pace = new Pace()
  try {
    renderer.begin(out, request.before)
    for (const match of scan(source, request)) {
      await pace.turn()
      sink.check()
      if (match === null) continue
      const { block, count, rows } = match
      const writer = asPage(block.minute, () => renderer.block(out, block, count))
      for (let i = 0; i < count; i++) {
        renderer.event(out, writer, rows === null ? i : (rows[i] ?? 0))
        if (out.at < chunkBytes) continue
        await bytes.write(out.take())
        await pace.turn()
      }
    }
    renderer.end(out, request.after)
    await bytes.end(out.take())
  } finally {
    bytes.close()
  }
}

/** The page as it is kept: its directory, then its blocks. */
async function streamPage(source: PageSource, digest: string, sink: ChunkSink): Promise<void> {
  const minute = source.reader.minuteOfDigest(Buffer.from(digest, 'hex'))
  const summary = minute === null ? null : source.reader.summary(minute)
  const view = minute === null ? null : source.reader.directory(minute)
  if (summary === null || view === null) {
    sink.none()
    return
  }
  const directory = new Uint8Array(view)
  const entries = entriesOf(source, summary.minute) ?? []
  sink.total = entries.reduce((bytes, entry) => bytes + entry.bytes, directory.length)
  const pace = new Pace()
  await sink.send(directory, entries.length === 0)
  for (const [i, { part }] of entries.entries()) {
    await sink.send(blockOf(source, summary, part), i === entries.length - 1)
    await pace.turn()
  }
}

function blockOf(source: PageSource, summary: Summary, part: number): Uint8Array<ArrayBuffer> {
  return asPage(summary.minute, () => new Uint8Array(source.reader.block(summary.minute, part)))
}
