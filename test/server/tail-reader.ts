import { asObject, type JsonObject } from '../http/json-object.ts'
import { eventqry } from './ask.ts'

/** One server-sent event, as it came. */
export interface Frame {
  readonly event: string
  readonly id: string | null
  readonly data: JsonObject
}

/** A client of the live tail, which collects what it is given. */
export class TailReader implements AsyncDisposable {
  readonly frames: Frame[] = []
  readonly head: Response
  /** Resolves when the stream has ended, by whichever side. */
  readonly ended: Promise<void>
  readonly #leave = new AbortController()
  #text = ''

  private constructor(head: Response, leave: AbortController) {
    this.head = head
    this.#leave = leave
    this.ended = this.#read()
  }

  /** `query`: parameters as they stand in the URL. */
  static async open(
    url: string,
    query = '',
    lastEventId?: string,
    credential: Readonly<Record<string, string>> = {},
  ): Promise<TailReader> {
    const leave = new AbortController()
    const headers: Record<string, string> = { ...credential }
    if (lastEventId !== undefined) headers['last-event-id'] = lastEventId
    const path = `${url}${eventqry}/tail${query === '' ? '' : `?${query}`}`
    const head = await fetch(path, { headers, signal: leave.signal })
    if (head.status !== 200) throw new Error(`${path}: ${head.status} ${await head.text()}`)
    return new TailReader(head, leave)
  }

  /** The events of the book, without heartbeats and the like. */
  get events(): JsonObject[] {
    return this.frames.filter(({ event }) => event === 'message').map(({ data }) => data)
  }

  of(event: string): Frame[] {
    return this.frames.filter((frame) => frame.event === event)
  }

  /** The position of the newest frame that has one. */
  get position(): string | null {
    return this.frames.findLast(({ id }) => id !== null)?.id ?? null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave.abort()
    await this.ended
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder()
    try {
      for await (const bytes of this.head.body ?? []) {
        this.#take(decoder.decode(bytes, { stream: true }))
      }
    } catch (error) {
      if (!this.#leave.signal.aborted) throw error
    }
  }

  #take(text: string): void {
    const blocks = (this.#text + text).split('\n\n')
    this.#text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => {
          const at = line.indexOf(': ')
          return [line.slice(0, at), line.slice(at + 2)] as const
        }),
      )
      const data = fields.get('data')
      if (data === undefined) continue
      this.frames.push({
        event: fields.get('event') ?? 'message',
        id: fields.get('id') ?? null,
        data: asObject(JSON.parse(data)),
      })
    }
  }
}
