/** Idle seconds after which a connection is closed, between requests and in the middle of one. */
export const idleTimeoutS = 60

/**
 * How long the connection of one request may be silent. The runtime counts from the last setting, not from
 * the last byte, and a setting outlives its request: whoever holds must relax before the answer's end, or
 * the connection stays open for good.
 */
export interface Connection {
  /** The work ahead has bounds of its own. */
  hold(): void
  relax(): void
  /** Aborted when the server stops: whoever only waits is to answer then. */
  readonly stopping: AbortSignal
}

export function connectionOf(
  request: Request,
  server: Bun.Server<unknown>,
  stopping: AbortSignal,
): Connection {
  return {
    stopping,
    hold: () => server.timeout(request, 0),
    relax: () => server.timeout(request, idleTimeoutS),
  }
}

/** Does work that takes its time, as on a large book; the connection says nothing meanwhile. */
export async function whileHeld<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  connection.hold()
  try {
    return await work()
  } finally {
    connection.relax()
  }
}
