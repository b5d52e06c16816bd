import { formatMinute, parseAnyPeriod } from '../../event/time.ts'
import { documentAnswer } from '../answer.ts'
import { actorOf } from '../audit/audit-trail.ts'
import type { AppDependencies } from '../dependencies.ts'
import { documentContent } from '../docs/content.ts'
import { examples } from '../docs/examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'
import { invalid, quoted } from '../query-string.ts'

export function deleteOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'DELETE',
    path: '/api/v1/eventlog',
    operationId: 'dropPages',
    tag: 'events',
    summary: 'Drop pages early',
    description:
      'Drops every page before a minute, hour or day, for good: what is gone answers 410, and the chain says where it now starts. With dryRun=true it only says what would go.',
    pathParameters: [],
    query: [
      {
        name: 'before',
        description: 'A minute, hour or day of UTC that has closed; pages before it are dropped.',
        example: '2026-11-22',
        schema: { type: 'string' },
        required: true,
      },
      {
        name: 'dryRun',
        description: 'Only say what would be dropped. Left out: false.',
        example: true,
        schema: { type: 'boolean', default: false },
        prefilled: true,
      },
    ],
    answers: [
      {
        status: 200,
        description: 'What was dropped, or would be.',
        content: documentContent(schemas.ref('DropReport'), examples.drop),
      },
    ],
    problems: ['invalid-parameter', 'unknown-parameter', 'not-acceptable', 'internal'],
    handle: (call) => dropPages(dependencies, call),
  }
}

async function dropPages(dependencies: AppDependencies, call: Call): Promise<Response> {
  const before = beforeOf(dependencies, call)
  const dryRun = call.query.flag('dryRun')
  const report = await dependencies.book.drop(before, dryRun, 'DELETE')
  if (!dryRun) {
    dependencies.metrics.droppedPages += report.minutes
    const { minutes: pages, events, bytes } = report
    const what = { before: formatMinute(report.beforeMinute), pages, events, bytes }
    await dependencies.audit.act('pages dropped', actorOf(call.admitted), what)
  }
  const { minutes, events, bytes, days } = report
  const beforeName = formatMinute(report.beforeMinute)
  return documentAnswer(call, { dryRun, before: beforeName, pages: minutes, events, bytes, days })
}

function beforeOf({ book }: AppDependencies, call: Call): number {
  const raw = call.query.text('before') ?? ''
  const period = parseAnyPeriod(raw)
  if (period === undefined) {
    throw invalid(
      'before',
      `is a minute, hour or day such as 2026-11-22T12:34Z, 2026-11-22T12Z or 2026-11-22, not ${quoted(raw)}`,
    )
  }
  const { closedThrough } = book.state()
  const latest = (closedThrough ?? -1) + 1
  if (period.minute > latest) {
    throw invalid('before', `must not be past closed through, ${formatMinute(latest - 1)}`)
  }
  return period.minute
}
