import type { ServerAccess } from '../access/server-access.ts'
import { exitCode } from '../command.ts'
import { AskError, askServer, messageOf, Unreachable } from './ask-server.ts'
import { membersOf, readExact, textOf } from './exact-json.ts'
import { SseParser } from './sse-events.ts'

/** Seconds between heartbeats, and how many may stay away before a connection counts as dead. */
const heartbeatS = 15
const heartbeatsMissingMax = 3

const retryMsDefault = 1_000

export interface TailConnectionOptions {
  readonly url: string
  readonly access: ServerAccess
  /** The position behind which to begin; '': with what comes from now on. */
  readonly lastId: string
  /** Something that the user should know. */
  readonly say: (text: string) => void
  /** Lines of JSON, an event each. Resolves when more may come. */
  readonly take: (lines: readonly string[]) => Promise<void>
}

/** A tail over any number of connections. */
export class TailConnection {
  retryMs = retryMsDefault
  /** Whether the newest connection has brought something. */
  hasBeenRead = false
  readonly say: (text: string) => void
  readonly #options: TailConnectionOptions
  #lastId: string

  constructor(options: TailConnectionOptions) {
    this.#options = options
    this.#lastId = options.lastId
    this.say = options.say
  }

  /** Resolves when the server ends the stream. Throws Unreachable when it breaks, AskError. */
  async run(): Promise<void> {
    this.hasBeenRead = false
    const giveUp = new AbortController()
    const headers: Record<string, string> =
      this.#lastId === '' ? {} : { 'last-event-id': this.#lastId }
    const url = `${this.#options.url}&heartbeat=${heartbeatS}`
    const { signal } = giveUp
    const { access } = this.#options
    const request = { accept: 'text/event-stream', headers, access, signal }
    const response = await askServer(url, request)
    const silentMsMax = heartbeatS * heartbeatsMissingMax * 1_000
    const parser = new SseParser(this.#lastId)
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader()
    try {
      for (;;) {
        const timer = setTimeout(() => giveUp.abort(), silentMsMax)
        const { done, value } = await readFrom(reader).finally(() => clearTimeout(timer))
        if (done) return
        this.hasBeenRead = true
        await this.#take(parser, value)
      }
    } finally {
      giveUp.abort()
    }
  }

  async #take(parser: SseParser, bytes: Uint8Array): Promise<void> {
    const lines: string[] = []
    for (const { event, data } of parser.push(bytes)) {
      if (event === 'message') lines.push(data)
      else if (event === 'missed') this.#sayMissed(data)
      else if (event === 'error') this.#sayError(data)
    }
    if (lines.length > 0) await this.#options.take(lines)
    this.#lastId = parser.lastId
    this.retryMs = parser.retryMs ?? this.retryMs
  }

  #sayMissed(data: string): void {
    const { events, after } = membersOf(readExact(data))
    this.say(
      `missed ${textOf(events)} events after ${textOf(after)}: they came faster than they were read`,
    )
  }

  #sayError(data: string): void {
    const { code, detail } = membersOf(readExact(data))
    const text = `${textOf(code)}: ${textOf(detail)}`
    // It would be so again.
    if (code === 'dropped' || code === 'query-failed') throw new AskError(text, exitCode.failed)
    this.say(text)
  }
}

async function readFrom(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<
  | { readonly done: true; readonly value?: undefined }
  | { readonly done: false; readonly value: Uint8Array }
> {
  try {
    const { done, value } = await reader.read()
    return done ? { done } : { done, value }
  } catch (error) {
    throw new Unreachable(`the connection broke: ${messageOf(error)}`)
  }
}
