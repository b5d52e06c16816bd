import { describe, expect, test } from 'bun:test'
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import {
  decompress,
  encodingOf,
  formatOfType,
  recogniseBody,
  sniffFormat,
} from '../../src/decode/body.ts'

const text = new TextEncoder().encode('{"facility":"shop"}\n'.repeat(200))
// The default quality takes seconds for what the bombs are made of.
function quickBrotli(bytes: Uint8Array): Uint8Array {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
}

const codings = [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', quickBrotli],
] as const
const mebibyte = 1024 * 1024

describe('decompress', () => {
  test.each(codings)('%s opens, small and large', async (encoding, compress) => {
    expect(await decompress(new Uint8Array(compress(text)), encoding, mebibyte)).toMatchObject({
      ok: true,
    })
    const large = Buffer.alloc(3 * mebibyte, text)
    const opened = await decompress(new Uint8Array(compress(large)), encoding, 4 * mebibyte)
    expect(opened.ok && Buffer.compare(opened.bytes, large)).toBe(0)
  })

  test.each(codings)('%s is bounded to the byte', async (encoding, compress) => {
    const body = new Uint8Array(compress(text))
    expect((await decompress(body, encoding, text.length)).ok).toBe(true)
    expect(await decompress(body, encoding, text.length - 1)).toMatchObject({ reason: 'too-large' })
  })

  test.each(codings)(
    '%s that is cut off, or goes on behind its end, is refused',
    async (encoding, compress) => {
      const body = compress(text)
      for (const cut of [1, 3, body.length >> 1]) {
        const opened = await decompress(
          new Uint8Array(body.subarray(0, body.length - cut)),
          encoding,
          mebibyte,
        )
        expect(opened).toMatchObject({ ok: false, reason: 'bad-encoding' })
      }
      for (const more of [
        'garbage',
        '\u0000',
        '\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000',
      ]) {
        const longer = new Uint8Array(Buffer.concat([body, Buffer.from(more)]))
        expect(await decompress(longer, encoding, mebibyte)).toMatchObject({
          reason: 'bad-encoding',
        })
      }
      expect(await decompress(new Uint8Array(0), encoding, mebibyte)).toMatchObject({
        reason: 'bad-encoding',
      })
      expect(await decompress(text, encoding, mebibyte)).toMatchObject({ ok: false })
    },
  )

  test('several members or frames are one body', async () => {
    for (const [encoding, compress] of [codings[0], codings[1]]) {
      const twice = new Uint8Array(Buffer.concat([compress(text), compress(text)]))
      const opened = await decompress(twice, encoding, mebibyte)
      expect(opened.ok && opened.bytes.length).toBe(text.length * 2)
      expect(await decompress(twice, encoding, text.length + 1)).toMatchObject({
        reason: 'too-large',
      })
    }
  })

  test.each(codings)('a bomb of %s is refused, in bounded memory', async (encoding, compress) => {
    const bomb = new Uint8Array(compress(Buffer.alloc(400 * mebibyte)))
    Bun.gc(true)
    const before = process.memoryUsage.rss()
    const opened = await decompress(bomb, encoding, 16 * mebibyte)
    const grown = process.memoryUsage.rss() - before
    expect(opened).toMatchObject({ ok: false, reason: 'too-large' })
    // What 400 MiB of zeros would need is far beyond this; the bound itself and its copies are not.
    expect(grown).toBeLessThan(120 * mebibyte)
  })

  test('zstd with a window beyond 8 MiB is refused', async () => {
    const params = { [constants.ZSTD_c_windowLog]: 25, [constants.ZSTD_c_contentSizeFlag]: 0 }
    const body = zstdCompressSync(Buffer.alloc(40 * mebibyte), { params })
    const opened = await decompress(new Uint8Array(body), 'zstd', 64 * mebibyte)
    expect(opened).toMatchObject({ ok: false })
  })
})

describe('what a body is', () => {
  test('by its Content-Type', () => {
    expect(formatOfType('application/json; charset=utf-8')).toBe('json')
    expect(formatOfType('Application/X-NDJSON')).toBe('json')
    for (const type of [
      'application/msgpack',
      'application/x-msgpack',
      'application/vnd.msgpack',
    ]) {
      expect(formatOfType(type)).toBe('msgpack')
    }
    for (const type of [null, '', 'application/x-www-form-urlencoded'])
      expect(formatOfType(type)).toBe('unknown')
    for (const type of ['text/plain', 'constructor', 'application/xml'])
      expect(formatOfType(type)).toBeNull()
  })

  test('by its Content-Encoding', () => {
    expect(encodingOf('X-GZIP')).toBe('gzip')
    expect(encodingOf(null)).toBe('identity')
    for (const name of ['gzip, br', 'compress', 'toString']) expect(encodingOf(name)).toBeNull()
  })

  test('by its first bytes', () => {
    for (const body of ['{"a":1}', ' \n[', '\ufeff{'])
      expect(sniffFormat(Buffer.from(body))).toBe('json')
    for (const first of [0x85, 0x93, 0xdc, 0xdd, 0xde, 0xdf])
      expect(sniffFormat(Uint8Array.of(first))).toBe('msgpack')
    expect(sniffFormat(Uint8Array.of(0xd4, 0x72))).toBe('msgpack')
    for (const body of ['', 'a=b', '1', '"']) expect(sniffFormat(Buffer.from(body))).toBeNull()
  })

  test('compressed and without a type', async () => {
    const body = new Uint8Array(gzipSync(text))
    const recognised = await recogniseBody(null, 'gzip', body, mebibyte)
    expect(recognised).toEqual({ ok: true, format: 'json', encoding: 'gzip' })
    expect(await recogniseBody('text/plain', null, text, mebibyte)).toMatchObject({
      reason: 'type',
    })
    expect(await recogniseBody(null, 'gzip, gzip', text, mebibyte)).toMatchObject({
      reason: 'encoding',
    })
  })
})
