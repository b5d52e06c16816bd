import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib'
import { checkZstdFrames } from './zstd-frames.ts'

export type BodyEncoding = 'identity' | 'gzip' | 'zstd' | 'deflate' | 'br'

export type Opened =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: 'too-large' | 'bad-encoding'; readonly detail: string }

type Coding = 'gzip' | 'zstd' | 'deflate' | 'deflate-raw' | 'br'

interface Options {
  readonly maxOutputLength: number
  readonly info: true
}

/** What node:zlib gives with `info`; its types do not know the option. */
interface Output {
  readonly buffer: Uint8Array
  readonly engine: { readonly bytesWritten: number }
}

const sync: Record<Coding, (body: Uint8Array, options: Options) => unknown> = {
  gzip: gunzipSync,
  zstd: zstdDecompressSync,
  deflate: inflateSync,
  'deflate-raw': inflateRawSync,
  br: brotliDecompressSync,
}

type Callback = (error: Error | null, result: unknown) => void

const async: Record<Coding, (body: Uint8Array, options: Options, done: Callback) => void> = {
  gzip: gunzip,
  zstd: zstdDecompress,
  deflate: inflate,
  'deflate-raw': inflateRaw,
  br: brotliDecompress,
}

/** Bodies that open to no more are opened at once: 1 ms at most. Larger ones go to another thread. */
const syncInputMax = 256 * 1024
const syncOutputMax = 1024 * 1024

/**
 * Decompresses a body. The bound holds while decompressing, so a bomb costs `maxBytes` and no more.
 * Truncated bodies, and bytes behind the end of the compressed data, are `bad-encoding`. `deflate` is
 * zlib's format, or raw deflate as some clients send.
 */
export async function decompress(
  body: Uint8Array,
  encoding: BodyEncoding,
  maxBytes: number,
): Promise<Opened> {
  if (encoding === 'identity')
    return body.length > maxBytes ? tooLarge(maxBytes) : { ok: true, bytes: body }
  if (encoding === 'zstd') {
    const wrong = checkZstdFrames(body)
    if (wrong !== '') return bad(wrong)
  }
  const coding = encoding === 'deflate' && !isZlib(body) ? 'deflate-raw' : encoding
  if (body.length <= syncInputMax) {
    const small = Math.min(maxBytes, syncOutputMax)
    const opened = openNow(coding, body, small)
    if (opened.ok || opened.reason === 'bad-encoding' || small === maxBytes) return opened
  }
  return openElsewhere(coding, body, maxBytes)
}

/** RFC 1950: deflate with a window of at most 32 KiB, and a header that is a multiple of 31. */
function isZlib(body: Uint8Array): boolean {
  const first = body[0] ?? 0
  return (first & 0x0f) === 8 && first >>> 4 <= 7 && (first * 256 + (body[1] ?? 0)) % 31 === 0
}

function openNow(coding: Coding, body: Uint8Array, maxBytes: number): Opened {
  try {
    return whole(sync[coding](body, { maxOutputLength: maxBytes, info: true }), body)
  } catch (error) {
    return failure(error, maxBytes)
  }
}

function openElsewhere(coding: Coding, body: Uint8Array, maxBytes: number): Promise<Opened> {
  return new Promise((resolve) => {
    async[coding](body, { maxOutputLength: maxBytes, info: true }, (error, result) => {
      resolve(
        error === null || error === undefined ? whole(result, body) : failure(error, maxBytes),
      )
    })
  })
}

function whole(result: unknown, body: Uint8Array): Opened {
  // As `info` promises; the types of node:zlib leave it out.
  const { buffer, engine } = result as Output
  if (engine.bytesWritten !== body.length) {
    return bad(
      `there are bytes behind the end of the compressed data, from byte ${engine.bytesWritten} on`,
    )
  }
  return { ok: true, bytes: buffer }
}

function failure(error: unknown, maxBytes: number): Opened {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes)
  return bad(error instanceof Error ? error.message : String(error))
}

function tooLarge(maxBytes: number): Opened {
  return {
    ok: false,
    reason: 'too-large',
    detail: `the body has more than ${maxBytes} bytes decompressed`,
  }
}

function bad(detail: string): Opened {
  return { ok: false, reason: 'bad-encoding', detail }
}
