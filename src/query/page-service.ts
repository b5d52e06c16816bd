import type {
  AnswerFormat,
  EventsRequest,
  HeadsRange,
  IndexAnswer,
  OneEvent,
  PageHead,
  PageService,
} from './contract.ts'
import type { Answer, Neighbours, Question, StreamQuestion } from './messages.ts'
import { ReaderThread } from './reader-thread.ts'
import { readable } from './readable.ts'

export interface PageServiceOptions {
  readonly dataDirectory: string
  /** The thread's script; tests give others. */
  readonly script?: URL
}

/**
 * The pages of a book, read by a thread of its own that is started by the first request. When the thread
 * dies, what it had under way fails with an Error and the next request starts another.
 */
export function makePageService(options: PageServiceOptions): PageService {
  return new ThreadedPageService(options)
}

type PagesThread = ReaderThread<Question, StreamQuestion, Answer>

class ThreadedPageService implements PageService {
  readonly #options: PageServiceOptions
  #thread: PagesThread | null = null
  #isClosed = false

  constructor(options: PageServiceOptions) {
    this.#options = options
  }

  index(readable?: readonly string[]): Promise<IndexAnswer> {
    const bound = readable === undefined ? {} : { readable }
    return this.#ask<IndexAnswer>({ ask: 'index', ...bound })
  }

  heads(range: HeadsRange): Promise<PageHead[]> {
    return this.#ask<PageHead[]>({ ask: 'heads', ...range })
  }

  neighbours(minute: number): Promise<Neighbours> {
    return this.#ask<Neighbours>({ ask: 'neighbours', minute })
  }

  event(id: string, format: AnswerFormat, readable?: readonly string[]): Promise<OneEvent> {
    const bound = readable === undefined ? {} : { readable }
    return this.#ask<OneEvent>({ ask: 'event', id, format, ...bound })
  }

  async events(request: EventsRequest): Promise<ReadableStream<Uint8Array>> {
    return readable(await this.#running().stream({ ask: 'events', request }).result)
  }

  async pageBytes(
    digest: string,
  ): Promise<{ bytes: number; stream: ReadableStream<Uint8Array> } | null> {
    const stream = await this.#running().stream({ ask: 'page-bytes', digest }).result
    return stream.first.none ? null : { bytes: stream.first.total, stream: readable(stream) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    const thread = this.#thread
    this.#thread = null
    if (thread !== null && !thread.isDead) await thread.close()
  }

  async #ask<T extends Answer>(question: Question): Promise<T> {
    // The thread answers each question with the type that belongs to it: see Answers.
    return (await this.#running().ask(question).result) as T
  }

  #running(): PagesThread {
    if (this.#isClosed) throw new Error('the page service has been closed')
    if (this.#thread === null || this.#thread.isDead) {
      const script = this.#options.script ?? new URL('./reader-worker.ts', import.meta.url)
      this.#thread = new ReaderThread(script, { dataDirectory: this.#options.dataDirectory })
    }
    return this.#thread
  }
}
