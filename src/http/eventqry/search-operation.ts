import { formatQuery } from '../../query/language/format.ts'
import { parseQuery } from '../../query/language/parse.ts'
import { foundMax, type SearchRequest } from '../../query/search/contract.ts'
import type { AppDependencies } from '../dependencies.ts'
import { eventsContent } from '../docs/content.ts'
import { queryExamples } from '../docs/query-examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation, QueryParameter } from '../operation.ts'
import { invalid, quoted, type QueryValues } from '../query-string.ts'
import { readFields, fieldsParameter } from './fields-parameter.ts'
import { basePath } from './links.ts'
import { unchanged } from './page-operations.ts'
import { queryProblems } from './query-problem.ts'
import { etagHeader } from './question-etag.ts'
import { pointText, readSelection, selectionParameters } from './selection-parameters.ts'
import { type Representation, representationOf, streamedAnswer } from './streamed-answer.ts'

const jsonLimitDefault = 100
const limitMax = 999_999_999

const parameters: readonly QueryParameter[] = [
  ...selectionParameters,
  {
    name: 'order',
    description: 'desc: newest first; asc: oldest first.',
    example: 'asc',
    schema: { type: 'string', enum: ['desc', 'asc'], default: 'desc' },
  },
  {
    name: 'limit',
    description: `Events at most. In JSON ${jsonLimitDefault} unless given, and at most ${foundMax}; in the other formats all unless given.`,
    example: 100,
    schema: { type: 'integer', minimum: 1, maximum: limitMax },
  },
  {
    name: 'cursor',
    description:
      'Goes on where an earlier answer ended, as its `next` has it: with the same parameters, no event twice and none missed, and what came in later stays out.',
    example: 'AZ9kR0Q4c2lYdW5rbm93bg',
    schema: { type: 'string' },
  },
  fieldsParameter,
]

export function searchOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/search`,
    operationId: 'search',
    tag: 'questions',
    summary: 'Find events',
    description:
      'The events of closed minutes that match, newest first unless asked otherwise, by their own timestamps. JSON comes in portions with `next`; NDJSON, CSV and msgpack stream all that is found, of any size.',
    pathParameters: [],
    query: parameters,
    answers: [
      {
        status: 200,
        description: 'The events that match, in order.',
        content: eventsContent(schemas.ref('SearchAnswer'), queryExamples.search),
        headers: {
          ...etagHeader,
          Link: 'Where the answer goes on, with rel="next", if it does.',
        },
      },
      unchanged,
    ],
    problems: [...queryProblems, 'dropped'],
    handle: (call) => search(dependencies, call),
  }
}

async function search(dependencies: AppDependencies, call: Call): Promise<Response> {
  const representation = representationOf(call)
  const request = readSearch(call, representation, dependencies.nowMs())
  return streamedAnswer(dependencies, call, { request, ...representation }, (signal) =>
    dependencies.queries.search(request, signal),
  )
}

function readSearch(
  call: Call,
  { format, encoding }: Representation,
  nowMs: number,
): SearchRequest {
  const { query } = call
  const selection = readSelection(call, nowMs)
  const isJson = format === 'json'
  const given = query.text('limit') !== null
  const limit = query.whole('limit', jsonLimitDefault, [1, isJson ? foundMax : limitMax])
  return {
    selection,
    order: readOrder(query),
    limit: given || isJson ? limit : null,
    cursor: query.text('cursor'),
    format,
    encoding,
    fields: readFields(query),
    href: hrefOf(call, nowMs),
  }
}

function readOrder(query: QueryValues): 'asc' | 'desc' {
  const raw = query.text('order')
  if (raw === null || raw === 'desc') return 'desc'
  if (raw === 'asc') return 'asc'
  throw invalid('order', `is desc or asc, not ${quoted(raw)}`)
}

/** The search's own URL with absolute times: asked later, it is the same question. */
function hrefOf(call: Call, nowMs: number): string {
  const values = new URLSearchParams()
  const selection = readSelection(call, nowMs)
  for (const { name } of parameters) {
    if (name === 'cursor') continue
    for (const value of call.query.all(name) ?? []) values.append(name, value)
  }
  if (selection.from !== null) values.set('from', pointText(selection.from))
  if (selection.to !== null) values.set('to', pointText(selection.to))
  const q = values.get('q')
  if (q !== null) values.set('q', lasting(q, nowMs))
  const suffix = call.suffix === null ? '' : `.${call.suffix}`
  return `${basePath}/search${suffix}?${values}`.replace(/\?$/, '')
}

const dayMs = 86_400_000

/** A query that means the same at another time: relative times in it become those that they meant. */
function lasting(q: string, nowMs: number): string {
  const query = parseQuery(q, nowMs)
  const isLasting = Bun.deepEquals(query, parseQuery(q, nowMs - dayMs))
  return isLasting ? q : formatQuery(query)
}
