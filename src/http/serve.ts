import type { AppDependencies } from './dependencies.ts'
import { Listener } from './listener.ts'
import type { TlsSetup } from './tls-setup.ts'

export interface HttpServer {
  readonly url: string
  /** Those that are listened on. */
  readonly ports: readonly number[]
  /** Shows another certificate from now on; connections that are open stay open. */
  renew(tls: TlsSetup): void
  /** Takes no more connections and waits for requests under way, at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>
}

export interface HttpAddress {
  readonly host: string
  readonly port: number
  /** Null: plain HTTP. */
  readonly tls: TlsSetup | null
}

/** Listens. Throws StartError when the port is taken or the address cannot be bound. */
export function serveHttp(dependencies: AppDependencies, address: HttpAddress): HttpServer {
  const { host, port, tls } = address
  const stopping = new AbortController()
  const open = (at: number, isCertified: boolean): Listener =>
    new Listener(dependencies, { host, port: at, tls, isCertified, stopping: stopping.signal })
  const listeners = [open(port, tls?.areClientsRequired === true)]
  if (tls !== null && tls.clientPort !== null) {
    try {
      listeners.push(open(tls.clientPort, true))
    } catch (error) {
      void listeners[0]?.stop(0)
      throw error
    }
  }
  return {
    url: listeners[0]?.url ?? '',
    ports: listeners.map(({ port: at }) => at),
    renew(fresh) {
      for (const listener of listeners) listener.renew(fresh)
    },
    async stop(timeoutMs) {
      stopping.abort()
      await Promise.all(listeners.map((listener) => listener.stop(timeoutMs)))
    },
  }
}
