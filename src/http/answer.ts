import { Packr } from 'msgpackr'
import { gzipSync } from 'node:zlib'
import type { AnswerFormat } from '../query/contract.ts'
import { contentTypes, encodingFor, formatOf, isUnchanged, vary } from './negotiate.ts'
import type { Call } from './operation.ts'

/** Bytes from which a small answer is compressed. */
const compressedBytesMin = 1_024

const packr = new Packr({ useRecords: false, variableMapSize: true })

export interface DocumentOptions {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The rows of the document, for the formats that are lists of rows. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[]
  readonly etag?: string
  /** The bytes differ each time, by what the work took, although the answer is the same. */
  readonly isWeak?: boolean
}

/** A document of its own, as against events: JSON or msgpack, and rows as NDJSON or CSV where it has any. */
export function documentAnswer(
  call: Call,
  document: Readonly<Record<string, unknown>>,
  options: DocumentOptions = {},
): Response {
  const offered: AnswerFormat[] = ['json', 'msgpack']
  if (options.rows !== undefined) offered.push('ndjson', 'csv')
  const format = formatOf(call, offered)
  return bytesAnswer(call, new Uint8Array(encode(document, options.rows ?? [], format)), {
    ...options,
    format,
  })
}

export interface BytesOptions extends Pick<
  DocumentOptions,
  'status' | 'headers' | 'etag' | 'isWeak'
> {
  readonly format: AnswerFormat
}

/** A small answer, already in its format: compressed if that pays, with an ETag, or 304. */
export function bytesAnswer(
  call: Call,
  body: Uint8Array<ArrayBuffer>,
  options: BytesOptions,
): Response {
  const { format } = options
  const hash = options.etag ?? Bun.hash.xxHash3(body).toString(16)
  const encoding = body.length < compressedBytesMin ? 'identity' : encodingFor(call.request)
  const etag = `"${hash}-${format}-${encoding}"`
  const isRead = call.request.method === 'GET'
  const headers: Record<string, string> = {
    'content-type': contentTypes[format],
    'cache-control': isRead ? 'private, no-cache' : 'no-store',
    ...(isRead ? { etag: options.isWeak === true ? `W/${etag}` : etag } : {}),
    vary,
    ...options.headers,
  }
  if (isRead && isUnchanged(call.request, etag)) return new Response(null, { status: 304, headers })
  if (encoding !== 'identity') headers['content-encoding'] = encoding
  const bytes = compress(body, encoding)
  call.traffic.responseBytes += bytes.length
  // To HEAD the runtime sends the head of this answer, with its Content-Length.
  return new Response(bytes, { status: options.status ?? 200, headers })
}

function encode(
  document: Readonly<Record<string, unknown>>,
  rows: readonly Readonly<Record<string, unknown>>[],
  format: AnswerFormat,
): Buffer {
  switch (format) {
    case 'json':
      return Buffer.from(JSON.stringify(document))
    case 'msgpack':
      return packr.pack(document)
    case 'ndjson':
      return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    case 'csv':
      return Buffer.from(csvOf(rows))
  }
}

/** RFC 4180, with objects as JSON text; what is null is empty. */
function csvOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = Object.keys(rows[0] ?? {})
  const lines = rows.map((row) => names.map((name) => csvField(row[name])).join(','))
  return [names.join(','), ...lines, ''].join('\r\n')
}

function csvField(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value ?? undefined) ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function compress(
  body: Uint8Array<ArrayBuffer>,
  encoding: 'identity' | 'gzip' | 'zstd',
): Uint8Array<ArrayBuffer> {
  if (encoding === 'gzip') return new Uint8Array(gzipSync(body))
  if (encoding === 'zstd') return new Uint8Array(Bun.zstdCompressSync(body))
  return body
}
