import { STATUS_CODES } from 'node:http'
import type { Logger } from '../logger.ts'
import { guarded, logRequest, pathOf, type RequestLogOptions } from './request-event.ts'

/*
 * A plugin by shape: Elysia is neither imported nor needed, and the client works without it.
 */

/** What is read of Elysia's context. */
interface RequestContext {
  readonly request: Request
  readonly route?: string
  readonly set: { readonly status?: number | string | undefined }
  readonly responseValue?: unknown
}

interface ErrorContext {
  readonly request: Request
  readonly error: unknown
  readonly code: unknown
}

/** What is used of an Elysia app. */
interface Hooks {
  onRequest(hook: (context: RequestContext) => void): unknown
  onError(hook: (context: ErrorContext) => void): unknown
  onAfterResponse(hook: (context: RequestContext) => void): unknown
}

/**
 * An Elysia plugin that logs each request of the routes that come after it as `request handled`, with method, route,
 * path, status and duration_ms, and what a handler throws as `request failed`.
 *
 * @example
 * ```ts
 * import { Elysia } from 'elysia'
 * import { createLogger } from 'minutebook/client'
 * import { elysiaRequests } from 'minutebook/client/elysia'
 *
 * const log = createLogger({ facility: 'shop', spool: './spool' })
 * const app = new Elysia().use(elysiaRequests(log)).get('/orders/:id', ({ params }) => params.id)
 * ```
 */
export function elysiaRequests(
  log: Logger,
  options: RequestLogOptions = {},
): <App>(app: App) => App {
  const seen = new WeakMap<Request, Seen>()
  return (app) => {
    if (!hasHooks(app)) throw new TypeError('this is no Elysia app')
    // All is read at once: after the answer the request's headers are gone.
    app.onRequest(({ request }) => {
      const { ignore, fields } = options
      if (ignore !== undefined && guarded(false, () => ignore(request))) return
      seen.set(request, {
        startedMs: performance.now(),
        method: request.method,
        path: pathOf(request),
        more: fields === undefined ? {} : guarded({}, () => fields(request)),
      })
    })
    app.onError(({ request, error, code }) => {
      if (typeof code === 'string' && expected.has(code)) return
      const facts = { method: request.method, path: pathOf(request) }
      log.error('request failed', { ...facts, ...seen.get(request)?.more, err: error, code })
    })
    app.onAfterResponse((context) => {
      const found = seen.get(context.request)
      if (found === undefined) return
      const { method, path, startedMs, more } = found
      const facts = {
        method,
        path,
        route: context.route === '' ? undefined : context.route,
        status: statusOf(context),
        durationMs: performance.now() - startedMs,
      }
      logRequest(log, facts, more)
    })
    return app
  }
}

/** What is kept of a request until it is answered. */
interface Seen {
  readonly startedMs: number
  readonly method: string
  readonly path: string
  readonly more: object
}

/** What a client did wrong: told by the status of `request handled`. */
const expected = new Set(['NOT_FOUND', 'VALIDATION', 'PARSE', 'INVALID_COOKIE_SIGNATURE'])

function statusOf({ set, responseValue }: RequestContext): number {
  if (responseValue instanceof Response) return responseValue.status
  if (typeof set.status === 'number') return set.status
  // Elysia takes a status by its name too.
  const named = Object.entries(STATUS_CODES).find(([, name]) => name === set.status)
  return named === undefined ? 200 : Number(named[0])
}

function hasHooks(app: unknown): app is Hooks {
  return (
    typeof app === 'object' &&
    app !== null &&
    ['onRequest', 'onError', 'onAfterResponse'].every((name) => name in app)
  )
}
