/*
 * The one registry of the API's errors. A response, its entry in the OpenAPI document and its line in
 * docs/API.md all come from here. Codes are part of the API: never renamed, never reused. RFC 9457.
 */

import { securityHeaders } from './security-headers.ts'

export interface ProblemText {
  readonly status: number
  readonly title: string
  /** When it happens and what to do about it. */
  readonly explanation: string
}

export const problems = {
  'body-unreadable': {
    status: 400,
    title: 'The body cannot be read',
    explanation:
      'The body stops being JSON or msgpack at `byte` of the decompressed body. Nothing was kept.',
  },
  'body-encoding-broken': {
    status: 400,
    title: 'The body is not valid in its Content-Encoding',
    explanation: 'It could not be decompressed to its end. Nothing was kept.',
  },
  'idempotency-key-invalid': {
    status: 400,
    title: 'Invalid Idempotency-Key',
    explanation: 'A key is 1 to 255 visible ASCII characters, in quotes or not.',
  },
  'producer-invalid': {
    status: 400,
    title: 'Invalid producer or sequence',
    explanation:
      'Minutebook-Producer and Minutebook-Sequence come together; the range has at least as many numbers as the body has events. Nothing was kept.',
  },
  'unknown-parameter': {
    status: 400,
    title: 'Unknown query parameter',
    explanation:
      'Every route refuses parameters it does not know, so that a mistyped one never goes unseen.',
  },
  'invalid-parameter': {
    status: 400,
    title: 'Invalid parameter',
    explanation: '`parameter` names it, the detail says what is expected.',
  },
  'query-syntax': {
    status: 400,
    title: 'The query cannot be read',
    explanation:
      '`q` is not in the filter language: `column` (from 1) says where, `expected` what could stand there.',
  },
  'body-invalid': {
    status: 400,
    title: 'The body is not as expected',
    explanation: 'It is no JSON, or `pointer` (RFC 6901) names the member that is wrong.',
  },
  unauthenticated: {
    status: 401,
    title: 'A credential is needed',
    explanation:
      'No credential came, or one that is unknown, wrong, expired or revoked; which of these is not told. WWW-Authenticate lists the ways.',
  },
  'signature-refused': {
    status: 401,
    title: 'The signed submission is not taken',
    explanation:
      'Its signature is right, but it has been taken before, is outside the replay window, or is of another body. Sign it anew, with a new nonce.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    explanation: 'The credential lacks the scope, or is bound to other facilities.',
  },
  'address-denied': {
    status: 403,
    title: 'Not from this address',
    explanation: 'The address rules of the server do not let this address do this.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    explanation: 'Of this address, or of this credential. Come again after Retry-After seconds.',
  },
  'too-many-tokens': {
    status: 429,
    title: 'Too many tokens',
    explanation:
      'Of this credential, or in all, as many tokens as may be have not expired. Use one for longer, or come again after Retry-After seconds.',
  },
  'host-not-allowed': {
    status: 403,
    title: 'Host not allowed',
    explanation:
      'Without credentials the server answers only to loopback names, against DNS rebinding; and never to a Host that is none.',
  },
  'cross-site': {
    status: 403,
    title: 'Cross-site request',
    explanation:
      'Requests that a browser sends from another site are refused, unless `--cors-origin` names its origin.',
  },
  forwarded: {
    status: 403,
    title: 'Forwarded request',
    explanation:
      'Without credentials, requests that came through a proxy are refused: it would make the server public.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    explanation: 'No such resource.',
  },
  'minute-open': {
    status: 404,
    title: 'The minute is not closed yet',
    explanation:
      'The current minute is never returned. Wait for it: Retry-After says how long, `wait` on the list of minutes holds a request until it has closed.',
  },
  'before-the-book': {
    status: 404,
    title: 'Before the book began',
    explanation: 'The server has no page of a time before it was first started.',
  },
  'minute-ahead': {
    status: 404,
    title: 'The minute has not begun',
    explanation:
      'It lies ahead of the clock of the server. `wait` on the list of minutes holds a request until the next minute has closed.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    explanation: 'Allow names the methods of this resource.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    explanation: 'None of the formats in Accept can be given; the detail names those that can.',
  },
  'body-stalled': {
    status: 408,
    title: 'The body stopped coming',
    explanation:
      'No byte of the body came for `--body-timeout-s`, or it was not there after that and a second for each 16 KiB of it. Nothing was kept; send the batch again.',
  },
  conflict: {
    status: 409,
    title: 'In conflict with what is there',
    explanation:
      'The name is taken, a limit is reached, or it has been revoked: the detail says which.',
  },
  'sequence-overlap': {
    status: 409,
    title: 'A part of the batch has come before',
    explanation:
      'Some of its Minutebook-Sequence have been taken in, others not: `wanted` lists the ranges that have not. Nothing was kept; send those alone.',
  },
  dropped: {
    status: 410,
    title: 'Dropped',
    explanation: 'It was in the book and has been dropped, by retention or by a DELETE.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    explanation: 'The body, before or after decompression, passes `--batch-bytes-max`.',
  },
  'too-many-events': {
    status: 413,
    title: 'Too many events',
    explanation: 'The batch holds more events than `--batch-events-max`.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported Content-Type',
    explanation: 'Accept-Post lists what a batch may be.',
  },
  'unsupported-encoding': {
    status: 415,
    title: 'Unsupported Content-Encoding',
    explanation: 'Accept-Encoding lists the encodings a batch may have; only one at a time.',
  },
  'no-event-accepted': {
    status: 422,
    title: 'No event was acceptable',
    explanation: '`rejected` says of each event why. Nothing was kept.',
  },
  'strict-refused': {
    status: 422,
    title: 'An event was not acceptable',
    explanation:
      'With Prefer: handling=strict a batch is all or nothing; `rejected` says why. Nothing was kept.',
  },
  'idempotency-key-conflict': {
    status: 422,
    title: 'The Idempotency-Key was used for another body',
    explanation: 'A key names one body for as long as it is remembered.',
  },
  'credential-refused': {
    status: 422,
    title: 'No such credential can be made',
    explanation: 'The detail says which rule it breaks: of names, passwords, patterns or networks.',
  },
  'query-limit': {
    status: 422,
    title: 'The query needs more than it may use',
    explanation:
      '`limit` names the option, `value` is what it allows. Ask for less: a shorter range, more filters, fewer groups. An answer that has begun is cut instead.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    explanation: 'A fault of the server. Its log says more.',
  },
  'query-failed': {
    status: 500,
    title: 'The query failed',
    explanation:
      'The thread that worked on it stopped, or met a fault of the server. Its log says more; other queries and batches are not affected.',
  },
  'page-damaged': {
    status: 500,
    title: 'The page is damaged',
    explanation:
      'What is stored of `minute` is not what its digest says. Other pages are not affected.',
  },
  'ring-full': {
    status: 503,
    title: 'The ring is full',
    explanation:
      'Batches come faster than the disk takes pages. Send the batch again after Retry-After seconds.',
  },
  'in-flight-full': {
    status: 503,
    title: 'Too much is on its way',
    explanation:
      'The bodies of all requests together would pass `--in-flight-bytes-max`. Send it again after Retry-After seconds.',
  },
  'disk-full': {
    status: 503,
    title: 'The disk is full',
    explanation:
      'Nothing acknowledged is at risk. Free space, or drop pages; ask again after Retry-After seconds. To remove events from a day takes room for the day beside itself.',
  },
  'io-error': {
    status: 503,
    title: 'The disk does not take the batch',
    explanation:
      'The server log says what the system said. Send the batch again after Retry-After seconds.',
  },
  'too-many-tails': {
    status: 503,
    title: 'Too many tails',
    explanation:
      'As many live tails are connected as `--tails-max` allows. Try again after Retry-After seconds.',
  },
  'query-busy': {
    status: 503,
    title: 'Too many queries at once',
    explanation:
      'As many queries as `limit` allows are under way or waiting. Ask again after Retry-After seconds.',
  },
  stopping: {
    status: 503,
    title: 'The server is stopping',
    explanation: 'Send the batch again after Retry-After seconds.',
  },
} as const satisfies Readonly<Record<string, ProblemText>>

export type ProblemCode = keyof typeof problems

export const problemType = 'application/problem+json'

/** A problem document. `extra` are members of its own beside those of RFC 9457. */
export function problemBody(
  code: ProblemCode,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { status, title } = problems[code]
  return { type: `/problems/${code}`, title, status, code, detail, ...extra }
}

export interface ProblemOptions {
  readonly extra?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

export function problem(code: ProblemCode, detail: string, options: ProblemOptions = {}): Response {
  return new Response(JSON.stringify(problemBody(code, detail, options.extra)), {
    status: problems[code].status,
    headers: {
      ...securityHeaders,
      'content-type': problemType,
      'cache-control': 'no-store',
      ...options.headers,
    },
  })
}

/** For code in the depth of a handler: the error handler answers with its problem. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly options: ProblemOptions

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail)
    this.name = 'ProblemError'
    this.code = code
    this.options = options
  }

  response(): Response {
    return problem(this.code, this.message, this.options)
  }
}
