import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import type { Transform } from 'node:stream'
import {
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  createZstdCompress,
} from 'node:zlib'
import { post } from '../server/ask.ts'
import { type ServerProcess, startServer } from '../server/process.ts'

const MiB = 1024 * 1024
const bombBytes = 1024 * MiB
/** A bomb opened whole would show in this. */
const memoryMax = bombBytes / 2
const event = '{"facility":"shop","level":"info","event":"order placed"}'

/** A body that is `bombBytes` of zeros when it is opened; they are never in memory at once. */
async function bomb(compressor: Transform): Promise<Uint8Array<ArrayBuffer>> {
  const zeros = Buffer.alloc(8 * MiB)
  const parts: Buffer[] = []
  compressor.on('data', (part: Buffer) => parts.push(part))
  const ended = new Promise<void>((resolve, reject) => {
    compressor.once('end', resolve)
    compressor.once('error', reject)
  })
  for (let made = 0; made < bombBytes; made += zeros.length) {
    if (compressor.write(zeros)) continue
    await new Promise((resolve) => compressor.once('drain', resolve))
  }
  compressor.end()
  await ended
  return new Uint8Array(Buffer.concat(parts))
}

const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
const bombs: readonly (readonly [string, () => Transform])[] = [
  ['gzip', () => createGzip({ level: 6 })],
  ['deflate', () => createDeflate({ level: 6 })],
  ['br', () => createBrotliCompress(quick)],
  ['zstd', () => createZstdCompress()],
]

let server: ServerProcess

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** The most memory that the server has had in RAM so far; null where the system does not tell. */
function peakBytes(): number | null {
  const path = `/proc/${server.pid}/status`
  if (!existsSync(path)) return null
  const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(path, 'utf8'))
  return found === null ? null : Number(found[1]) * 1024
}

test.each(bombs)(
  '1 GiB of zeros in %s are opened to the bound and no further',
  async (encoding, compressor) => {
    const body = await bomb(compressor())
    expect(body.length).toBeLessThan(bombBytes / 500)
    const before = peakBytes() ?? 0
    const { status, body: answer } = await post(server.url, body, { 'content-encoding': encoding })
    expect([status, answer['code']]).toEqual([413, 'body-too-large'])
    expect((peakBytes() ?? 0) - before).toBeLessThan(memoryMax)
    expect((await post(server.url, event)).status).toBe(202)
  },
  60_000,
)

test('four of them at once leave others served, and memory in bounds', async () => {
  const body = await bomb(createGzip({ level: 6 }))
  const sent = Array.from({ length: 4 }, () =>
    post(server.url, body, { 'content-encoding': 'gzip' }),
  )
  expect((await post(server.url, event)).status).toBe(202)
  for (const { status } of await Promise.all(sent)) expect([413, 503]).toContain(status)
  expect(peakBytes() ?? 0).toBeLessThan(bombBytes)
  expect((await post(server.url, event)).status).toBe(202)
}, 60_000)
