import { connect, type Socket } from 'node:net'

/** Connected at once: more would only wait in the listener's queue. */
const stepCount = 100

/** Many connections of one address, each of which has sent the beginning of something. */
export class Crowd implements Disposable {
  readonly #sockets: Socket[] = []
  readonly #closed = new Set<Socket>()

  /**
   * Resolves when all are connected, or were turned away. `address` is one of loopback's, such as 127.0.0.2; null:
   * the usual one. To thousands of another the kernel takes seconds to find ports.
   */
  async come(url: string, address: string | null, count: number, beginning: string): Promise<void> {
    const { hostname, port } = new URL(url)
    const from = address === null ? {} : { localAddress: address }
    const to = { host: hostname, port: Number(port), ...from }
    for (let made = 0; made < count; made += stepCount) {
      const step = Math.min(stepCount, count - made)
      await Promise.all(Array.from({ length: step }, () => this.#open(to, beginning)))
    }
  }

  /** Those that the server has not closed. */
  get openCount(): number {
    return this.#sockets.length - this.#closed.size
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #open(to: { host: string; port: number; localAddress?: string }, beginning: string) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const socket = connect(to, () => {
      socket.write(beginning)
      resolve()
    })
    this.#sockets.push(socket)
    socket.on('error', () => {})
    // What nobody reads hides the end.
    socket.resume()
    socket.on('close', () => {
      this.#closed.add(socket)
      resolve()
    })
    return promise
  }
}
