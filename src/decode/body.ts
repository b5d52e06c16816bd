import type { MakeDecoder } from './contract.ts'
import { decompress } from './decompress.ts'
import type { BodyEncoding } from './decompress.ts'
import { makeJsonDecoder } from './json.ts'
import { makeMsgpackDecoder } from './msgpack.ts'

export { decompress }

export type BodyFormat = 'json' | 'msgpack'

const formats: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/x-ndjson': 'json',
  'application/ndjson': 'json',
  'application/msgpack': 'msgpack',
  'application/x-msgpack': 'msgpack',
  'application/vnd.msgpack': 'msgpack',
}

/** What a body may be, for the answer 415 and the documentation. */
export const acceptedTypes = [
  'application/json',
  'application/x-ndjson',
  'application/msgpack',
  'application/x-msgpack',
  'application/vnd.msgpack',
] as const

export const acceptedEncodings = ['identity', 'gzip', 'zstd', 'deflate', 'br'] as const

const encodings: Readonly<Record<string, BodyEncoding>> = {
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  zstd: 'zstd',
  deflate: 'deflate',
  br: 'br',
}

/**
 * The format that a Content-Type names: 'unknown' for none and for curl's default, whose body is recognised
 * by its first bytes; null for a type that is not accepted. Parameters are allowed, and ignored.
 */
export function formatOfType(contentType: string | null): BodyFormat | 'unknown' | null {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === '' || type === 'application/x-www-form-urlencoded') return 'unknown'
  return Object.hasOwn(formats, type) ? (formats[type] ?? null) : null
}

/** The encoding that a Content-Encoding names; null for a chain and for one that is not accepted. */
export function encodingOf(contentEncoding: string | null): BodyEncoding | null {
  const name = (contentEncoding ?? '').trim().toLowerCase()
  if (name === '') return 'identity'
  return Object.hasOwn(encodings, name) ? (encodings[name] ?? null) : null
}

/**
 * The format of a decompressed body by its first bytes: JSON's brackets (after space or a byte order mark)
 * or msgpack's first byte of a map, an array or a record; null for anything else.
 */
export function sniffFormat(bytes: Uint8Array): BodyFormat | null {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  while (at < bytes.length && isSpace(bytes[at] ?? 0)) at++
  const first = bytes[at] ?? 0
  if (first === 0x7b || first === 0x5b) return 'json'
  const start = bytes[0] ?? 0
  if ((start >= 0x80 && start <= 0x9f) || (start >= 0xdc && start <= 0xdf)) return 'msgpack'
  return start === 0xd4 && bytes[1] === 0x72 ? 'msgpack' : null
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

export type Recognised =
  | { readonly ok: true; readonly format: BodyFormat; readonly encoding: BodyEncoding }
  | { readonly ok: false; readonly reason: 'type' | 'encoding'; readonly detail: string }

/** What a request's body is, by its headers, or by its first bytes where the headers do not say. */
export async function recogniseBody(
  contentType: string | null,
  contentEncoding: string | null,
  body: Uint8Array,
  maxBytes: number,
): Promise<Recognised> {
  const encoding = encodingOf(contentEncoding)
  if (encoding === null) {
    const detail = `Content-Encoding may be one of ${acceptedEncodings.join(', ')}, and only one`
    return { ok: false, reason: 'encoding', detail }
  }
  let format = formatOfType(contentType)
  const isUnnamed = format === 'unknown'
  if (format === 'unknown') {
    const opened = await decompress(body, encoding, maxBytes)
    // Of a body that cannot be opened, or is empty, the decoder says so; any format leads there.
    format = opened.ok && opened.bytes.length > 0 ? sniffFormat(opened.bytes) : 'json'
  }
  if (format !== null) return { ok: true, format, encoding }
  const found = isUnnamed ? 'the body begins neither as JSON nor as msgpack does; ' : ''
  const detail = `${found}Content-Type may be one of ${acceptedTypes.join(', ')}`
  return { ok: false, reason: 'type', detail }
}

/** `own`: JSON that the server itself has written. */
export function makeDecoder(format: BodyFormat | 'own'): MakeDecoder {
  if (format === 'own') {
    return (src, target, limits) => makeJsonDecoder(src, target, { ...limits, isOwn: true })
  }
  return format === 'json' ? makeJsonDecoder : makeMsgpackDecoder
}
