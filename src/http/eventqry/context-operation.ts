import { parseEventId } from '../../event/event-id.ts'
import { aroundMax, type ContextRequest } from '../../query/context/contract.ts'
import type { AppDependencies } from '../dependencies.ts'
import { eventsContent } from '../docs/content.ts'
import { queryExamples } from '../docs/query-examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation, QueryParameter } from '../operation.ts'
import { invalid, quoted } from '../query-string.ts'
import { fieldsParameter, readFields } from './fields-parameter.ts'
import { basePath } from './links.ts'
import { requireClosed } from './page-state.ts'
import { unchanged } from './page-operations.ts'
import { queryProblems } from './query-problem.ts'
import { etagHeader } from './question-etag.ts'
import { clockParameter, readClock, readableOf } from './selection-parameters.ts'
import { type Representation, representationOf, streamedAnswer } from './streamed-answer.ts'

const aroundDefault = 10

const aroundParameter = (name: string): QueryParameter => ({
  name,
  description: `Events ${name} it, at most.`,
  example: aroundDefault,
  schema: { type: 'integer', minimum: 0, maximum: aroundMax, default: aroundDefault },
})

export function contextOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/events/:id/context`,
    operationId: 'getContext',
    tag: 'questions',
    summary: 'The events around one',
    description:
      'What the same facility logged right before and after an event, oldest first, by the timestamps of the events or, with `clock=received`, in the order in which they came in.',
    pathParameters: [
      { name: 'id', description: 'Of the event in the middle.', example: '01c894d200000000' },
    ],
    query: [aroundParameter('before'), aroundParameter('after'), clockParameter, fieldsParameter],
    answers: [
      {
        status: 200,
        description: 'The events before it, itself, and those after it.',
        content: eventsContent(schemas.ref('Context'), queryExamples.context),
        headers: etagHeader,
      },
      unchanged,
    ],
    problems: [
      ...queryProblems,
      'not-found',
      'minute-open',
      'minute-ahead',
      'before-the-book',
      'dropped',
    ],
    handle: (call) => getContext(dependencies, call),
  }
}

async function getContext(dependencies: AppDependencies, call: Call): Promise<Response> {
  const representation = representationOf(call)
  const request = readContext(call, representation)
  const place = parseEventId(request.id)
  if (place === undefined) {
    throw invalid('id', `is 16 lower-case hex digits, not ${quoted(request.id)}`)
  }
  requireClosed(dependencies.book.state(), place.minute, dependencies.nowMs())
  return streamedAnswer(dependencies, call, { request, ...representation }, (signal) =>
    dependencies.queries.context(request, signal),
  )
}

function readContext(
  { path, query, admitted }: Call,
  representation: Representation,
): ContextRequest {
  return {
    id: path['id'] ?? '',
    before: query.whole('before', aroundDefault, [0, aroundMax]),
    after: query.whole('after', aroundDefault, [0, aroundMax]),
    clock: readClock(query),
    fields: readFields(query),
    ...readableOf(admitted),
    ...representation,
  }
}
