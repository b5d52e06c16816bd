import type { AnswerFormat, EventsRequest, PageHead } from '../../query/contract.ts'
import type { Query } from '../../query/language/ast.ts'
import { formatQuery } from '../../query/language/format.ts'
import type { AppDependencies } from '../dependencies.ts'
import { contentTypes, encodingFor, formatOf, isUnchanged, vary } from '../negotiate.ts'
import type { Call } from '../operation.ts'
import { damageProblem } from './damage-problem.ts'
import { readEventFilter, readQueryText } from './selection-parameters.ts'
import { sendStallMs, sentStream } from './sent-stream.ts'

export const eventFormats: readonly AnswerFormat[] = ['json', 'ndjson', 'msgpack', 'csv']

export interface EventsRange {
  readonly from: number
  readonly through: number
  /** What names the content: the page's digest, or a hash over those of all pages. */
  readonly digest: string
  /** The JSON answer around its list of events. */
  readonly before: string
  readonly after: string
  readonly links: readonly string[]
}

/** Events of a range of closed minutes as one streamed body. */
export async function eventsAnswer(
  dependencies: AppDependencies,
  call: Call,
  range: EventsRange,
): Promise<Response> {
  const format = formatOf(call, eventFormats)
  const encoding = encodingFor(call.request)
  const filter = readEventFilter(call)
  const query = readQueryText(call.query, dependencies.nowMs())
  const asked = askedOf(call, query)
  const { readTag } = call.admitted.principal
  const bound = readTag === '' ? '' : `-${readTag}`
  const etag = `"${range.digest}${asked}${bound}-${format}-${encoding}"`
  const headers = new Headers({
    'content-type': contentTypes[format],
    'cache-control': 'private, no-cache',
    etag,
    vary,
  })
  if (range.links.length > 0) headers.set('link', range.links.join(', '))
  if (isUnchanged(call.request, etag)) return new Response(null, { status: 304, headers })
  if (encoding !== 'identity') headers.set('content-encoding', encoding)
  if (call.isHead) return new Response(nothing(), { headers })
  const { from, through, before, after } = range
  const events = { from, through, filter, query, format, encoding, before, after }
  return new Response(await openEvents(dependencies, call, events), { headers })
}

/** As against no body, a stream that ends later keeps a Content-Length of 0 from being claimed. */
export const nothing = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ pull: (controller) => controller.close() }, { highWaterMark: 0 })

async function openEvents(
  dependencies: AppDependencies,
  call: Call,
  request: EventsRequest,
): Promise<ReadableStream<Uint8Array>> {
  const stream = await dependencies.pages.events(request).catch((error: unknown) => {
    throw damageProblem(dependencies, error)
  })
  call.connection.hold()
  return sendEvents(dependencies, call, stream)
}

/** A stream of events on its way to the client: counted, and cut when it breaks. The connection is held. */
export function sendEvents(
  dependencies: AppDependencies,
  call: Call,
  stream: ReadableStream<Uint8Array>,
): ReadableStream<Uint8Array> {
  return sentStream(stream, {
    stallMs: sendStallMs,
    sent: (bytes) => {
      dependencies.metrics.traffic.responseBytes += bytes
    },
    ended: (error) => {
      call.connection.relax()
      if (error === null) return
      const known = damageProblem(dependencies, error)
      if (known === error) dependencies.log.warn({ err: error }, 'an answer was cut')
    },
  })
}

/** What of a page was asked for, as part of an ETag; relative times of a query are what they meant. */
function askedOf(call: Call, query: Query): string {
  const canonical = call.query.canonical()
  if (canonical === '') return ''
  return `-${Bun.hash.xxHash3(`${canonical} ${formatQuery(query)}`).toString(16)}`
}

/** Digest over the digests of pages, for ranges of several. */
export function digestOf(heads: readonly PageHead[], state: string): string {
  const hasher = new Bun.CryptoHasher('sha256')
  for (const head of heads) hasher.update(head.digest)
  return hasher.update(state).digest('hex').slice(0, 32)
}
