/** A connection that somebody has opened to one of the server's ports. */
export interface HeldConnection {
  /** Its descriptor in this process; good for this turn of the event loop alone. */
  readonly descriptor: number
  /** `10.0.0.7`, or the network of an IPv6 address, `2001:db8:1:2::/64`: whoever has one has all of them. */
  readonly from: string
  /** The address itself. */
  readonly address: string
}

/** Milliseconds since bytes last went each way. */
export interface Quiet {
  readonly receivedMs: number
  readonly sentMs: number
}

/** What the kernel knows of the descriptors of this process. */
export interface SocketTable {
  /** Linux 6.2 and later tell the number; before, they have to be listed. */
  readonly isCountCheap: boolean
  /** Open descriptors of all kinds. */
  count(): number
  /** A walk: about 2 µs for each open descriptor. */
  connections(ports: ReadonlySet<number>): readonly HeldConnection[]
  quiet(descriptor: number): Quiet
  /** Ends both directions, so that the runtime finds the connection ended and closes it. */
  shutDown(descriptor: number): void
}

export type ClosedWhy = 'per-address' | 'in-all'

export interface ClosedConnection {
  readonly connection: HeldConnection
  readonly why: ClosedWhy
}
