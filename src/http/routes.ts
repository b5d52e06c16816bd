import { guardLoopback } from './guard.ts'
import type { App } from './app.ts'
import { connectionOf } from './connection.ts'
import type { AppDependencies } from './dependencies.ts'
import { failure } from './failure.ts'
import { Acknowledgements, bodyLimits, postBatch } from './eventlog/post.ts'
import { readQuery } from './query-string.ts'

type Server = Bun.Server<unknown>

/** What Bun.serve takes: the hot route by the runtime's own router, everything else through Elysia. */
export function makeRoutes(dependencies: AppDependencies, stopping: AbortSignal) {
  const { batchBytesMax, ingest, loopbackOnly, metrics } = dependencies
  const { traffic } = metrics
  const limits = bodyLimits(batchBytesMax)
  const acknowledgements = new Acknowledgements()
  const app = loadApp(dependencies)

  const answerPost = async (request: Request, server: Server): Promise<Response> => {
    const refusal = loopbackOnly ? guardLoopback(request) : null
    if (refusal !== null) return refusal
    try {
      if (request.url.includes('?')) readQuery(new URL(request.url), [])
      const connection = connectionOf(request, server, stopping)
      return await postBatch(request, { ingest, limits, traffic, connection, acknowledgements })
    } catch (error) {
      return failure(dependencies, request, error)
    }
  }

  const post = async (request: Request, server: Server): Promise<Response> => {
    const began = performance.now()
    const response = await answerPost(request, server)
    traffic.posted(performance.now() - began)
    traffic.answered(response.status)
    return response
  }

  const answer = async (request: Request, server: Server): Promise<Response> => {
    const refusal = loopbackOnly ? guardLoopback(request) : null
    if (refusal !== null) return refusal
    try {
      return await (await app()).handle(request, connectionOf(request, server, stopping))
    } catch (error) {
      return failure(dependencies, request, error)
    }
  }

  const fetch = async (request: Request, server: Server): Promise<Response> => {
    const response = await answer(request, server)
    response.headers.set('x-content-type-options', 'nosniff')
    traffic.answered(response.status)
    return response
  }
  return { routes: { '/api/v1/eventlog': { POST: post } }, fetch }
}

/**
 * The framework is loaded by the first request that needs it, not before the server listens: it costs half
 * of a start, and a server that only takes batches in never needs it.
 */
function loadApp(dependencies: AppDependencies): () => Promise<App> {
  let app: Promise<App> | null = null
  return () => (app ??= import('./app.ts').then(({ makeApp }) => makeApp(dependencies)))
}
