import pino from 'pino'
import type { WorkerWriter } from '../../src/book/worker-writer.ts'
import { readConfig } from '../../src/config.ts'
import { IngestPipeline } from '../../src/ingest/ingest.ts'
import type { IngestOutcome } from '../../src/ingest/contract.ts'
import type { ProducerSpan } from '../../src/journal/contract.ts'
import { type Recovered, recover } from '../../src/recover.ts'
import { openBook } from '../../src/start.ts'
import type { TurnedClock } from '../server/in-process.ts'
import { FlakyJournal } from './flaky-journal.ts'

const jsonForm = { format: 'json', encoding: 'identity', strict: false } as const

export interface PostOptions {
  readonly key?: string
  readonly strict?: boolean
  readonly span?: ProducerSpan
}

/** All of a server but its HTTP and its timer: a real book, a real journal whose groups fail on demand. */
export class TestNode {
  readonly ingest: IngestPipeline
  readonly recovered: Recovered
  readonly book: WorkerWriter
  readonly aside: string[]

  private constructor(
    recovered: Recovered,
    book: WorkerWriter,
    aside: string[],
    failsNext: () => boolean,
  ) {
    const { shared, journal, clock, lastSequence } = recovered
    this.recovered = recovered
    this.book = book
    this.aside = aside
    this.ingest = new IngestPipeline({
      ...shared,
      journal: new FlakyJournal(journal, failsNext),
      nowMs: () => clock.now(),
      trouble: () => null,
      lastSequence,
      observe: { accepted: () => {}, refused: () => {} },
    })
  }

  static async open(
    data: string,
    time: TurnedClock,
    flags: readonly string[] = [],
    failsNext: () => boolean = () => false,
  ): Promise<TestNode> {
    const log = pino({ level: 'silent' })
    const config = readConfig(['--data', data, ...flags], {})
    const book = await openBook(config, log, { onDeath: rethrow, onTrouble: () => {} })
    const aside: string[] = []
    const recovered = await recover({
      config,
      time: { wallMs: () => time.wallMs, monotonicMs: () => time.monotonicMs },
      log: pino({ level: 'error' }, { write: (line: string) => aside.push(line) }),
      book,
      onCommit: () => {},
      onAside: () => {},
      onLost: () => {},
      onClosed: () => {},
    })
    return new TestNode(recovered, book, aside, failsNext)
  }

  post(events: readonly object[], options: PostOptions = {}): Promise<IngestOutcome> {
    const { key = null, strict = false, span } = options
    const body = new TextEncoder().encode(JSON.stringify(events))
    const numbered = span === undefined ? {} : { span }
    return this.ingest.accept({ body, form: { ...jsonForm, strict }, key, ...numbered })
  }

  async closeDue(): Promise<void> {
    await this.recovered.closer.closeDue()
  }

  /** Lets go of everything and closes nothing early. */
  async stop(): Promise<void> {
    await this.ingest.stop()
    await this.recovered.closer.idle(10_000)
    await this.recovered.journal[Symbol.asyncDispose]()
    await this.book[Symbol.asyncDispose]()
  }
}

function rethrow(error: unknown): never {
  throw error
}
