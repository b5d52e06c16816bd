import { parseEventId } from '../../event/event-id.ts'
import type { AppDependencies } from '../dependencies.ts'
import { eventsContent } from '../docs/content.ts'
import { examples } from '../docs/examples.ts'
import { schemas } from '../docs/schemas.ts'
import { bytesAnswer } from '../answer.ts'
import { formatOf } from '../negotiate.ts'
import type { Call, Operation } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { invalid, quoted } from '../query-string.ts'
import { damageProblem } from './damage-problem.ts'
import { eventFormats } from './events-answer.ts'
import { basePath } from './links.ts'
import { requireClosed } from './page-state.ts'
import { readableOf } from './selection-parameters.ts'

export function eventOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/events/:id`,
    operationId: 'getEvent',
    tag: 'pages',
    summary: 'One event',
    description:
      'The event of that id. An id is the minute, the part and the row in hex: it sorts by time of arrival and says where the event is.',
    pathParameters: [
      {
        name: 'id',
        description: '16 hex digits, as events carry them.',
        example: '01c894d200000000',
      },
    ],
    query: [],
    answers: [
      {
        status: 200,
        description: 'The event.',
        content: eventsContent(schemas.ref('StoredEvent'), examples.stored),
        headers: { ETag: 'Names this representation of the event.' },
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: [
      'invalid-parameter',
      'unknown-parameter',
      'not-acceptable',
      'not-found',
      'minute-open',
      'minute-ahead',
      'before-the-book',
      'dropped',
      'page-damaged',
      'internal',
    ],
    handle: (call) => getEvent(dependencies, call),
  }
}

async function getEvent(dependencies: AppDependencies, call: Call): Promise<Response> {
  const id = call.path['id'] ?? ''
  const place = parseEventId(id)
  if (place === undefined) throw invalid('id', `is 16 lower-case hex digits, not ${quoted(id)}`)
  requireClosed(dependencies.book.state(), place.minute, dependencies.nowMs())
  const format = formatOf(call, eventFormats)
  const { readable } = readableOf(call.admitted)
  const found = await dependencies.pages.event(id, format, readable).catch((error: unknown) => {
    throw damageProblem(dependencies, error)
  })
  if (found.found === 'dropped') throw new ProblemError('dropped', `${id} was dropped`)
  if (found.found === 'redacted') {
    throw new ProblemError('dropped', `${id} was removed from its page`)
  }
  if (found.found !== 'event') throw new ProblemError('not-found', `no event has the id ${id}`)
  return bytesAnswer(call, new Uint8Array(found.body), { format, etag: id })
}
