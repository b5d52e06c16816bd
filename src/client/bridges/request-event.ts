import type { LevelName } from '../../event/level.ts'
import type { Logger } from '../logger.ts'

/** What is logged of one request. */
export interface RequestFacts {
  readonly method: string
  /** Without the query, which may carry secrets. */
  readonly path: string
  /** The pattern that matched: `/orders/:id`; undefined when the framework does not say. */
  readonly route?: string | undefined
  readonly status: number
  readonly durationMs: number
}

/** What the logging of requests takes. */
export interface RequestLogOptions {
  /** Requests that are not logged: health checks, for one. */
  readonly ignore?: (request: Request) => boolean
  /** More fields of the event: `(request) => ({ user: request.headers.get('x-user') })`. */
  readonly fields?: (request: Request) => object
}

/** `request handled`: info, warn from status 400 on, error from 500 on. */
export function logRequest(log: Logger, facts: RequestFacts, more: object): void {
  const { method, path, route, status, durationMs } = facts
  const level: LevelName = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info'
  log[level]('request handled', {
    method,
    path,
    route,
    status,
    duration_ms: Math.round(durationMs * 1000) / 1000,
    ...more,
  })
}

/** What the application's own functions throw is no reason to fail a request. */
export function guarded<T>(usual: T, call: () => T): T {
  try {
    return call()
  } catch {
    return usual
  }
}

/** Without the query; empty for a request without a sound address. */
export function pathOf(request: Request): string {
  return guarded('', () => new URL(request.url).pathname)
}
