import type { BlockEntry } from '../page/contract.ts'
import type { ChunkSink } from './chunk-sink.ts'
import type { EventsRequest } from './contract.ts'
import { encodedSink } from './encoded-sink.ts'
import { chunkBytes, type StreamQuestion } from './messages.ts'
import { Pace } from './pace.ts'
import { asPage, entriesOf, openPart, type PageSource } from './page-source.ts'
import { Output } from './render/output.ts'
import { type BlockRows, Renderer } from './render/renderer.ts'
import { type Match, scan } from './scan.ts'

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
      const work = new MatchWork(source, renderer, out, match)
      sink.onStall = () => work.letGo()
      while (work.fill()) {
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

/** The rows of one block on their way out. */
class MatchWork {
  readonly #source: PageSource
  readonly #renderer: Renderer
  readonly #out: Output
  readonly #match: Match
  #rows: BlockRows | null = null
  #done = 0

  constructor(source: PageSource, renderer: Renderer, out: Output, match: Match) {
    this.#source = source
    this.#renderer = renderer
    this.#out = out
    this.#match = match
  }

  /** Renders until a chunk is full; false when the rows are done. */
  fill(): boolean {
    const { rows, count } = this.#match
    this.#rows ??= this.#open()
    for (let i = this.#done; i < count; i++) {
      this.#renderer.event(this.#out, this.#rows, rows === null ? i : (rows[i] ?? 0))
      if (this.#out.at < chunkBytes) continue
      this.#done = i + 1
      return true
    }
    return false
  }

  /** Frees the block while a consumer does not read; it is opened again when that goes on. */
  letGo(): void {
    this.#match.block = null
    this.#rows = null
  }

  #open(): BlockRows {
    const { minute, entry, count } = this.#match
    const block = this.#match.block ?? openPart(this.#source, minute, entry)
    this.#match.block = block
    return asPage(minute, () => this.#renderer.block(this.#out, block, count))
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
  for (const [i, entry] of entries.entries()) {
    await sink.send(blockOf(source, summary.minute, entry), i === entries.length - 1)
    await pace.turn()
  }
}

function blockOf(
  source: PageSource,
  minute: number,
  { part, sha256 }: BlockEntry,
): Uint8Array<ArrayBuffer> {
  return asPage(minute, () => new Uint8Array(source.reader.block(minute, part, sha256)))
}
