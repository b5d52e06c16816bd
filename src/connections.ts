import type { Logger } from 'pino'
import { accessOptions } from './access-options.ts'
import type { Config } from './config.ts'
import type { AuditTrail } from './http/audit/audit-trail.ts'
import type { ConnectionLimits } from './http/connections/choose-closed.ts'
import { type ConnectionGate, lookEveryMs } from './http/connections/connection-gate.ts'
import { connectionsBelow, descriptorLimit } from './http/connections/descriptor-limit.ts'
import type { ConnectionMetrics } from './http/ops/connection-metrics.ts'
import { listOf } from './option.ts'

export interface ConnectionParts {
  readonly config: Config
  readonly log: Logger
  /** Of the listeners. */
  readonly ports: readonly number[]
  readonly audit: AuditTrail
  readonly metrics: ConnectionMetrics
}

/** Bounds the connections as configured, until it is disposed of. Says where that cannot be done. */
export function boundConnections(parts: ConnectionParts): Disposable {
  const descriptors = descriptorLimit()
  const limits = limitsOf(parts, descriptors)
  if (limits === null) return { [Symbol.dispose]() {} }
  let gate: ConnectionGate | null = null
  let isDisposed = false
  // What it needs is loaded after the start, which need not wait for it.
  const timer = setTimeout(() => {
    openGate(parts, limits, descriptors)
      .then((opened) => {
        if (isDisposed) return
        gate = opened
        gate?.start()
      })
      .catch((error: unknown) => sayUnbounded(parts.log, error))
  }, lookEveryMs)
  timer.unref()
  return {
    [Symbol.dispose]() {
      isDisposed = true
      clearTimeout(timer)
      gate?.[Symbol.dispose]()
    },
  }
}

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

async function openGate(
  { config, log, ports, audit, metrics }: ConnectionParts,
  limits: ConnectionLimits,
  descriptors: number | null,
): Promise<ConnectionGate | null> {
  const { openSocketTable } = await import('./http/connections/open-socket-table.ts')
  const { ConnectionGate: Gate } = await import('./http/connections/connection-gate.ts')
  const sockets = openSocketTable(descriptors ?? Number.POSITIVE_INFINITY)
  if (sockets === null) {
    sayUnbounded(log, new Error('the C library cannot be opened'))
    return null
  }
  const gate = new Gate({
    sockets,
    limits,
    ports: new Set(ports),
    isExempt: await exemptOf(config),
    onClosed: (closed) => {
      metrics.closed(closed)
      audit.closed(closed)
    },
    onError: (error) => log.error({ err: error }, 'the connections could not be looked at'),
  })
  metrics.countBy(() => gate.count())
  return gate
}

/** Behind a proxy there are many. */
async function exemptOf({ trustedProxies }: Config): Promise<(address: string) => boolean> {
  if (trustedProxies === '') return () => false
  const { Networks } = await import('./auth/networks.ts')
  const proxies = new Networks(listOf(trustedProxies))
  return (address) => proxies.has(address)
}

function sayUnbounded(log: Logger, error: unknown): void {
  log.error({ err: error }, 'the number of connections has no bound')
}
