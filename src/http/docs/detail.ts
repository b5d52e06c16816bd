import { needOf } from '../access.ts'
import type { Operation, OperationAnswer, QueryParameter } from '../operation.ts'
import { type ProblemCode, problems, problemBody, problemType } from '../problem.ts'
import { schemas } from './schemas.ts'
import { needText, securityOf } from './security-schemes.ts'

/** What any route may answer. */
const everywhere: readonly ProblemCode[] = [
  'unknown-parameter',
  'host-not-allowed',
  'cross-site',
  'forwarded',
  'internal',
]

/** What a route may answer that needs a scope. */
const withScope: readonly ProblemCode[] = [
  'unauthenticated',
  'signature-refused',
  'forbidden',
  'address-denied',
  'rate-limited',
]

const retryAfter = { 'Retry-After': 'Seconds after which to ask again.' } as const

/** What comes in the head of an answer with a problem. */
const problemHeaders: Readonly<Partial<Record<ProblemCode, Readonly<Record<string, string>>>>> = {
  'minute-open': retryAfter,
  'unsupported-media-type': { 'Accept-Post': 'The types that a body may have.' },
  'unsupported-encoding': { 'Accept-Encoding': 'The encodings that a body may have.' },
  'ring-full': retryAfter,
  'in-flight-full': retryAfter,
  'disk-full': retryAfter,
  'io-error': retryAfter,
  'query-busy': retryAfter,
  'rate-limited': retryAfter,
  'too-many-tokens': retryAfter,
  unauthenticated: { 'WWW-Authenticate': 'The ways of authentication.' },
  'too-many-tails': retryAfter,
  stopping: retryAfter,
}

/** What the OpenAPI document says of an operation (OpenAPI 3.1, Operation Object). */
export function detailOf(operation: Operation): Record<string, unknown> {
  const { operationId, summary, tag, requestBody } = operation
  const need = needOf(operation.method, operation.path)
  return {
    operationId,
    summary,
    description: `${operation.description} ${needText(need)}`,
    tags: [tag],
    parameters: parametersOf(operation),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: responsesOf(operation),
    security: securityOf(need),
  }
}

function parametersOf(operation: Operation): object[] {
  const inPath = operation.pathParameters.map(({ name, description, example }) => ({
    name,
    in: 'path',
    required: true,
    description,
    example,
    schema: { type: 'string' },
  }))
  const inQuery = operation.query.map((parameter) => parameterOf(parameter, 'query'))
  const inHeader = (operation.headers ?? [])
    // OpenAPI leaves Content-Type, Accept and Authorization to other fields; the rest are parameters.
    .map((parameter) => parameterOf(parameter, 'header'))
  return [...inPath, ...inQuery, ...inHeader]
}

function parameterOf(parameter: QueryParameter, where: 'query' | 'header'): object {
  const { name, description, example, schema, required, repeatable } = parameter
  const many = repeatable === true
  return {
    name,
    in: where,
    required: required === true,
    description,
    schema: many ? { type: 'array', items: schema } : schema,
    ...(many ? { style: 'form', explode: true } : {}),
    // Swagger UI fills its form with the example: one that narrows a query would surprise.
    ...(required === true || parameter.prefilled === true
      ? { example }
      : { examples: exampleOf(parameter) }),
  }
}

function exampleOf({ example, repeatable }: QueryParameter): object {
  return {
    none: { summary: 'not given', value: repeatable === true ? [] : '' },
    given: { summary: String(example), value: repeatable === true ? [example] : example },
  }
}

function responsesOf(operation: Operation): Record<string, object> {
  const responses: Record<string, object> = {}
  for (const answer of operation.answers) responses[answer.status] = responseOf(answer)
  const need = needOf(operation.method, operation.path)
  const guards = need === null ? everywhere : [...everywhere, ...withScope]
  const possible = [...new Set([...guards, ...operation.problems])]
  for (const [status, codes] of byStatus(possible)) {
    const own = responses[status]
    responses[status] = own === undefined ? problemResponse(codes) : own
  }
  return responses
}

function responseOf(answer: OperationAnswer): object {
  const hasContent = Object.keys(answer.content).length > 0
  return {
    description: answer.description,
    ...(hasContent ? { content: answer.content } : {}),
    ...(answer.headers === undefined ? {} : { headers: headersOf(answer.headers) }),
  }
}

function headersOf(descriptions: Readonly<Record<string, string>>): Record<string, object> {
  const headers: Record<string, object> = {}
  for (const [name, description] of Object.entries(descriptions)) {
    headers[name] = { description, schema: { type: 'string' } }
  }
  return headers
}

function problemResponse(codes: readonly ProblemCode[]): object {
  const lines = codes.map((code) => `\`${code}\`: ${problems[code].explanation}`)
  const headers = codes.flatMap((code) => Object.entries(problemHeaders[code] ?? {}))
  return {
    description: lines.join('\n\n'),
    ...(headers.length > 0 ? { headers: headersOf(Object.fromEntries(headers)) } : {}),
    content: {
      [problemType]: {
        schema: schemas.ref('Problem'),
        examples: Object.fromEntries(
          codes.map((code) => [
            code,
            { summary: problems[code].title, value: problemBody(code, problems[code].title) },
          ]),
        ),
      },
    },
  }
}

function byStatus(codes: readonly ProblemCode[]): Map<string, ProblemCode[]> {
  const groups = new Map<string, ProblemCode[]>()
  for (const code of codes) {
    const status = String(problems[code].status)
    groups.set(status, [...(groups.get(status) ?? []), code])
  }
  return groups
}
