import { Cancelled } from '../../query/cancelled.ts'
import type { AnswerEncoding, AnswerFormat, StreamedAnswer } from '../../query/contract.ts'
import type { AppDependencies } from '../dependencies.ts'
import { contentTypes, encodingFor, formatOf, isUnchanged, vary } from '../negotiate.ts'
import type { Call } from '../operation.ts'
import { eventFormats, nothing, sendEvents } from './events-answer.ts'
import { queryProblem } from './query-problem.ts'
import { questionEtag } from './question-etag.ts'

export interface Representation {
  readonly format: AnswerFormat
  readonly encoding: AnswerEncoding
}

/** What a client wants its events as. Throws not-acceptable. */
export function representationOf(call: Call): Representation {
  return { format: formatOf(call, eventFormats), encoding: encodingFor(call.request) }
}

/** What is asked, and how the answer is wanted. */
export interface StreamedQuestion extends Representation {
  readonly request: object
}

/**
 * A question whose answer is a stream. Its problems come before the first byte; later it is cut. Who has the answer
 * already is told so, and nothing is looked at.
 */
export async function streamedAnswer(
  dependencies: AppDependencies,
  call: Call,
  { request, format, encoding }: StreamedQuestion,
  ask: (signal: AbortSignal) => Promise<StreamedAnswer>,
): Promise<Response> {
  const path = new URL(call.request.url).pathname
  const etag = `"${questionEtag(dependencies, call, { path, request })}-${format}-${encoding}"`
  const headers = new Headers({
    'content-type': contentTypes[format],
    'cache-control': 'private, no-cache',
    // Weak: what the work took is told too, and is another time another.
    etag: `W/${etag}`,
    vary,
  })
  if (isUnchanged(call.request, etag)) return new Response(null, { status: 304, headers })
  if (encoding !== 'identity') headers.set('content-encoding', encoding)
  const { connection } = call
  connection.hold()
  try {
    const { body, next } = await ask(call.request.signal)
    if (next !== null) headers.set('link', `<${next}>; rel="next"`)
    if (!call.isHead) return new Response(sendEvents(dependencies, call, body), { headers })
    await body.cancel(new Cancelled())
    connection.relax()
    return new Response(nothing(), { headers })
  } catch (error) {
    connection.relax()
    throw queryProblem(dependencies, error)
  }
}
