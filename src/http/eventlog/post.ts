import { matchesFacility } from '../../event/facility-pattern.ts'
import { sha256Hex } from '../../auth/secret.ts'
import { acceptedEncodings, acceptedTypes, recogniseBody } from '../../decode/body.ts'
import { encodingOf, formatOfType } from '../../decode/body.ts'
import type { Ingest, IngestOutcome, IngestRequest } from '../../ingest/contract.ts'
import type { BodyForm } from '../../journal/contract.ts'
import { problem } from '../problem.ts'
import type { Admitted } from '../access.ts'
import type { Connection } from '../connection.ts'
import type { Traffic } from '../ops/traffic.ts'
import { invalidSpan, readSpan, spanExpectation } from './producer-headers.ts'
import { securityHeaders } from '../security-headers.ts'
import { type BodyLimits, readBody } from './read-body.ts'

export interface PostContext {
  readonly ingest: Ingest
  readonly limits: BodyLimits
  readonly traffic: Traffic
  readonly connection: Connection
  readonly acknowledgements: Acknowledgements
  readonly admitted: Admitted
}

const visibleAscii = /^[\x21-\x7e]{1,255}$/
const unreadKey = Symbol('no valid key')

/**
 * POST /api/v1/eventlog: one batch. A plain function, so that the runtime's own router can call it: at one
 * event a request a framework's layers would cost more than the event.
 */
export async function postBatch(request: Request, context: PostContext): Promise<Response> {
  const { ingest, limits, traffic, connection, admitted } = context
  const key = idempotencyKey(request.headers.get('idempotency-key'))
  if (key === unreadKey) {
    return problem('idempotency-key-invalid', 'a key is 1 to 255 visible ASCII characters')
  }
  const span = readSpan(request.headers)
  if (span === invalidSpan) return problem('producer-invalid', spanExpectation)
  const read = await readBody(request, ingest, limits, connection)
  if (!read.ok) return read.response
  traffic.requestBytes += read.bytes.length
  try {
    if (admitted.bodySha256 !== null && sha256Hex(read.bytes) !== admitted.bodySha256) {
      return problem('signature-refused', 'the body is not the one that was signed')
    }
    const strict = isStrict(request.headers.get('prefer'))
    const form =
      namedForm(request.headers, strict) ??
      (await sniffedForm(request.headers, read.bytes, limits.batchBytesMax, strict))
    if (form instanceof Response) return form
    const numbered = span === undefined ? {} : { span }
    const bound = boundOf(admitted)
    const outcome = await ingest.accept({ body: read.bytes, form, key, ...numbered, ...bound })
    if (outcome.kind !== 'accepted') return respond(outcome, strict, limits)
    traffic.responseBytes += outcome.answer.length
    return context.acknowledgements.respond(outcome.answer, outcome.page, strict)
  } finally {
    read.release()
  }
}

/** A credential that is bound to facilities writes events of those alone. */
function boundOf({ principal }: Admitted): Pick<IngestRequest, 'mayWrite'> {
  const patterns = principal.grants.write
  if (patterns === null || patterns === 'all') return {}
  return { mayWrite: (facility) => matchesFacility(patterns, facility) }
}

/** The key without its quotes (the draft's form is a structured-field string), null for none. */
function idempotencyKey(header: string | null): string | null | typeof unreadKey {
  if (header === null) return null
  const quoted = header.length >= 2 && header.startsWith('"') && header.endsWith('"')
  const key = quoted ? header.slice(1, -1) : header
  return visibleAscii.test(key) ? key : unreadKey
}

/** RFC 7240: `Prefer: handling=strict`, among other preferences. */
function isStrict(prefer: string | null): boolean {
  if (prefer === null) return false
  return prefer.split(',').some((part) => /^\s*handling\s*=\s*"?strict"?\s*(;|$)/i.test(part))
}

/** Fast path: the headers say what the body is. Null: they do not. */
function namedForm(headers: Headers, strict: boolean): BodyForm | null {
  const format = formatOfType(headers.get('content-type'))
  const encoding = encodingOf(headers.get('content-encoding'))
  if (encoding === null || format === null || format === 'unknown') return null
  return { format, encoding, strict }
}

async function sniffedForm(
  headers: Headers,
  body: Uint8Array,
  bytesMax: number,
  strict: boolean,
): Promise<BodyForm | Response> {
  const type = headers.get('content-type')
  const contentEncoding = headers.get('content-encoding')
  const found = await recogniseBody(type, contentEncoding, body, bytesMax)
  if (found.ok) return { format: found.format, encoding: found.encoding, strict }
  if (found.reason === 'encoding') {
    const accept = acceptedEncodings.join(', ')
    return problem('unsupported-encoding', found.detail, { headers: { 'accept-encoding': accept } })
  }
  const accept = acceptedTypes.join(', ')
  return problem('unsupported-media-type', found.detail, { headers: { 'accept-post': accept } })
}

type Unaccepted = Exclude<IngestOutcome, { kind: 'accepted' }>

/** The answers 202. Their heads say the same for a whole minute: a copied one costs half of a built one. */
export class Acknowledgements {
  #page = ''
  #lenient = new Headers()
  #strict = new Headers()

  respond(answer: string, page: string, strict: boolean): Response {
    if (page !== this.#page) this.#turn(page)
    return new Response(answer, { status: 202, headers: strict ? this.#strict : this.#lenient })
  }

  #turn(page: string): void {
    this.#page = page
    this.#lenient = new Headers({
      ...securityHeaders,
      'content-type': 'application/json',
      ...(page === '' ? {} : { link: `<${page}>; rel="item"` }),
    })
    this.#strict = new Headers(this.#lenient)
    this.#strict.set('preference-applied', 'handling=strict')
  }
}

function respond(outcome: Unaccepted, strict: boolean, limits: BodyLimits): Response {
  if (outcome.kind === 'unavailable') {
    const headers = { 'retry-after': String(outcome.retryAfterS) }
    return problem(outcome.reason, 'nothing of this batch was kept', { headers })
  }
  if (outcome.kind === 'unreadable') {
    const { byte, detail } = outcome.at
    return problem('body-unreadable', `at byte ${byte}: ${detail}`, { extra: { byte } })
  }
  if (outcome.kind === 'refused') {
    const { rejectedCount, rejected } = outcome
    const code = strict ? 'strict-refused' : 'no-event-accepted'
    const detail = `${rejectedCount} of the batch's events ${rejectedCount === 1 ? 'was' : 'were'} refused`
    return problem(code, detail, { extra: { rejectedCount, rejected } })
  }
  return respondToWhole(outcome, limits)
}

function respondToWhole(
  outcome: Exclude<Unaccepted, { kind: 'unavailable' | 'unreadable' | 'refused' }>,
  limits: BodyLimits,
): Response {
  switch (outcome.kind) {
    case 'too-large':
      return problem('body-too-large', `a body has at most ${limits.batchBytesMax} bytes`)
    case 'too-many-events':
      return problem('too-many-events', 'split the batch')
    case 'bad-encoding':
      return problem('body-encoding-broken', outcome.detail)
    case 'sequence-overlap':
      return problem('sequence-overlap', 'send the numbers in wanted alone', {
        extra: { wanted: outcome.wanted },
      })
    case 'sequence-mismatch':
      return problem(
        'producer-invalid',
        `it names fewer numbers than the body's ${outcome.events} events`,
      )
    case 'foreign-facility':
      return problem('forbidden', `the credential may not write events of ${outcome.facility}`, {
        extra: { facility: outcome.facility },
      })
    case 'key-conflict':
      return problem('idempotency-key-conflict', 'the body differs from the one sent first')
  }
}
