import type { SealedBlock } from '../ring/block-builder.ts'
import type { AsideDay } from './book-open.ts'
import { cataloguePairsMaxDefault } from './catalogue-keeper.ts'
import type {
  BookState,
  BookStats,
  BookWriter,
  ClosedMinute,
  CloseRequest,
  DropReport,
  RedactReport,
  RedactRequest,
} from './contract.ts'
import { DiskTrouble, type Trouble } from './disk-trouble.ts'
import { KeyLookup } from './key-lookup.ts'
import { ProducerLookup } from './producer-lookup.ts'
import { type KeyStoreLimits, keyStoreDefaults } from './key-store.ts'
import { reserveBytesDefault } from './lmdb-writer.ts'
import { NewerBookFormat } from './meta-store.ts'
import type { RedactionChain } from './redaction-chain.ts'
import type { RetentionFacts } from './retention.ts'
import {
  transferables,
  type WriterAnswer,
  type WriterCall,
  type WriterError,
  type WriterReply,
  type WriterRequest,
} from './writer-messages.ts'

export interface WorkerWriterOptions {
  /** `<data>/book`; made if it does not exist. */
  readonly directory: string
  /** Told when the disk begins to refuse (every operation then waits and is retried), and null when it is over. */
  readonly onTrouble: (trouble: Trouble | null) => void
  /** The writer's thread has died: nothing can be closed any more. A bug; the process should end. */
  readonly onDeath: (error: Error) => void
  /** Something that could not be used has been set aside since the book was opened: the catalogue. */
  readonly onAside?: (aside: AsideDay) => void
  readonly cataloguePairsMax?: number
  readonly keys?: KeyStoreLimits
  readonly reserveBytes?: number
}

interface Waiting {
  readonly resolve: (answer: WriterAnswer) => void
  readonly reject: (error: Error) => void
}

/** The book's writing side as the main thread sees it. */
export class WorkerWriter implements BookWriter {
  /** Answers of batches whose minute has closed, by their Idempotency-Key. */
  readonly keys: KeyLookup
  /** Accounts of producers, as of the minutes that have closed. */
  readonly producers: ProducerLookup
  /** Directories that could not be opened when the book was, and were set aside. */
  readonly aside: readonly AsideDay[]
  readonly #link: WorkerLink
  #state: BookState

  private constructor(link: WorkerLink, directory: string, opened: Opened) {
    this.#link = link
    this.#state = opened.state
    this.aside = opened.aside
    this.keys = new KeyLookup(directory)
    this.producers = new ProducerLookup(directory)
  }

  /** Starts the thread and opens the book. Rejects with NewerBookFormat, or Error naming what is wrong. */
  static async open(options: WorkerWriterOptions): Promise<WorkerWriter> {
    const { directory, keys, reserveBytes, cataloguePairsMax } = options
    const link = new WorkerLink(options)
    const start = {
      directory,
      keys: keys ?? keyStoreDefaults,
      reserveBytes: reserveBytes ?? reserveBytesDefault,
      cataloguePairsMax: cataloguePairsMax ?? cataloguePairsMaxDefault,
    }
    try {
      const opened = await link.ask({ kind: 'open', start }, 'open')
      return new WorkerWriter(link, directory, opened)
    } catch (error) {
      link.end()
      throw error
    }
  }

  get state(): BookState {
    return this.#state
  }

  async putBlock(minute: number, part: number, block: SealedBlock): Promise<SealedBlock> {
    const call = { kind: 'block', minute, part, block } as const
    const answer = await this.#link.ask(call, 'block', transferables(block))
    return answer.block
  }

  async close(request: CloseRequest): Promise<ClosedMinute> {
    const answer = await this.#link.ask({ kind: 'close', request }, 'close')
    this.#state = answer.state
    if (request.answers.length > 0) this.keys.refresh()
    if ((request.producers?.length ?? 0) > 0) this.producers.refresh()
    return answer.closed
  }

  async drop(
    beforeMinute: number,
    dryRun: boolean,
    why: string,
    atMs: number = Date.now(),
  ): Promise<DropReport> {
    const answer = await this.#link.ask({ kind: 'drop', beforeMinute, dryRun, why, atMs }, 'drop')
    this.#state = answer.state
    return answer.report
  }

  async redact(request: RedactRequest): Promise<RedactReport> {
    const answer = await this.#link.ask({ kind: 'redact', request }, 'redact')
    this.#state = answer.state
    return answer.report
  }

  async stats(): Promise<BookStats> {
    return (await this.#link.ask({ kind: 'stats' }, 'stats')).stats
  }

  async redactions(): Promise<RedactionChain> {
    return (await this.#link.ask({ kind: 'redactions' }, 'redactions')).chain
  }

  /** What planRetention asks for. */
  async retentionFacts(): Promise<RetentionFacts> {
    return (await this.#link.ask({ kind: 'retention' }, 'retention')).facts
  }

  /** Closes the book and ends the thread. What still waits for a full disk is rejected. Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.keys[Symbol.dispose]()
    this.producers[Symbol.dispose]()
    await this.#link.stop()
  }
}

type Answer<K extends WriterAnswer['kind']> = Extract<WriterAnswer, { kind: K }>
type Opened = Answer<'open'>

/** Requests and answers over the thread's one channel. */
class WorkerLink {
  readonly #worker = new Worker(new URL('./writer-worker.ts', import.meta.url), { smol: true })
  readonly #waiting = new Map<number, Waiting>()
  readonly #options: WorkerWriterOptions
  #nextId = 1
  #ended: Error | null = null

  constructor(options: WorkerWriterOptions) {
    this.#options = options
    this.#worker.onmessage = ({ data }: MessageEvent<WriterReply>) => this.#receive(data)
    const die = (message: string): void => {
      if (this.#ended !== null) return
      const error = new Error(`the book's writing thread has died: ${message}`)
      this.#end(error)
      options.onDeath(error)
    }
    this.#worker.onerror = (event) => {
      event.preventDefault()
      die(event.message)
    }
    this.#worker.addEventListener('close', () => die('it ended'))
  }

  async ask<K extends WriterAnswer['kind']>(
    call: WriterCall,
    kind: K,
    transfer: ArrayBuffer[] = [],
  ): Promise<Answer<K>> {
    if (this.#ended !== null) throw this.#ended
    const id = this.#nextId++
    const request: WriterRequest = { id, call }
    const answer = await new Promise<WriterAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage(request, transfer)
    })
    if (answer.kind !== kind) throw new Error(`asked for ${kind}, got ${answer.kind}`)
    // The kinds are equal; TypeScript does not narrow a union by a type parameter.
    return answer as Answer<K>
  }

  async stop(): Promise<void> {
    if (this.#ended !== null) return
    await this.ask({ kind: 'stop' }, 'stop')
    this.end()
  }

  end(): void {
    this.#end(new Error('the book is closed'))
    this.#worker.terminate()
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  #receive(reply: WriterReply): void {
    if ('trouble' in reply) return this.#options.onTrouble(reply.trouble)
    if ('aside' in reply) return this.#options.onAside?.(reply.aside)
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('answer' in reply) waiting?.resolve(reply.answer)
    else waiting?.reject(errorOf(reply.error))
  }
}

function errorOf({ name, message, stack, found, trouble }: WriterError): Error {
  if (trouble !== null) return new DiskTrouble(trouble, message)
  const error = found === null ? new Error(message) : new NewerBookFormat('', found)
  error.name = name
  error.message = message
  if (stack !== null) error.stack = stack
  return error
}
