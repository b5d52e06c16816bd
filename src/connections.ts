import type { Logger } from 'pino'
import { accessOptions } from './access-options.ts'
import type { Config } from './config.ts'
import type { AuditTrail } from './http/audit/audit-trail.ts'
import type { ConnectionLimits } from './http/connections/choose-closed.ts'
import { ConnectionGate } from './http/connections/connection-gate.ts'
import { connectionsBelow, descriptorLimit } from './http/connections/descriptor-limit.ts'
import { openSocketTable } from './http/connections/open-socket-table.ts'
import type { ConnectionMetrics } from './http/ops/connection-metrics.ts'
import { listOf } from './option.ts'

export interface ConnectionParts {
  readonly config: Config
  readonly log: Logger
  /** Of the listeners. */
  readonly ports: readonly number[]
  readonly audit: AuditTrail
  readonly metrics: ConnectionMetrics
  readonly isExempt: (address: string) => boolean
}

/** Bounds the connections as configured, until it is disposed of. Says where that cannot be done. */
export function boundConnections(parts: ConnectionParts): Disposable {
  const { log, ports, audit, metrics, isExempt } = parts
  const descriptors = descriptorLimit()
  const limits = limitsOf(parts, descriptors)
  if (limits === null) return nothing
  // Now and not when it is needed: when all descriptors are taken, no code can be loaded.
  const sockets = openSocketTable(descriptors ?? Number.POSITIVE_INFINITY)
  if (sockets === null) {
    log.error('the number of connections has no bound: there is no C library or no /proc')
    return nothing
  }
  const gate = new ConnectionGate({
    sockets,
    limits,
    ports: new Set(ports),
    isExempt,
    onClosed: (closed) => {
      metrics.closed(closed)
      audit.closed(closed)
    },
    onError: (error) => log.error({ err: error }, 'the connections could not be looked at'),
    elapsedMs: () => performance.now(),
  })
  metrics.countBy(() => gate.count())
  gate.start()
  return gate
}

const nothing: Disposable = { [Symbol.dispose]() {} }

/** Null: there is nothing to bound, or no way to do it. */
function limitsOf(
  { config, log }: ConnectionParts,
  descriptors: number | null,
): ConnectionLimits | null {
  const { connectionsMax: max, connectionsPerAddressMax: perAddressMax } = config
  if (max === 0 && perAddressMax === 0) return null
  if (process.platform !== 'linux') {
    const isGiven =
      max !== accessOptions.connectionsMax.default ||
      perAddressMax !== accessOptions.connectionsPerAddressMax.default
    if (isGiven) log.warn('connections are bounded on Linux only: the options have no effect here')
    return null
  }
  const fitting = descriptors === null ? max : connectionsBelow(descriptors)
  if (max <= fitting) return { max, perAddressMax }
  log.warn(
    { connectionsMax: fitting, descriptors },
    `there may be ${fitting} connections and not ${max}: raise the limit of open files (ulimit -n, LimitNOFILE)`,
  )
  return { max: fitting, perAddressMax }
}

/** Which addresses have no bound of their own: behind a proxy there are many. */
export async function exemptOf({ trustedProxies }: Config): Promise<(address: string) => boolean> {
  if (trustedProxies === '') return () => false
  const { Networks } = await import('./auth/networks.ts')
  const proxies = new Networks(listOf(trustedProxies))
  return (address) => proxies.has(address)
}
