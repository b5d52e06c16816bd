import { formatDay, formatMinute } from '../../event/time.ts'
import { documentAnswer } from '../answer.ts'
import type { AppDependencies } from '../dependencies.ts'
import { documentContent } from '../docs/content.ts'
import { examples } from '../docs/examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Operation } from '../operation.ts'
import { basePath, levelCounts, pageEntry } from './links.ts'
import { readableOf } from './selection-parameters.ts'

const named = (minute: number | null): string | null =>
  minute === null ? null : formatMinute(minute)

export function indexOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: basePath,
    operationId: 'getIndex',
    tag: 'pages',
    summary: 'What the book holds',
    description:
      'The oldest and newest closed minute with events, closed through, totals, the facilities and levels, and links to go on from.',
    pathParameters: [],
    query: [],
    answers: [
      {
        status: 200,
        description: 'The state of the book. Only closed minutes count.',
        content: documentContent(schemas.ref('Index'), examples.index),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['not-acceptable', 'unknown-parameter', 'internal'],
    async handle(call) {
      // Who asks what there is asks about it next: a thread takes 0.1 s to start.
      dependencies.queries.begin()
      const index = await dependencies.pages.index(readableOf(call.admitted).readable)
      const { closedThrough, firstMinute, droppedBefore } = index.state
      return documentAnswer(call, {
        closedThrough: named(closedThrough),
        firstMinute: named(firstMinute),
        droppedBefore: named(droppedBefore),
        oldest: index.oldest === null ? null : pageEntry(index.oldest),
        newest: index.newest === null ? null : pageEntry(index.newest),
        totals: index.totals,
        facilities: index.facilities,
        levels: levelCounts(index.levels),
        days:
          index.days?.map(({ minute, ...counts }) => ({ day: formatDay(minute), ...counts })) ??
          null,
        links: {
          minutes: `${basePath}/minutes`,
          newest: index.newest === null ? null : pageEntry(index.newest).href,
          documentation: '/swagger',
        },
      })
    },
  }
}
