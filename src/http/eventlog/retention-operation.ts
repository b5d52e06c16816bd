import type { DropReport } from '../../book/contract.ts'
import { levelNames } from '../../event/level.ts'
import { formatMinute } from '../../event/time.ts'
import { documentAnswer } from '../answer.ts'
import { whileHeld } from '../connection.ts'
import type { AppDependencies } from '../dependencies.ts'
import { documentContent } from '../docs/content.ts'
import { retentionExamples } from '../docs/retention-schemas.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'

export function retentionOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: '/api/v1/retention',
    operationId: 'getRetention',
    tag: 'events',
    summary: 'What is kept how long, and what goes next',
    description:
      'The bounds by age, size, facility and level as the server was started with them, and a dry run of the next purge: the pages that it drops, and the events that it removes from pages. A run takes at most two days, and runs are an hour apart.',
    pathParameters: [],
    query: [],
    answers: [
      {
        status: 200,
        description: 'The bounds and the next purge.',
        content: documentContent(schemas.ref('Retention'), retentionExamples.retention),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['unknown-parameter', 'not-acceptable', 'internal'],
    handle: (call) => getRetention(dependencies, call),
  }
}

async function getRetention({ book }: AppDependencies, call: Call): Promise<Response> {
  const { maxAgeMs, maxBytes, rules, drops, removes } = await whileHeld(call.connection, () =>
    book.retention(),
  )
  return documentAnswer(call, {
    days: maxAgeMs === null ? null : maxAgeMs / 86_400_000,
    bytes: maxBytes,
    rules: rules.map(({ facility, level, days }) => ({
      facility,
      level: level === null ? null : levelNames[level],
      days,
    })),
    drops: drops === null ? null : dropView(drops),
    removes:
      removes === null
        ? null
        : { pages: removes.pages, events: removes.events, days: removes.days },
  })
}

function dropView({ beforeMinute, minutes, events, bytes, days }: DropReport) {
  return { before: formatMinute(beforeMinute), pages: minutes, events, bytes, days }
}
