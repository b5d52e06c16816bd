import type { AppDependencies } from './dependencies.ts'
import { postBatch } from './eventlog/post.ts'
import { problem } from './problem.ts'

/** What Bun.serve takes: the hot route natively, everything else through `fetch`. */
export function makeRoutes(dependencies: AppDependencies) {
  const { ingest, batchBytesMax } = dependencies
  const limits = { batchBytesMax }
  return {
    routes: {
      '/api/v1/eventlog': {
        POST: (request: Request, server: Bun.Server<unknown>) => {
          server.timeout(request, 0)
          return postBatch(request, ingest, limits)
        },
      },
    },
    fetch: async (request: Request): Promise<Response> => {
      const path = new URL(request.url).pathname
      if (path === '/health/ready') return new Response('{}')
      if (path === '/api/v1/eventqry') {
        const { closedThrough } = dependencies.book.state()
        return Response.json({ closedThrough: closedThrough === null ? null : new Date(closedThrough * 60_000).toISOString().slice(0, 16) + 'Z' })
      }
      return problem('not-found', path)
    },
  }
}
