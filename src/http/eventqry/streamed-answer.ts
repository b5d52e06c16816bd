import { Cancelled } from '../../query/cancelled.ts'
import type { AnswerEncoding, AnswerFormat, StreamedAnswer } from '../../query/contract.ts'
import type { AppDependencies } from '../dependencies.ts'
import { contentTypes, encodingFor, formatOf, vary } from '../negotiate.ts'
import type { Call } from '../operation.ts'
import { eventFormats, nothing, sendEvents } from './events-answer.ts'
import { queryProblem } from './query-problem.ts'

export interface Representation {
  readonly format: AnswerFormat
  readonly encoding: AnswerEncoding
}

/** What a client wants its events as. Throws not-acceptable. */
export function representationOf(call: Call): Representation {
  return { format: formatOf(call, eventFormats), encoding: encodingFor(call.request) }
}

/** A question whose answer is a stream of events. Its problems come before the first byte; later it is cut. */
export async function streamedAnswer(
  dependencies: AppDependencies,
  call: Call,
  { format, encoding }: Representation,
  ask: (signal: AbortSignal) => Promise<StreamedAnswer>,
): Promise<Response> {
  const headers = new Headers({
    'content-type': contentTypes[format],
    'cache-control': 'private, no-cache',
    vary,
  })
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
