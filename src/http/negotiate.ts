import Negotiator from 'negotiator'
import type { AnswerEncoding, AnswerFormat } from '../query/contract.ts'
import type { Call } from './operation.ts'
import { ProblemError } from './problem.ts'

export const formatTypes = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  msgpack: 'application/msgpack',
  csv: 'text/csv',
} as const satisfies Readonly<Record<AnswerFormat, string>>

/** Names by which a format may also be asked for. */
const aliases: Readonly<Record<string, AnswerFormat>> = {
  'application/ndjson': 'ndjson',
  'application/x-msgpack': 'msgpack',
  'application/vnd.msgpack': 'msgpack',
}

export const contentTypes: Readonly<Record<AnswerFormat, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  msgpack: 'application/msgpack',
  csv: 'text/csv; charset=utf-8; header=present',
}

/** The representation is chosen by these, so caches must know. */
export const vary = 'Accept, Accept-Encoding'

/** The format of an answer: the path's suffix wins, then Accept. Throws not-acceptable. */
export function formatOf(call: Call, offered: readonly AnswerFormat[]): AnswerFormat {
  if (call.suffix !== null) {
    if (offered.includes(call.suffix)) return call.suffix
    throw notAcceptable(`.${call.suffix}`, offered)
  }
  // An empty Accept, as `curl -H 'Accept;'` sends it, asks for nothing in particular.
  const accept = call.request.headers.get('accept')?.trim() || '*/*'
  const types = offered.map((format) => formatTypes[format] as string)
  const also = Object.keys(aliases).filter((type) => offered.includes(aliases[type] ?? 'json'))
  const found = new Negotiator({ headers: { accept } }).mediaType([...types, ...also])
  if (found === undefined) throw notAcceptable(accept, offered)
  return aliases[found] ?? offered[types.indexOf(found)] ?? 'json'
}

function notAcceptable(asked: string, offered: readonly AnswerFormat[]): ProblemError {
  const list = offered.map((format) => `${formatTypes[format]} (.${format})`).join(', ')
  return new ProblemError('not-acceptable', `${asked}: this resource can be had as ${list}`)
}

/** zstd before gzip, where a client likes both as much. */
export function encodingFor(request: Request): AnswerEncoding {
  const header = request.headers.get('accept-encoding')
  if (header === null) return 'identity'
  const negotiator = new Negotiator({ headers: { 'accept-encoding': header } })
  const acceptable = negotiator.encodings(['zstd', 'gzip', 'identity'])
  const first = acceptable[0] ?? 'identity'
  // Without weights the order of the header means nothing: the better one is taken.
  if (first === 'gzip' && acceptable.includes('zstd') && !header.includes('q=')) return 'zstd'
  return first === 'zstd' || first === 'gzip' ? first : 'identity'
}

/** Whether If-None-Match names the ETag (RFC 9110, 13.1.2: weak comparison). */
export function isUnchanged(request: Request, etag: string): boolean {
  const header = request.headers.get('if-none-match')
  if (header === null) return false
  if (header.trim() === '*') return true
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}
