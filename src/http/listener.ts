import { StartError, startExit } from '../start-error.ts'
import { idleTimeoutS } from './connection.ts'
import type { AppDependencies } from './dependencies.ts'
import { problem } from './problem.ts'
import { makeRoutes } from './routes.ts'
import { tlsOptions, type TlsSetup } from './tls-setup.ts'

type Server = Bun.Server<unknown>

export interface ListenerOptions {
  readonly host: string
  readonly port: number
  readonly tls: TlsSetup | null
  /** Only clients with a certificate come in. */
  readonly isCertified: boolean
  readonly stopping: AbortSignal
}

/** One port that is listened on. */
export class Listener {
  readonly #dependencies: AppDependencies
  readonly #options: ListenerOptions
  #server: Server
  #tls: TlsSetup | null
  /** Those before a renewal: they take no more connections and end with their last one. */
  readonly #former = new Set<Server>()

  /** Throws StartError. */
  constructor(dependencies: AppDependencies, options: ListenerOptions) {
    this.#dependencies = dependencies
    this.#options = options
    this.#tls = options.tls
    try {
      this.#server = this.#listen(options.port, options.tls)
    } catch (error) {
      throw startErrorOf(error, `${options.host}:${options.port}`)
    }
  }

  get url(): string {
    return this.#server.url.href.replace(/\/$/, '')
  }

  get port(): number {
    return this.#server.port ?? this.#options.port
  }

  /**
   * The runtime keeps the certificate that a listener began with. So the old one stops to accept, and a new
   * one begins on the same port at once; what is connected to the old one goes on there.
   */
  renew(tls: TlsSetup): void {
    const old = this.#server
    const { port } = this
    const ended = old.stop(false)
    this.#former.add(old)
    void ended.then(() => this.#former.delete(old))
    try {
      this.#server = this.#listen(port, tls)
      this.#tls = tls
    } catch (error) {
      // A certificate that the runtime does not take must not leave the port without a listener.
      this.#server = this.#listen(port, this.#tls)
      throw error
    }
  }

  async stop(timeoutMs: number): Promise<void> {
    await Promise.all([this.#server, ...this.#former].map((server) => drain(server, timeoutMs)))
  }

  #listen(port: number, tls: TlsSetup | null): Server {
    const { host, stopping, isCertified } = this.#options
    const dependencies = this.#dependencies
    const { routes, fetch } = makeRoutes(dependencies, stopping, isCertified)
    return Bun.serve({
      hostname: host,
      port,
      reusePort: false,
      ...(tls === null ? {} : { tls: tlsOptions(tls, isCertified) }),
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
  }
}

async function drain(server: Server, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([server.stop(false), late])
  clearTimeout(timer)
  await server.stop(true)
}

function startErrorOf(error: unknown, where: string): StartError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE') {
    return new StartError(
      startExit.portInUse,
      `${where} is in use; stop what listens there, or give --port another number`,
    )
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new StartError(startExit.portInUse, `cannot listen on ${where}: ${reason}`)
}
