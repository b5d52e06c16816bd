import { guardLoopback } from './guard.ts'
import { failure, makeApp } from './app.ts'
import type { AppDependencies } from './dependencies.ts'
import { postBatch } from './eventlog/post.ts'
import { readQuery } from './query-string.ts'

type Server = Bun.Server<unknown>

/** What Bun.serve takes: the hot route by the runtime's own router, everything else through Elysia. */
export function makeRoutes(dependencies: AppDependencies) {
  const { ingest, batchBytesMax, loopbackOnly } = dependencies
  const limits = { batchBytesMax }
  const app = makeApp(dependencies)

  const post = async (request: Request, server: Server): Promise<Response> => {
    const refusal = loopbackOnly ? guardLoopback(request) : null
    if (refusal !== null) return refusal
    // A body may come slowly as long as it comes: its own bounds and the connection's end are enough.
    server.timeout(request, 0)
    try {
      if (request.url.includes('?')) readQuery(new URL(request.url), [])
      return await postBatch(request, ingest, limits)
    } catch (error) {
      return failure(dependencies, error)
    }
  }

  const fetch = async (request: Request, server: Server): Promise<Response> => {
    const refusal = loopbackOnly ? guardLoopback(request) : null
    if (refusal !== null) return refusal
    // Long polls and streamed answers are silent for as long as they need.
    server.timeout(request, 0)
    try {
      return await app(request)
    } catch (error) {
      return failure(dependencies, error)
    }
  }
  return { routes: { '/api/v1/eventlog': { POST: post } }, fetch }
}
