import { formatMinute, parseAnyPeriod } from '../../event/time.ts'
import { documentAnswer } from '../answer.ts'
import type { AppDependencies } from '../dependencies.ts'
import { rowsContent } from '../docs/content.ts'
import { examples } from '../docs/examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation, QueryParameter } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { invalid, quoted } from '../query-string.ts'
import { basePath, pageEntry } from './links.ts'
import { readableOf } from './selection-parameters.ts'

const limitDefault = 100
const limitMax = 10_000
const waitMaxS = 300

const parameters: readonly QueryParameter[] = [
  {
    name: 'since',
    description:
      'The first minute of the list, inclusive: a minute, hour or day. Without it the list begins with the oldest.',
    example: '2026-11-22T12:34Z',
    schema: { type: 'string' },
  },
  {
    name: 'limit',
    description: 'Minutes at most.',
    example: 100,
    schema: { type: 'integer', minimum: 1, maximum: limitMax, default: limitDefault },
  },
  {
    name: 'wait',
    description:
      'Seconds to hold the request while no minute from `since` on has closed: it is answered when the next minute closes, with events or without.',
    example: 0,
    schema: { type: 'integer', minimum: 0, maximum: waitMaxS, default: 0 },
  },
]

export function minutesOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/minutes`,
    operationId: 'listMinutes',
    tag: 'pages',
    summary: 'Closed minutes that hold events',
    description:
      'The list to page by. `next` is always a URL that goes on from where this answer ends: a consumer that reads each page once has read every event once.',
    pathParameters: [],
    query: parameters,
    answers: [
      {
        status: 200,
        description: 'Closed minutes, oldest first, each with its summary and links.',
        content: rowsContent(
          schemas.ref('MinuteList'),
          examples.minutes,
          examples.minutes.minutes[0],
        ),
        headers: { Link: 'The URL of `next`, with rel="next".' },
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['invalid-parameter', 'unknown-parameter', 'not-acceptable', 'dropped', 'internal'],
    handle: (call) => listMinutes(dependencies, call),
  }
}

async function listMinutes(dependencies: AppDependencies, call: Call): Promise<Response> {
  const { book, pages } = dependencies
  const since = sinceOf(call)
  const limit = call.query.whole('limit', limitDefault, [1, limitMax])
  const waitS = call.query.whole('wait', 0, [0, waitMaxS])
  const from = since ?? oldestOf(dependencies)
  if (waitS > 0) {
    const { connection, request } = call
    connection.hold()
    const over = AbortSignal.any([request.signal, connection.stopping])
    await book.waitForClose(from - 1, waitS * 1_000, over)
    connection.relax()
  }

  const { closedThrough, droppedBefore } = book.state()
  if (since !== null && droppedBefore !== null && since < droppedBefore) {
    throw new ProblemError('dropped', `pages before ${formatMinute(droppedBefore)} were dropped`)
  }
  const through = closedThrough ?? -1
  const heads =
    through < from
      ? []
      : await pages.heads({ from, through, limit, order: 'asc', ...readableOf(call.admitted) })
  const last = heads.at(-1)
  const isFull = heads.length === limit && last !== undefined
  const nextMinute = isFull ? last.minute + 1 : Math.max(from, through + 1)
  const next = nextUrl(call, nextMinute)
  const rows = heads.map(pageEntry)
  return documentAnswer(
    call,
    {
      minutes: rows,
      closedThrough: closedThrough === null ? null : formatMinute(closedThrough),
      next,
    },
    { rows, headers: { link: `<${next}>; rel="next"` } },
  )
}

function sinceOf(call: Call): number | null {
  const raw = call.query.text('since')
  if (raw === null) return null
  const period = parseAnyPeriod(raw)
  if (period !== undefined) return period.minute
  throw invalid(
    'since',
    `is a minute, hour or day such as 2026-11-22T12:34Z, 2026-11-22T12Z or 2026-11-22, not ${quoted(raw)}`,
  )
}

function oldestOf({ book, nowMs }: AppDependencies): number {
  const { droppedBefore, firstMinute } = book.state()
  return droppedBefore ?? firstMinute ?? Math.floor(nowMs() / 60_000)
}

function nextUrl(call: Call, minute: number): string {
  const query = new URLSearchParams({ since: formatMinute(minute) })
  for (const name of ['limit', 'wait']) {
    const value = call.query.text(name)
    if (value !== null) query.set(name, value)
  }
  const suffix = call.suffix === null ? '' : `.${call.suffix}`
  // A colon needs no escape in a query (RFC 3986, 3.4), and the link stays readable.
  return `${basePath}/minutes${suffix}?${query.toString().replaceAll('%3A', ':')}`
}
