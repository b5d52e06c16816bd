import { connect, type Socket } from 'node:net'

/** A connection on which a test writes what no client would. */
export class RawConnection implements AsyncDisposable {
  readonly #socket: Socket
  #text = ''
  #isClosed = false
  #woken: (() => void)[] = []

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (data) => {
      this.#text += data.toString('latin1')
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#isClosed = true
      this.#wake()
    })
  }

  /** `localAddress`: where it comes from, such as 127.0.0.2, which needs no interface of its own. */
  static async open(url: string, localAddress?: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url)
    const from = localAddress === undefined ? {} : { localAddress }
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const socket = connect({ host, port: Number(port), ...from })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new RawConnection(socket)
  }

  get isOpen(): boolean {
    return !this.#isClosed
  }

  write(text: string): void {
    this.#socket.write(text)
  }

  /** Everything until `pattern` has come. Throws when the connection closes before. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      if (this.#isClosed) throw new Error(`closed after: ${this.#text}`)
      await this.#change()
    }
    return this.#text
  }

  /** Everything until the server closes. */
  async rest(): Promise<string> {
    while (!this.#isClosed) await this.#change()
    return this.#text
  }

  /** Reads nothing from now on. */
  pause(): void {
    this.#socket.pause()
  }

  /** As if the client had died. */
  abort(): void {
    this.#socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#woken.push(resolve))
  }

  #wake(): void {
    for (const wake of this.#woken.splice(0)) wake()
  }
}
