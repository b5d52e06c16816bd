/** A server-sent event (HTML standard, 9.2.6). */
export interface SseEvent {
  readonly event: string
  readonly data: string
  /** The last id of the stream up to here. */
  readonly lastId: string
}

/** Cuts a stream of server-sent events; an event that is not ended by an empty line is left out. */
export class SseParser {
  readonly #decoder = new TextDecoder()
  #rest = ''
  #event = ''
  #data: string[] = []
  lastId: string
  /** As the server has asked, ms. */
  retryMs: number | null = null

  constructor(lastId = '') {
    this.lastId = lastId
  }

  push(bytes: Uint8Array): SseEvent[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true })
    // A carriage return at the end may be half of a line's end.
    const usable = text.endsWith('\r') ? text.length - 1 : text.length
    const lines = text.slice(0, usable).split(/\r\n|\n|\r/)
    this.#rest = (lines.pop() ?? '') + text.slice(usable)
    const events: SseEvent[] = []
    for (const line of lines) {
      if (line !== '') this.#field(line)
      else this.#end(events)
    }
    return events
  }

  #field(line: string): void {
    const at = line.indexOf(':')
    if (at === 0) return
    const name = at < 0 ? line : line.slice(0, at)
    const value = at < 0 ? '' : line.slice(line[at + 1] === ' ' ? at + 2 : at + 1)
    if (name === 'data') this.#data.push(value)
    else if (name === 'event') this.#event = value
    else if (name === 'id' && !value.includes('\0')) this.lastId = value
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value)
  }

  #end(events: SseEvent[]): void {
    const { lastId } = this
    const event = this.#event === '' ? 'message' : this.#event
    if (this.#data.length > 0) events.push({ event, data: this.#data.join('\n'), lastId })
    this.#event = ''
    this.#data = []
  }
}
