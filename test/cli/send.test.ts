import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack } from 'msgpackr'
import { makeGenerator } from '../../bench/events.ts'
import type { ServerUnderTest } from '../../bench/server-under-test.ts'
import { startServer } from '../../bench/server-under-test.ts'

const main = join(import.meta.dir, '../../src/main.ts')
const generator = makeGenerator(7)

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function runSend(args: readonly string[], stdin?: Uint8Array<ArrayBuffer>): Promise<Run> {
  const child = Bun.spawn([process.execPath, main, 'send', ...args], {
    stdin: stdin ?? 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, out: out.trim(), err }
}

describe('minutebook send', () => {
  let server: ServerUnderTest
  let dir: string
  const path = (name: string) => join(dir, name)
  const sendAll = (...args: string[]) => runSend(['--url', server.url, '--batch', '1000', ...args])

  beforeAll(async () => {
    server = await startServer()
    dir = await mkdtemp(join(tmpdir(), 'minutebook-send-'))
    await Bun.write(path('lines.ndjson'), generator.ndjsonBatch(0, 3_500))
    await Bun.write(path('list.json'), generator.jsonArrayBatch(4_000, 2_500))
    await Bun.write(path('maps.msgpack'), generator.msgpackBatch(8_000, 2_500))
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await rm(dir, { recursive: true, force: true })
  })

  test('stores the events of NDJSON, JSON and msgpack files, and no event twice', async () => {
    const files = [path('lines.ndjson'), path('list.json'), path('maps.msgpack')]
    const first = await sendAll(...files)
    expect(first).toEqual({ code: 0, out: 'accepted 8500, duplicates 0, rejected 0', err: '' })
    const second = await sendAll(...files)
    expect(second).toEqual({ code: 0, out: 'accepted 0, duplicates 8500, rejected 0', err: '' })
  })

  test('stores them once more with --again', async () => {
    const run = await sendAll('--again', path('list.json'))
    expect(run.out).toBe('accepted 2500, duplicates 0, rejected 0')
  })

  test('reads the standard input and tells its format', async () => {
    const json = await runSend(['--url', server.url, '-'], generator.jsonArrayBatch(20_000, 10))
    expect(json.out).toBe('accepted 10, duplicates 0, rejected 0')
    const one = { facility: 'a', level: 'info', event: 'b' }
    const msgpack = await runSend(['--url', server.url, '-'], new Uint8Array(pack(one)))
    expect(msgpack.out).toBe('accepted 1, duplicates 0, rejected 0')
  })

  test('names the events that were refused, and exits with 1', async () => {
    const good = '{"facility":"a","level":"info","event":"b"}'
    await Bun.write(path('bad.ndjson'), `${good}\n{"facility":"a"}\n{"broken":\n${good}\n`)
    const run = await sendAll(path('bad.ndjson'))
    expect(run.code).toBe(1)
    expect(run.out).toBe('accepted 2, duplicates 0, rejected 2')
    expect(run.err).toMatch(/event 2 of [^\n]*bad\.ndjson: level-missing/)
    expect(run.err).toMatch(/event 3 of [^\n]*bad\.ndjson: json-malformed/)
  })

  test('goes on with the next file when one cannot be read', async () => {
    const run = await sendAll(path('none.ndjson'), path('lines.ndjson'), '--again')
    expect(run.code).toBe(1)
    expect(run.out).toBe('accepted 3500, duplicates 0, rejected 0, batches not sent 1')
    expect(run.err).toContain('none.ndjson cannot be read')
  })

  test('says what is wrong with its arguments, and exits with 2', async () => {
    const bad = [[], ['--batch', '0', 'x'], ['--url', 'ftp://x', 'x'], ['--no-such', 'x']]
    for (const args of bad) {
      const run = await runSend(args)
      expect({ args, code: run.code }).toEqual({ args, code: 2 })
      expect(run.err).toStartWith('minutebook send: ')
    }
  })
})
