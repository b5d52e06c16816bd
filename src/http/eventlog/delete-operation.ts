import type { RedactRule } from '../../book/contract.ts'
import { levelNames } from '../../event/level.ts'
import { formatMinute } from '../../event/time.ts'
import { documentAnswer } from '../answer.ts'
import { actorOf } from '../audit/audit-trail.ts'
import type { AppDependencies } from '../dependencies.ts'
import { documentContent } from '../docs/content.ts'
import { examples } from '../docs/examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { whileHeld } from '../connection.ts'
import { beforeOf, deleteParameters, ruleOf } from './delete-parameters.ts'

export function deleteOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'DELETE',
    path: '/api/v1/eventlog',
    operationId: 'dropPages',
    tag: 'events',
    summary: 'Drop pages, or remove events from them',
    description:
      'Drops every page before a minute, hour or day, for good: what is gone answers 410, and the chain says where it now starts. With facility or level the pages remain, without the events of these: a day is built anew beside the old one, other events keep their ids, and a chain of its own says what was removed, when and by whom. Events of minutes that have not closed stay. With dryRun=true it only says what would go.',
    pathParameters: [],
    query: deleteParameters,
    answers: [
      {
        status: 200,
        description: 'What was dropped or removed, or would be.',
        content: documentContent(schemas.ref('DropReport'), examples.drop),
      },
    ],
    problems: [
      'invalid-parameter',
      'unknown-parameter',
      'not-acceptable',
      'disk-full',
      'io-error',
      'internal',
    ],
    handle: (call) => handleDelete(dependencies, call),
  }
}

function handleDelete(dependencies: AppDependencies, call: Call): Promise<Response> {
  const { closedThrough } = dependencies.book.state()
  const dryRun = call.query.flag('dryRun')
  const rule = ruleOf(call, closedThrough)
  if (rule === null) {
    return dropPages(dependencies, call, { before: beforeOf(call, closedThrough), dryRun })
  }
  return redactPages(dependencies, call, { rule, dryRun })
}

async function dropPages(
  dependencies: AppDependencies,
  call: Call,
  { before, dryRun }: { readonly before: number; readonly dryRun: boolean },
): Promise<Response> {
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

async function redactPages(
  dependencies: AppDependencies,
  call: Call,
  { rule, dryRun }: { readonly rule: RedactRule; readonly dryRun: boolean },
): Promise<Response> {
  const { book, metrics, audit } = dependencies
  const actor = actorOf(call.admitted)
  const report = await whileHeld(call.connection, () => book.redact(rule, dryRun, actor.name))
  if ('refused' in report) {
    throw new ProblemError(report.refused, 'the day it came to is as it was', {
      headers: { 'retry-after': '60' },
    })
  }
  const { pages, events, bytes, days, damagedPages } = report
  const what = {
    before: formatMinute(rule.beforeMinute),
    facilities: rule.facilities,
    levels: rule.levels?.map((level) => levelNames[level]) ?? null,
    pages,
    events,
    bytes,
    damagedPages,
  }
  if (!dryRun) {
    metrics.redacted(report)
    await audit.act('events removed', actor, what)
  }
  const through = report.closedThrough
  const closedThrough = through === null ? null : formatMinute(through)
  return documentAnswer(call, { dryRun, ...what, days, closedThrough })
}
