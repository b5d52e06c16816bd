import { acceptedTypes } from '../decode/body.ts'
import type { Operation } from './operation.ts'
import { problem } from './problem.ts'

type Route = Pick<Operation, 'method' | 'path'>

/** The methods of the resource that a request names; none: there is no such resource. */
export function allowedMethods(routes: readonly Route[], request: Request): readonly string[] {
  const path = new URL(request.url).pathname
  const methods = routes
    .filter((route) => patternOf(route.path).test(path))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return methods.length === 0 ? [] : [...methods, 'OPTIONS']
}

/** The answer to a request that no route takes: 404, 405, or what OPTIONS asks for. */
export function answerUnrouted(allowed: readonly string[], request: Request): Response {
  const path = new URL(request.url).pathname
  if (allowed.length === 0) return problem('not-found', `there is no ${path}`)
  const allow = allowed.join(', ')
  const headers = {
    allow,
    ...(allowed.includes('POST') ? { 'accept-post': acceptedTypes.join(', ') } : {}),
  }
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers })
  return problem('method-not-allowed', `${path} takes ${allow}`, { headers })
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[a-z]+/g, '[^/]+')}$`)
