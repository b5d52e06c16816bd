import { acceptedEncodings, acceptedTypes } from '../../decode/body.ts'
import type { AppDependencies } from '../dependencies.ts'
import { examples } from '../docs/examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Operation, QueryParameter } from '../operation.ts'
import { Acknowledgements, postBatch } from './post.ts'
import { bodyLimits } from './read-body.ts'
import { producerHeaders } from './producer-headers.ts'

const headers: readonly QueryParameter[] = [
  {
    name: 'Idempotency-Key',
    description:
      'Names the batch: sent again under the same key it is acknowledged again and stored once, for 24 hours and across restarts. 1 to 255 visible ASCII characters.',
    example: '7f9c2ba4-e88f-4c1d-9a52-1e4bd3ee51a0',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  ...producerHeaders,
  {
    name: 'Prefer',
    description: 'handling=strict makes the batch all or nothing (RFC 7240).',
    example: 'handling=strict',
    schema: { type: 'string' },
  },
  {
    name: 'Content-Encoding',
    description: `One of ${acceptedEncodings.join(', ')}.`,
    example: 'zstd',
    schema: { type: 'string', enum: [...acceptedEncodings] },
  },
]

/** The body of a POST in each of its types; msgpack has no example that a document could hold. */
function bodyContent(): Record<string, unknown> {
  const event = schemas.ref('Event')
  const json = {
    schema: { anyOf: [event, { type: 'array', items: event }] },
    examples: {
      one: { summary: 'One event', value: examples.event },
      several: {
        summary: 'An array of events',
        value: [examples.event, examples.event],
      },
    },
  }
  const ndjson = {
    schema: { type: 'string', description: 'One event a line, or any concatenated JSON values.' },
    example: `${JSON.stringify(examples.event)}\n${JSON.stringify(examples.event)}\n`,
  }
  const msgpack = {
    schema: {
      type: 'string',
      format: 'binary',
      description: 'A map, an array of maps, or several.',
    },
  }
  return Object.fromEntries(
    acceptedTypes.map((type) => {
      if (type === 'application/json') return [type, json]
      return [type, type === 'application/x-ndjson' ? ndjson : msgpack]
    }),
  )
}

export function postOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'POST',
    path: '/api/v1/eventlog',
    operationId: 'postBatch',
    tag: 'events',
    summary: 'Log a batch of events',
    description:
      'One event, an array, or a sequence. 202 means durable: it is sent only after the batch is in the journal and synced. Events that cannot be kept are refused one by one, by index, with a reason; the good ones beside them are kept.',
    pathParameters: [],
    query: [],
    headers,
    requestBody: { required: true, description: 'The batch.', content: bodyContent() },
    answers: [
      {
        status: 202,
        description: 'The accepted events are durable.',
        content: {
          'application/json': { schema: schemas.ref('Accepted'), example: examples.accepted },
        },
        headers: { Link: 'The page that will hold the events, with rel="item".' },
      },
    ],
    problems: [
      'body-unreadable',
      'body-encoding-broken',
      'idempotency-key-invalid',
      'producer-invalid',
      'unknown-parameter',
      'body-stalled',
      'sequence-overlap',
      'body-too-large',
      'too-many-events',
      'unsupported-media-type',
      'unsupported-encoding',
      'no-event-accepted',
      'strict-refused',
      'idempotency-key-conflict',
      'internal',
      'ring-full',
      'in-flight-full',
      'disk-full',
      'io-error',
      'stopping',
    ],
    // The runtime's own router takes this route; here it is for the document.
    handle: ({ request, connection, admitted }) =>
      postBatch(request, {
        ingest: dependencies.ingest,
        traffic: dependencies.metrics.traffic,
        limits: bodyLimits(dependencies),
        connection,
        admitted,
        acknowledgements: new Acknowledgements(),
      }),
  }
}
