import { sha256Hex } from '../auth/secret.ts'
import { type Admitted, type Caller, needOf } from './access.ts'
import type { App } from './app.ts'
import { connectionOf } from './connection.ts'
import type { AppDependencies } from './dependencies.ts'
import { failure } from './failure.ts'
import { guardHost } from './guard.ts'
import { Acknowledgements, postBatch } from './eventlog/post.ts'
import { bodyLimits } from './eventlog/read-body.ts'
import { problem } from './problem.ts'
import { readQuery } from './query-string.ts'
import { secure } from './security-headers.ts'

type Server = Bun.Server<unknown>

/** What Bun.serve takes: the hot route by the runtime's own router, everything else through Elysia. */
export function makeRoutes(
  dependencies: AppDependencies,
  stopping: AbortSignal,
  isCertified: boolean,
) {
  const { access, ingest, metrics } = dependencies
  const { traffic } = metrics
  const limits = bodyLimits(dependencies)
  const acknowledgements = new Acknowledgements()
  const app = loadApp(dependencies)

  const callerOf = (request: Request, server: Server): Caller => ({
    isCertified,
    address: () => server.requestIP(request)?.address ?? '',
  })

  const answerPost = async (request: Request, server: Server): Promise<Response> => {
    try {
      const admitting = access.admit(request, callerOf(request, server), 'write')
      // Fast path: nothing to look up.
      const admitted = admitting instanceof Promise ? await admitting : admitting
      if (admitted instanceof Response) return admitted
      if (request.url.includes('?')) {
        const nowhere = guardHost(request)
        if (nowhere !== null) return nowhere
        readQuery(new URL(request.url), [])
      }
      const connection = connectionOf(request, server, stopping)
      const context = { ingest, limits, traffic, connection, acknowledgements, admitted }
      return await postBatch(request, context)
    } catch (error) {
      return failure(dependencies, request, error)
    }
  }

  const post = async (request: Request, server: Server): Promise<Response> => {
    const began = performance.now()
    const response = await answerPost(request, server)
    if (!access.cors.isOff) access.cors.open(request.headers, response.headers)
    traffic.posted(performance.now() - began)
    traffic.answered(response.status)
    return response
  }

  const answer = async (request: Request, server: Server): Promise<Response> => {
    try {
      const nowhere = guardHost(request)
      if (nowhere !== null) return nowhere
      const need = needOf(request.method, new URL(request.url).pathname)
      const admitted = await access.admit(request, callerOf(request, server), need)
      if (admitted instanceof Response) return admitted
      const foreign = bodyRefusal(request, admitted)
      if (foreign !== null) return foreign
      const connection = connectionOf(request, server, stopping)
      return await (await app()).handle(request, { connection, admitted })
    } catch (error) {
      return failure(dependencies, request, error)
    }
  }

  const fetch = async (request: Request, server: Server): Promise<Response> => {
    const response = access.cors.preflight(request) ?? (await answer(request, server))
    secure(response.headers)
    access.cors.open(request.headers, response.headers)
    traffic.answered(response.status)
    return response
  }
  return { routes: { '/api/v1/eventlog': { POST: post } }, fetch }
}

/** What is signed without a body must come without one. */
function bodyRefusal(request: Request, { bodySha256 }: Admitted): Response | null {
  if (bodySha256 === null || request.method === 'POST') return null
  return request.body === null && bodySha256 === sha256Hex('')
    ? null
    : problem('signature-refused', 'the body is not the one that was signed')
}

const loadTries = 50
const loadAgainAfterMs = 100

/**
 * The framework is loaded by the first request that needs it, not before the server listens: it costs half
 * of a start, and a server that only takes batches in never needs it.
 */
function loadApp(dependencies: AppDependencies): () => Promise<App> {
  let app: Promise<App> | null = null
  const load = async (): Promise<App> => {
    try {
      const { makeApp } = await importApp(dependencies)
      return makeApp(dependencies)
    } catch (error) {
      // The next request may have more luck.
      app = null
      throw error
    }
  }
  return () => (app ??= load())
}

/** Without a descriptor left no file can be opened; crowds of connections are closed within seconds. */
async function importApp({ log }: AppDependencies) {
  for (let tried = 1; ; tried++) {
    try {
      return await import('./app.ts')
    } catch (error) {
      if (tried === loadTries) throw error
      const text = 'the code that answers cannot be loaded; it is tried again, for five seconds'
      if (tried === 1) log.warn({ err: error }, text)
      await Bun.sleep(loadAgainAfterMs)
    }
  }
}
