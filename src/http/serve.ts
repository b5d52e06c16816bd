import { idleTimeoutS } from './connection.ts'
import type { AppDependencies } from './dependencies.ts'
import { makeRoutes } from './routes.ts'
import { problem } from './problem.ts'
import { StartError, startExit } from '../start-error.ts'

export interface HttpServer {
  readonly url: string
  /** Takes no more connections and waits for requests under way, at most `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>
}

/** Listens. Throws StartError when the port is taken or the address cannot be bound. */
export function serveHttp(
  dependencies: AppDependencies,
  address: { readonly host: string; readonly port: number },
): HttpServer {
  const stopping = new AbortController()
  const { routes, fetch } = makeRoutes(dependencies, stopping.signal)
  try {
    const server = Bun.serve({
      hostname: address.host,
      port: address.port,
      reusePort: false,
      // The bound of a body is checked before it is buffered, with a problem document; this one has none.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      idleTimeout: idleTimeoutS,
      routes,
      fetch,
      error(error) {
        dependencies.log.error({ err: error }, 'a request failed')
        return problem('internal', 'the server log says more')
      },
    })
    const stop = (timeoutMs: number): Promise<void> => {
      stopping.abort()
      return drain(server, timeoutMs)
    }
    return { url: server.url.href.replace(/\/$/, ''), stop }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const where = `${address.host}:${address.port}`
    if (code === 'EADDRINUSE') {
      throw new StartError(
        startExit.portInUse,
        `${where} is in use; stop what listens there, or give --port another number`,
      )
    }
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(startExit.portInUse, `cannot listen on ${where}: ${reason}`)
  }
}

async function drain(server: Bun.Server<unknown>, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([server.stop(false), late])
  clearTimeout(timer)
  await server.stop(true)
}
