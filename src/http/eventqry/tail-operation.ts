import Negotiator from 'negotiator'
import { type EventPlace, parseEventId } from '../../event/event-id.ts'
import { formatMinute } from '../../event/time.ts'
import type { Selection } from '../../query/selection.ts'
import { minuteAfter } from '../../query/tail/position.ts'
import type { AppDependencies } from '../dependencies.ts'
import { examples } from '../docs/examples.ts'
import type { Call, Operation, QueryParameter } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { invalid, quoted } from '../query-string.ts'
import { fieldsParameter, readFields } from './fields-parameter.ts'
import { basePath } from './links.ts'
import { eventParameters, readEventFilter, readQueryText } from './selection-parameters.ts'
import { nothing } from './events-answer.ts'
import { sendStallMs, sentStream } from './sent-stream.ts'

const heartbeatDefaultS = 15
const heartbeatMaxS = 300
const secondsMax = 86_400
const eventStream = 'text/event-stream'

const positionText = '16 hex digits: the id of an event, or the position of a heartbeat.'

const parameters: readonly QueryParameter[] = [
  ...eventParameters,
  fieldsParameter,
  {
    name: 'heartbeat',
    description: 'Seconds between heartbeats.',
    example: heartbeatDefaultS,
    schema: { type: 'integer', minimum: 1, maximum: heartbeatMaxS, default: heartbeatDefaultS },
  },
  {
    name: 'seconds',
    description: 'Ends the stream after so long; without it, it goes on.',
    example: 5,
    // Swagger UI shows an answer when it has ended.
    prefilled: true,
    schema: { type: 'integer', minimum: 1, maximum: secondsMax },
  },
  {
    name: 'lastEventId',
    description: `The position after which to go on, for the first request of an EventSource, which can set no header; Last-Event-ID wins. ${positionText}`,
    example: '01c894d200000000',
    schema: { type: 'string', pattern: '^[0-9a-f]{16}$' },
  },
]

export function tailOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/tail`,
    operationId: 'tailEvents',
    tag: 'questions',
    summary: 'Live events',
    description: [
      "Server-sent events: each event of the book as it becomes durable, in the order of the ids, so that none is skipped. `id:` is the event's id, `data:` the event as a line of JSON.",
      '`heartbeat` carries the position up to which has been looked at, and what is closed. `missed` says how many events a reader that was too slow has not got, and `after` which position they come. `error` is the last of a stream that breaks.',
      'A client that comes back with Last-Event-ID goes on behind that event: first from the pages, then from what is not a page yet, then live, without a gap or an event twice.',
    ].join('\n\n'),
    pathParameters: [],
    query: parameters,
    headers: [
      {
        name: 'Last-Event-ID',
        description: `The position after which to go on. ${positionText}`,
        example: '01c894d200000000',
        schema: { type: 'string', pattern: '^[0-9a-f]{16}$' },
      },
    ],
    answers: [
      {
        status: 200,
        description: 'A stream that does not end by itself.',
        content: {
          [eventStream]: {
            schema: {
              type: 'string',
              description: 'Server-sent events (HTML standard, 9.2), UTF-8.',
            },
            example: exampleStream,
          },
        },
      },
    ],
    problems: [
      'invalid-parameter',
      'unknown-parameter',
      'query-syntax',
      'not-acceptable',
      'dropped',
      'too-many-tails',
      'internal',
    ],
    handle: (call) => tail(dependencies, call),
  }
}

const exampleStream = [
  `id: ${examples.stored.id}\ndata: ${JSON.stringify(examples.stored)}\n\n`,
  `event: heartbeat\nid: ${examples.stored.id}\n`,
  `data: {"position":"${examples.stored.id}","closedThrough":"2026-11-22T12:33Z"}\n\n`,
].join('')

function tail(dependencies: AppDependencies, call: Call): Response {
  requireEventStream(call)
  const after = readPosition(dependencies, call)
  const heartbeatS = call.query.whole('heartbeat', heartbeatDefaultS, [1, heartbeatMaxS])
  const selection = readSelection(call, dependencies.nowMs())
  const headers = {
    'content-type': eventStream,
    'cache-control': 'no-store',
    // A proxy that collects an answer before it passes it on would hold every event back.
    'x-accel-buffering': 'no',
  }
  if (call.isHead) return new Response(nothing(), { headers })
  const { connection, request } = call
  const ends = [request.signal, connection.stopping, ...timeLimit(call)]
  const over = AbortSignal.any(ends)
  const heartbeatMs = heartbeatS * 1_000
  const fields = readFields(call.query)
  const stream = dependencies.tails.open({ selection, fields, after, heartbeatMs }, over)
  if (stream === null) {
    const detail = `${dependencies.tails.count} tails are connected`
    throw new ProblemError('too-many-tails', detail, { headers: { 'retry-after': '30' } })
  }
  connection.hold()
  const sent = sentStream(stream, {
    stallMs: sendStallMs,
    sent: (bytes) => {
      dependencies.metrics.traffic.responseBytes += bytes
    },
    ended: () => connection.relax(),
  })
  return new Response(sent, { headers })
}

function timeLimit({ query }: Call): AbortSignal[] {
  const seconds = query.whole('seconds', 0, [1, secondsMax])
  return seconds === 0 ? [] : [AbortSignal.timeout(seconds * 1_000)]
}

function requireEventStream(call: Call): void {
  const accept = call.request.headers.get('accept')?.trim() || '*/*'
  const found = new Negotiator({ headers: { accept } }).mediaType([eventStream])
  if (call.suffix === null && found !== undefined) return
  const asked = call.suffix === null ? accept : `.${call.suffix}`
  throw new ProblemError('not-acceptable', `${asked}: this resource can be had as ${eventStream}`)
}

function readPosition({ book, nowMs }: AppDependencies, call: Call): EventPlace | null {
  const header = call.request.headers.get('last-event-id')
  const name = header === null ? 'lastEventId' : 'Last-Event-ID'
  const raw = header ?? call.query.text('lastEventId')
  if (raw === null || raw === '') return null
  const position = parseEventId(raw)
  if (position === undefined)
    throw invalid(name, `is ${positionText.slice(0, -1)}, not ${quoted(raw)}`)
  const { droppedBefore } = book.state()
  const from = minuteAfter(position)
  if (droppedBefore !== null && from < droppedBefore) {
    throw new ProblemError('dropped', `pages before ${formatMinute(droppedBefore)} were dropped`)
  }
  if (position.minute > Math.floor(nowMs() / 60_000)) {
    throw invalid(name, `lies ahead of the server's clock: ${quoted(raw)}`)
  }
  return position
}

/** A tail goes by what comes in: no time bounds it. */
function readSelection({ query, admitted }: Call, nowMs: number): Selection {
  const filter = readEventFilter({ query, admitted })
  return { clock: 'received', from: null, to: null, filter, query: readQueryText(query, nowMs) }
}
