import { chooseClosed, type ConnectionLimits } from './choose-closed.ts'
import type { ClosedConnection, SocketTable } from './contract.ts'

/** How often it is looked how many descriptors there are. */
const lookEveryMs = 100
/** How long more connections than allowed may be open, while there is no want of descriptors. */
const walkEveryMs = 1_000
/** With so many more descriptors than the bound in all a walk does not wait, or with half as many more of a small one: the server's own are fewer. */
const hurryAbove = 512

export interface ConnectionGateOptions {
  readonly sockets: SocketTable
  readonly limits: ConnectionLimits
  /** Of the listeners. */
  readonly ports: ReadonlySet<number>
  readonly isExempt: (address: string) => boolean
  /** Told of all that one look has closed. */
  readonly onClosed: (closed: readonly ClosedConnection[]) => void
  /** Told of the first failure; the looks go on. */
  readonly onError: (error: unknown) => void
  readonly elapsedMs: () => number
}

/**
 * Bounds the connections, which the runtime itself does not. It asks nobody before it accepts one, so those
 * that are too many are open for a moment, and then closed.
 */
export class ConnectionGate implements Disposable {
  readonly #options: ConnectionGateOptions
  readonly #walkAbove: number
  readonly #hurryAbove: number
  #walkedMs = Number.NEGATIVE_INFINITY
  #hasFailed = false
  #timer: ReturnType<typeof setInterval> | null = null

  constructor(options: ConnectionGateOptions) {
    this.#options = options
    const { max, perAddressMax } = options.limits
    // Fewer descriptors of all kinds than that cannot hold too many connections.
    this.#walkAbove = Math.min(...[max, perAddressMax].filter((bound) => bound > 0))
    this.#hurryAbove =
      max === 0 ? Number.POSITIVE_INFINITY : max + Math.min(hurryAbove, Math.ceil(max / 2))
  }

  start(): void {
    const { isCountCheap } = this.#options.sockets
    this.#timer = setInterval(() => this.#tryLook(), isCountCheap ? lookEveryMs : walkEveryMs)
    this.#timer.unref()
  }

  /** Some 40 µs, unless there are more descriptors than one address may have connections. */
  look(): void {
    const { sockets, elapsedMs } = this.#options
    const count = sockets.count()
    if (count <= this.#walkAbove) return
    const nowMs = elapsedMs()
    if (count <= this.#hurryAbove && nowMs - this.#walkedMs < walkEveryMs) return
    this.#walkedMs = nowMs
    this.#walk()
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

  #walk(): void {
    const { sockets, ports, limits, isExempt, onClosed } = this.#options
    const quiet = sockets.quiet.bind(sockets)
    // One turn of the event loop: no descriptor that is found can be another by the time it is shut down.
    const connections = sockets.connections(ports)
    const closed = chooseClosed(connections, { limits, isExempt, quiet })
    for (const { connection } of closed) sockets.shutDown(connection.descriptor)
    if (closed.length > 0) onClosed(closed)
  }

  #tryLook(): void {
    try {
      this.look()
    } catch (error) {
      if (!this.#hasFailed) this.#options.onError(error)
      this.#hasFailed = true
    }
  }
}
