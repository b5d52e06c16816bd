import type { Logger } from 'pino'
import { makeAccess } from './access.ts'
import { boundConnections, exemptOf } from './connections.ts'
import { AuditTrail, commandLine, itself, serverStart } from './http/audit/audit-trail.ts'
import type { Credential } from './auth/credential.ts'
import { auditedCredential } from './http/auth/views.ts'
import type { Config } from './config.ts'
import type { AppDependencies } from './http/dependencies.ts'
import { serveHttp } from './http/serve.ts'
import type { TlsSetup } from './http/tls-setup.ts'

export interface FrontParts {
  readonly config: Config
  readonly log: Logger
  readonly nowMs: () => number
  /** The credential that this start has added. */
  readonly admin: Credential | null
  readonly dependencies: Omit<
    AppDependencies,
    'access' | 'audit' | 'log' | 'nowMs' | 'batchBytesMax' | 'bodyTimeoutMs'
  >
}

export interface Front extends AsyncDisposable {
  readonly url: string
  /** Writes what has been gathered for the audit trail. */
  flush(): Promise<void>
  stop(timeoutMs: number): Promise<void>
}

/** The side that faces the network: who is let in, by which certificate, on which ports. */
export async function openFront(parts: FrontParts): Promise<Front> {
  const { config, log, nowMs, dependencies, admin } = parts
  const { metrics, ingest } = dependencies
  const audit = new AuditTrail({ ingest, nowMs, log })
  const turnAway = (code: string): void => metrics.turnAway(code)
  const admitted = (name: string): void => metrics.principals.admitted(name)
  await using opened = new AsyncDisposableStack()
  const access = opened.use(await makeAccess({ config, log, nowMs, turnAway, admitted, audit }))
  const { openTls, watchTls } = await import('./tls.ts')
  const tls = await openTls(config, log, nowMs())
  const { host, port, batchBytesMax } = config
  const bodyTimeoutMs = config.bodyTimeoutS * 1_000
  const isExempt = await exemptOf(config)
  const http = serveHttp(
    { ...dependencies, access, audit, log, nowMs, batchBytesMax, bodyTimeoutMs },
    { host, port, tls },
  )
  const { ports } = http
  opened.use(
    boundConnections({ config, log, ports, audit, metrics: metrics.connections, isExempt }),
  )
  let shown = tls
  const renew = async (why: 'changed' | 'due'): Promise<void> => {
    try {
      const fresh = await openTls(config, log, nowMs())
      // What the server has renewed by itself changes its file, too.
      if (fresh === null || isSame(fresh, shown)) return
      http.renew(fresh)
      shown = fresh
      const { fingerprint, names, notAfterMs } = fresh.facts
      const until = new Date(notAfterMs).toISOString()
      await audit.act('certificate renewed', why === 'due' ? itself : commandLine, {
        certificate: { fingerprint, names, until },
      })
    } catch (error) {
      log.error({ err: error }, 'the new certificate is not taken; the one before stays')
    }
  }
  if (tls !== null) opened.use(watchTls(config, { nowMs, renew }))
  if (admin !== null) {
    void audit.act('credential added', serverStart, { credential: auditedCredential(admin) })
  }
  const held = opened.move()
  return {
    url: http.url,
    flush: () => audit.flush(),
    stop: async (timeoutMs) => {
      await http.stop(timeoutMs)
      await audit.flush()
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

function isSame(one: TlsSetup, other: TlsSetup | null): boolean {
  return (
    one.certificate === other?.certificate &&
    one.key === other.key &&
    one.clientCa === other.clientCa
  )
}
