import { chooseClosed, type ConnectionLimits } from './choose-closed.ts'
import type { ClosedConnection, SocketTable } from './contract.ts'

/** How long more connections than allowed may be open: from one look to the next. */
export const lookEveryMs = 1_000

export interface ConnectionGateOptions {
  readonly sockets: SocketTable
  readonly limits: ConnectionLimits
  /** Of the listeners. */
  readonly ports: ReadonlySet<number>
  readonly isExempt: (address: string) => boolean
  /** Told of all that one look has closed. */
  readonly onClosed: (closed: readonly ClosedConnection[]) => void
  readonly onError: (error: unknown) => void
}

/**
 * Bounds the connections, which the runtime itself does not. It asks nobody before it accepts one, so those
 * that are too many are open for a second, and then closed.
 */
export class ConnectionGate implements Disposable {
  readonly #options: ConnectionGateOptions
  readonly #walkAbove: number
  #timer: ReturnType<typeof setInterval> | null = null

  constructor(options: ConnectionGateOptions) {
    this.#options = options
    const { max, perAddressMax } = options.limits
    // Fewer descriptors of all kinds than that cannot hold too many connections.
    this.#walkAbove = Math.min(...[max, perAddressMax].filter((bound) => bound > 0))
  }

  start(): void {
    this.#timer = setInterval(() => this.#tryLook(), lookEveryMs)
    this.#timer.unref()
  }

  /** A few microseconds, unless there are more descriptors than one address may have connections. */
  look(): void {
    const { sockets, ports, limits, isExempt, onClosed } = this.#options
    if (sockets.count() <= this.#walkAbove) return
    const quiet = sockets.quiet.bind(sockets)
    // One turn of the event loop: no descriptor that is found can be another by the time it is shut down.
    const connections = sockets.connections(ports)
    const closed = chooseClosed(connections, { limits, isExempt, quiet })
    for (const { connection } of closed) sockets.shutDown(connection.descriptor)
    if (closed.length > 0) onClosed(closed)
  }

  /** Connections that are open now. */
  count(): number {
    const { sockets, ports } = this.#options
    return sockets.connections(ports).length
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #tryLook(): void {
    try {
      this.look()
    } catch (error) {
      this.#options.onError(error)
    }
  }
}
