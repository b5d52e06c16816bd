import type { Logger } from '../logger.ts'
import { guarded, logRequest, pathOf, type RequestLogOptions } from './request-event.ts'

/** A handler as Bun.serve, Deno.serve and workers take it. */
export type FetchHandler<A extends readonly unknown[]> = (
  request: Request,
  ...rest: A
) => Response | Promise<Response>

/**
 * Wraps a fetch handler so that each request is logged as `request handled` with method, path, status and duration_ms;
 * one that throws as `request failed`, after which it is thrown on.
 *
 * @example
 * ```ts
 * import { createLogger } from 'minutebook/client'
 * import { logRequests } from 'minutebook/client/fetch'
 *
 * const log = createLogger({ facility: 'shop', spool: './spool' })
 * const fetch = logRequests(log, () => new Response('hello'))
 * await fetch(new Request('http://localhost/orders'))
 * ```
 */
export function logRequests<A extends readonly unknown[]>(
  log: Logger,
  handler: FetchHandler<A>,
  options: RequestLogOptions = {},
): (request: Request, ...rest: A) => Promise<Response> {
  return async (request, ...rest) => {
    const { ignore, fields } = options
    if (ignore !== undefined && guarded(false, () => ignore(request))) {
      return handler(request, ...rest)
    }
    const started = performance.now()
    const facts = { method: request.method, path: pathOf(request) }
    const more = fields === undefined ? {} : guarded({}, () => fields(request))
    try {
      const response = await handler(request, ...rest)
      const durationMs = performance.now() - started
      logRequest(log, { ...facts, status: response.status, durationMs }, more)
      return response
    } catch (err) {
      log.error('request failed', { ...facts, ...more, err })
      throw err
    }
  }
}
