/** One message of a stream of server-sent events. */
export interface SseMessage {
  readonly id: string
  /** `message` unless it says otherwise. */
  readonly event: string
  readonly data: string
}

/** Characters of a message that has no end yet, at most. */
const messageMax = 4_000_000

/**
 * Reads server-sent events (the HTML standard, 9.2) from a body. The browser's EventSource sends no Authorization
 * header, so the stream is read by hand. Ends with the body, or when nothing has come for `silentMs`; throws when it
 * breaks.
 */
export async function* readSse(
  body: ReadableStream<Uint8Array>,
  silentMs: number,
): AsyncGenerator<SseMessage> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, silentMs)
      if (done || value === undefined) return
      rest += decoder.decode(value, { stream: true })
      if (rest.length > messageMax) throw new RangeError('a message of the stream has no end')
      const parts = rest.split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const message = messageOf(part)
        if (message !== null) yield message
      }
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

/** The next part; after so long without one the reader is let go, which ends it. */
async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  silentMs: number,
): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }> {
  const timer = setTimeout(() => void reader.cancel(), silentMs)
  try {
    return await reader.read()
  } finally {
    clearTimeout(timer)
  }
}

function messageOf(text: string): SseMessage | null {
  let id = ''
  let event = 'message'
  const data: string[] = []
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'id') id = value
    else if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }
  return data.length === 0 ? null : { id, event, data: data.join('\n') }
}
