import { fieldsLimits, type ValuesRequest } from '../../query/fields/contract.ts'
import { fieldOf } from '../../query/language/field-name.ts'
import type { AppDependencies } from '../dependencies.ts'
import { rowsContent } from '../docs/content.ts'
import { queryExamples } from '../docs/query-examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation, QueryParameter } from '../operation.ts'
import { basePath } from './links.ts'
import { unchanged } from './page-operations.ts'
import { queryProblems } from './query-problem.ts'
import { etagHeader } from './question-etag.ts'
import { readSelection, selectionParameters } from './selection-parameters.ts'
import { representationOf, streamedAnswer } from './streamed-answer.ts'

const { valuesDefault, valuesMax } = fieldsLimits

const parameters: readonly QueryParameter[] = [
  ...selectionParameters,
  {
    name: 'limit',
    description: 'Values at most: those that most events have.',
    example: valuesDefault,
    schema: { type: 'integer', minimum: 1, maximum: valuesMax, default: valuesDefault },
  },
]

export function valuesOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/fields/:field/values`,
    operationId: 'listValues',
    tag: 'questions',
    summary: 'The values of a field',
    description:
      'Which values the events of closed minutes have of a field, and how many events have each. An event with several values counts for each of them.',
    pathParameters: [
      {
        name: 'field',
        description: 'The name of a field, as a query has it, percent-encoded.',
        example: 'facility',
      },
    ],
    query: parameters,
    answers: [
      {
        status: 200,
        description: 'The values, those that most events have first.',
        content: rowsContent(
          schemas.ref('Values'),
          queryExamples.values,
          queryExamples.values.values[0],
        ),
        headers: etagHeader,
      },
      unchanged,
    ],
    problems: queryProblems,
    handle: (call) => listValues(dependencies, call),
  }
}

async function listValues(dependencies: AppDependencies, call: Call): Promise<Response> {
  const { path, query } = call
  const representation = representationOf(call)
  const request: ValuesRequest = {
    selection: readSelection(call, dependencies.nowMs()),
    field: fieldOf(path['field'] ?? ''),
    limit: query.whole('limit', valuesDefault, [1, valuesMax]),
  }
  return streamedAnswer(dependencies, call, { request, ...representation }, (signal) =>
    dependencies.queries.values({ request, ...representation }, signal),
  )
}
