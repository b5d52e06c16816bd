import type { Socket } from 'bun'

/** One answer. `body` is valid only during the call that brings it. */
export interface Answer {
  readonly status: number
  readonly body: Uint8Array
}

/**
 * A keep-alive connection with at most one request under way. It writes prebuilt requests and looks at
 * no more of an answer than its status and length: the load shares two cores with the server.
 */
export class LoadConnection {
  readonly #socket: Socket
  #pending: Uint8Array | null = null
  #received: Uint8Array | null = null
  #onAnswer: (answer: Answer) => void = nobody

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async open(port: number, isTls = false): Promise<LoadConnection> {
    const opened = Promise.withResolvers<LoadConnection>()
    let connection: LoadConnection | null = null
    await Bun.connect({
      hostname: '127.0.0.1',
      port,
      // Load is not for checking certificates.
      ...(isTls ? { tls: { rejectUnauthorized: false } } : {}),
      socket: {
        open(socket) {
          socket.setNoDelay(true)
          connection = new LoadConnection(socket)
          opened.resolve(connection)
        },
        data(_, chunk) {
          connection?.takeChunk(chunk)
        },
        drain() {
          connection?.writeOn()
        },
        close() {
          connection?.takeEnd()
        },
        error(_, error) {
          opened.reject(error)
        },
      },
    })
    return opened.promise
  }

  /** `onAnswer` is called once, with status 0 when the connection closed instead. */
  send(request: Uint8Array, onAnswer: (answer: Answer) => void): void {
    this.#onAnswer = onAnswer
    this.#pending = request
    this.writeOn()
  }

  close(): void {
    this.#onAnswer = nobody
    this.#socket.end()
  }

  writeOn(): void {
    const pending = this.#pending
    if (pending === null) return
    const written = this.#socket.write(pending)
    this.#pending = written >= pending.length ? null : pending.subarray(Math.max(written, 0))
  }

  takeChunk(chunk: Uint8Array): void {
    const received = this.#received === null ? chunk : Buffer.concat([this.#received, chunk])
    const answer = readAnswer(received)
    if (answer === null) {
      this.#received = received === chunk ? chunk.slice() : received
      return
    }
    this.#received = null
    this.#takeListener()(answer)
  }

  takeEnd(): void {
    this.#takeListener()({ status: 0, body: new Uint8Array() })
  }

  /** A listener hears once: a connection that closes while idle has no request to fail. */
  #takeListener(): (answer: Answer) => void {
    const listener = this.#onAnswer
    this.#onAnswer = nobody
    return listener
  }
}

function nobody(): void {}

/** Null: not complete yet. */
function readAnswer(bytes: Uint8Array): Answer | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headEnd = buffer.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const head = buffer.toString('latin1', 0, headEnd)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without Content-Length: ${head}`)
  const end = headEnd + 4 + Number(length)
  if (buffer.length < end) return null
  return { status, body: buffer.subarray(headEnd + 4, end) }
}
