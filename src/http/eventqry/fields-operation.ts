import { type FieldsAnswer, fieldsLimits } from '../../query/fields/contract.ts'
import { documentAnswer } from '../answer.ts'
import type { AppDependencies } from '../dependencies.ts'
import { rowsContent } from '../docs/content.ts'
import { queryExamples } from '../docs/query-examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation, QueryParameter } from '../operation.ts'
import { basePath } from './links.ts'
import { queryProblem, queryProblems } from './query-problem.ts'
import { readSelection, selectionParameters } from './selection-parameters.ts'

const { fieldsDefault, fieldsMax } = fieldsLimits

const parameters: readonly QueryParameter[] = [
  ...selectionParameters,
  {
    name: 'distinct',
    description:
      'true: count different values too. It reads every column, where the rest reads directories alone.',
    example: true,
    schema: { type: 'boolean', default: false },
  },
  {
    name: 'limit',
    description: 'Fields at most: those that most events have.',
    example: 100,
    schema: { type: 'integer', minimum: 1, maximum: fieldsMax, default: fieldsDefault },
  },
]

export function fieldsOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/fields`,
    operationId: 'listFields',
    tag: 'questions',
    summary: 'What can be asked about',
    description:
      'The fields that events of closed minutes have, with how many have them, as what kinds of values, and the range of their numbers.',
    pathParameters: [],
    query: parameters,
    answers: [
      {
        status: 200,
        description: 'The fields, those that most events have first.',
        content: rowsContent(
          schemas.ref('Fields'),
          queryExamples.fields,
          queryExamples.fields.fields[0],
        ),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: queryProblems,
    handle: (call) => listFields(dependencies, call),
  }
}

async function listFields(dependencies: AppDependencies, call: Call): Promise<Response> {
  const { query, connection, request } = call
  const asked = {
    selection: readSelection(call, dependencies.nowMs()),
    distinct: query.flag('distinct'),
    limit: query.whole('limit', fieldsDefault, [1, fieldsMax]),
  }
  let answer: FieldsAnswer
  connection.hold()
  try {
    answer = await dependencies.queries.fields(asked, request.signal)
  } catch (error) {
    throw queryProblem(dependencies, error)
  } finally {
    connection.relax()
  }
  const { events, fields, found, scanned, tookMs } = answer
  // What the work took is no part of what the answer says.
  const etag = Bun.hash.xxHash3(JSON.stringify({ events, fields, found })).toString(16)
  const rows = fields.map((facts) => ({ ...facts }))
  const document = { events, fields: rows, found, scanned, tookMs }
  return documentAnswer(call, document, { rows, etag, isWeak: true })
}
