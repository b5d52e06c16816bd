import { Elysia } from 'elysia'
import type { AnswerFormat } from '../query/contract.ts'
import type { AppDependencies } from './dependencies.ts'
import { makePages } from './docs/pages.ts'
import { deleteOperation } from './eventlog/delete-operation.ts'
import { postOperation } from './eventlog/post-operation.ts'
import { catalogueOperation } from './eventqry/catalogue-operation.ts'
import { contextOperation } from './eventqry/context-operation.ts'
import { eventOperation } from './eventqry/event-operation.ts'
import { fieldsOperation } from './eventqry/fields-operation.ts'
import { failure } from './failure.ts'
import { credentialOperations } from './auth/credential-operations.ts'
import { meOperation } from './auth/me-operation.ts'
import { signingKeyOperations } from './auth/signing-key-operations.ts'
import { tokenOperations } from './auth/token-operations.ts'
import { indexOperation } from './eventqry/index-operation.ts'
import { minutesOperation } from './eventqry/minutes-operation.ts'
import { nowOperation } from './eventqry/now-operation.ts'
import { minuteOperation, periodOperation } from './eventqry/page-operations.ts'
import { pageBytesOperation } from './eventqry/page-bytes-operation.ts'
import { producersAlias, producersOperation } from './eventqry/producers-operation.ts'
import { searchOperation } from './eventqry/search-operation.ts'
import { statsOperation } from './eventqry/stats-operation.ts'
import { valuesOperation } from './eventqry/values-operation.ts'
import { redactionsOperation } from './eventlog/redactions-operation.ts'
import { retentionOperation } from './eventlog/retention-operation.ts'
import { tailOperation } from './eventqry/tail-operation.ts'
import { allowedMethods, answerUnrouted } from './methods.ts'
import { opsOperations } from './ops/operations.ts'
import type { Call, Operation } from './operation.ts'
import { readQuery } from './query-string.ts'

/** Every operation of the API, in the order of the documentation. */
export function makeOperations(dependencies: AppDependencies): readonly Operation[] {
  return [
    postOperation(dependencies),
    deleteOperation(dependencies),
    retentionOperation(dependencies),
    redactionsOperation(dependencies),
    indexOperation(dependencies),
    minutesOperation(dependencies),
    nowOperation(dependencies),
    minuteOperation(dependencies),
    periodOperation(dependencies, 'hour'),
    periodOperation(dependencies, 'day'),
    eventOperation(dependencies),
    contextOperation(dependencies),
    pageBytesOperation(dependencies),
    searchOperation(dependencies),
    statsOperation(dependencies),
    fieldsOperation(dependencies),
    valuesOperation(dependencies),
    catalogueOperation(dependencies),
    producersOperation(dependencies),
    producersAlias(dependencies),
    tailOperation(dependencies),
    meOperation(),
    ...tokenOperations(dependencies),
    ...credentialOperations(dependencies),
    ...signingKeyOperations(dependencies),
    ...opsOperations(dependencies),
  ]
}

/** What a request brings besides what Elysia sees of it. */
type Origin = Pick<Call, 'suffix' | 'isHead' | 'connection' | 'traffic' | 'admitted'>

export interface App {
  handle(request: Request, from: Pick<Call, 'connection' | 'admitted'>): Promise<Response>
}

/** Answers any request: Elysia routes it, the operations do the rest. */
export function makeApp(dependencies: AppDependencies): App {
  const operations = makeOperations(dependencies)
  const pages = makePages(dependencies, operations)
  const routes = [...operations, ...pages]
  const origins = new WeakMap<Request, Origin>()
  const app = new Elysia({ strictPath: true }).onError(({ error, code, request }) => {
    if (code === 'NOT_FOUND') return answerUnrouted(allowedMethods(routes, request), request)
    return failure(dependencies, request, error)
  })
  for (const route of routes) {
    app.route(
      route.method,
      route.path,
      ({ request, params }) => {
        const url = new URL(request.url)
        if (route.query === null) url.search = ''
        const query = readQuery(url, route.query ?? [])
        const origin = origins.get(request)
        if (origin === undefined) throw new Error('the request did not come through handle')
        return route.handle({ request, path: params, query, ...origin })
      },
      { parse: 'none' },
    )
  }
  return {
    handle(request, { connection, admitted }) {
      const { routed, suffix, isHead } = normalise(request)
      const { traffic } = dependencies.metrics
      origins.set(routed, { suffix, isHead, connection, traffic, admitted })
      return app.handle(routed)
    },
  }
}

const suffixes = /\.(json|ndjson|msgpack|csv)$/
const withSuffix = /^\/api\/v1\/eventqry(\/(?!pages\/)|\.)/

interface Normalised {
  readonly routed: Request
  readonly suffix: AnswerFormat | null
  readonly isHead: boolean
}

/** HEAD is GET without a body; a format's suffix is taken off the path before it is routed. */
function normalise(request: Request): Normalised {
  const url = new URL(request.url)
  const isHead = request.method === 'HEAD'
  const match = withSuffix.test(url.pathname) ? suffixes.exec(url.pathname) : null
  const suffix = (match?.[1] ?? null) as AnswerFormat | null // The pattern names the formats.
  if (match === null && !isHead) return { routed: request, suffix, isHead }
  if (match !== null) url.pathname = url.pathname.slice(0, match.index)
  const { headers, signal } = request
  const method = isHead ? 'GET' : request.method
  return { routed: new Request(url, { method, headers, signal }), suffix, isHead }
}
