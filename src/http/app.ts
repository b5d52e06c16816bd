import { swagger } from '@elysiajs/swagger'
import { Elysia } from 'elysia'
import type { AnswerFormat } from '../query/contract.ts'
import type { AppDependencies } from './dependencies.ts'
import { detailOf } from './docs/detail.ts'
import { documentation } from './docs/documentation.ts'
import { pageOperations } from './docs/pages.ts'
import { deleteOperation } from './eventlog/delete-operation.ts'
import { postOperation } from './eventlog/post-operation.ts'
import { eventOperation } from './eventqry/event-operation.ts'
import { damageProblem } from './eventqry/events-answer.ts'
import { indexOperation } from './eventqry/index-operation.ts'
import { minutesOperation } from './eventqry/minutes-operation.ts'
import { minuteOperation, pageBytesOperation, periodOperation } from './eventqry/page-operations.ts'
import { opsOperations } from './ops/operations.ts'
import type { Operation } from './operation.ts'
import { problem, ProblemError } from './problem.ts'
import { readQuery } from './query-string.ts'

/** Every operation of the API, in the order of the documentation. */
export function makeOperations(dependencies: AppDependencies): readonly Operation[] {
  return [
    postOperation(dependencies),
    deleteOperation(dependencies),
    indexOperation(dependencies),
    minutesOperation(dependencies),
    minuteOperation(dependencies),
    periodOperation(dependencies, 'hour'),
    periodOperation(dependencies, 'day'),
    eventOperation(dependencies),
    pageBytesOperation(dependencies),
    ...opsOperations(dependencies),
  ]
}

const suffix = /\.(json|ndjson|msgpack|csv)$/
const withSuffix = /^\/api\/v1\/eventqry(\/(?!pages\/)|\.)/

interface Origin {
  readonly suffix: AnswerFormat | null
  readonly isHead: boolean
}

/** Answers any request: Elysia routes it and generates the document, the operations do the rest. */
export function makeApp(dependencies: AppDependencies): (request: Request) => Promise<Response> {
  const operations = makeOperations(dependencies)
  const origins = new WeakMap<Request, Origin>()
  const app = new Elysia()
    .onError(({ error, code, request }) => {
      if (code === 'NOT_FOUND') return notFound(operations, request)
      return failure(dependencies, error)
    })
    .use(swagger(documentation(dependencies.version)))
  for (const operation of operations) {
    app.route(
      operation.method,
      operation.path,
      ({ request, params }) => run(operation, request, params, origins.get(request)),
      { parse: 'none', detail: detailOf(operation) },
    )
  }
  for (const page of pageOperations(dependencies)) {
    app.get(page.path, ({ request, params }) => page.handle(request, params), {
      detail: { hide: true },
    })
  }
  return async (request) => {
    const { rewritten, origin } = normalise(request)
    origins.set(rewritten, origin)
    const response = await app.handle(rewritten)
    if (!origin.isHead || response.body === null) return response
    await response.body.cancel()
    return new Response(null, response)
  }
}

async function run(
  operation: Operation,
  request: Request,
  path: Record<string, string>,
  origin: Origin = { suffix: null, isHead: false },
): Promise<Response> {
  const query = readQuery(new URL(request.url), operation.query)
  return operation.handle({ request, path, query, ...origin })
}

/** HEAD is GET without a body; a format's suffix is taken off the path before it is routed. */
function normalise(request: Request): { rewritten: Request; origin: Origin } {
  const url = new URL(request.url)
  const isHead = request.method === 'HEAD'
  const match = withSuffix.test(url.pathname) ? suffix.exec(url.pathname) : null
  const format = (match?.[1] ?? null) as AnswerFormat | null // The pattern names the formats.
  const origin = { suffix: format, isHead }
  if (match === null && !isHead) return { rewritten: request, origin }
  if (match !== null) url.pathname = url.pathname.slice(0, match.index)
  const { headers, signal } = request
  const method = isHead ? 'GET' : request.method
  return { rewritten: new Request(url, { method, headers, signal }), origin }
}

function notFound(operations: readonly Operation[], request: Request): Response {
  const path = new URL(request.url).pathname
  const methods = operations
    .filter((operation) => pattern(operation.path).test(path))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  if (methods.length === 0) return problem('not-found', `there is no ${path}`)
  return problem('method-not-allowed', `${path} takes ${methods.join(', ')}`, {
    headers: { allow: methods.join(', ') },
  })
}

const pattern = (path: string): RegExp => new RegExp(`^${path.replaceAll(/:[a-z]+/g, '[^/]+')}$`)

/** The answer to an error: its problem, or 500 with the reason in the log only. */
export function failure(dependencies: AppDependencies, thrown: unknown): Response {
  const error = damageProblem(dependencies, thrown)
  if (error instanceof ProblemError) return error.response()
  dependencies.log.error({ err: error }, 'a request failed')
  return problem('internal', "the server's log says more")
}
