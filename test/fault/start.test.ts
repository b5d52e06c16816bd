import { afterAll, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { MetaStore } from '../../src/book/meta-store.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { allEvents, eventlog, numbered, numberOf, pageDigests, post } from '../server/ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from '../server/in-process.ts'
import { ServerEnded, startServer, type StartOptions } from '../server/process.ts'

const scratch = tempDirectory()
afterAll(() => scratch[Symbol.dispose]())
let made = 0
const freshData = (): string => join(scratch.path, `data-${made++}`)

/** Starts a server that must not come up. */
async function refusal(options: StartOptions): Promise<ServerEnded> {
  try {
    await using server = await startServer(options)
    throw new Error(`it started on ${server.url}`)
  } catch (error) {
    if (error instanceof ServerEnded) return error
    throw error
  }
}

describe('wrong options end with 2, saying what is allowed:', () => {
  test.each([
    [['--prot', '1'], 'unknown option --prot'],
    [['--port', '65536'], '--port is a whole number from 0 to 65535, not "65536"'],
    [['--retain-days', '-1'], '--retain-days is a whole number'],
    [['--log-level', 'loud'], '--log-level is one of trace, debug'],
    [['--ring-bytes'], '--ring-bytes wants a value'],
    [['--insecure=perhaps'], '--insecure is true or false'],
    [['--host', '0.0.0.0'], '--insecure'],
    [['--host', '192.0.2.1'], 'can be reached from other machines'],
  ])('%j', async (flags, message) => {
    const { exitCode, message: log } = await refusal({ data: freshData(), flags })
    expect(log).toContain(message)
    expect(exitCode).toBe(2)
    // A message for people: no stack trace, one line.
    expect(log.trim().split('\n')).toHaveLength(1)
  })

  test('in the environment, naming the variable', async () => {
    const env = { MINUTEBOOK_RING_SLOTS: 'many' }
    const { exitCode, message } = await refusal({ data: freshData(), env })
    expect(message).toContain('MINUTEBOOK_RING_SLOTS is a whole number from 2 to 60 minutes')
    expect(exitCode).toBe(2)
  })

  test('while --insecure lets it listen everywhere', async () => {
    await using server = await startServer({ flags: ['--host', '0.0.0.0', '--insecure'] })
    expect((await fetch(`http://127.0.0.1:${new URL(server.url).port}/health/live`)).status).toBe(
      200,
    )
  })
})

test('a port in use ends with 3', async () => {
  using other = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { exitCode, message } = await refusal({
    data: freshData(),
    flags: ['--port', String(other.port)],
  })
  expect(message).toContain(`127.0.0.1:${other.port} is in use`)
  expect(exitCode).toBe(3)
})

describe('a data directory that cannot be used ends with 4:', () => {
  test('a file', async () => {
    const data = freshData()
    writeFileSync(data, 'not a directory')
    const { exitCode, message } = await refusal({ data })
    expect(message).toContain(data)
    expect(message).toContain('give --data a directory that this user may write')
    expect(exitCode).toBe(4)
  })

  test('a place where nothing can be made', async () => {
    const { exitCode, message } = await refusal({ data: '/proc/minutebook' })
    expect(message).toContain('/proc/minutebook cannot be used')
    expect(exitCode).toBe(4)
  })
})

test('a second server on the same data ends with 5 and names the first, which goes on', async () => {
  await using first = await startServer()
  const { exitCode, message } = await refusal({ data: first.data })
  expect(message).toContain(`process ${first.pid}`)
  expect(message).toContain(first.data)
  expect(exitCode).toBe(5)
  expect((await post(first.url, JSON.stringify(numbered(1)))).status).toBe(202)
})

test('the lock of a killed server does not hold, whatever its file says', async () => {
  const data = freshData()
  const first = await startServer({ data })
  await first.kill9()
  await using second = await startServer({ data })
  expect((await post(second.url, JSON.stringify(numbered(1)))).status).toBe(202)
})

describe('what a newer version wrote ends with 6:', () => {
  test('a book', async () => {
    const data = freshData()
    await (await startServer({ data })).stop()
    const meta = new MetaStore(join(data, 'book'), 'write')
    meta.commit({ state: meta.state(), format: 99 })
    meta.close()
    const { exitCode, message } = await refusal({ data })
    expect(message).toContain('holds a book of format 99')
    expect(message).toContain('Start the newer version')
    expect(exitCode).toBe(6)
  })

  test('a frame of the journal', async () => {
    const data = freshData()
    await (await startServer({ data })).stop()
    const path = await journalWithFrame(data, 99)
    const { exitCode, message } = await refusal({ data })
    expect(message).toContain(path)
    expect(message).toContain('journal format 99')
    expect(exitCode).toBe(6)
  })
})

/** Writes one frame with the journal itself, then says that a newer version wrote it. */
async function journalWithFrame(data: string, version: number): Promise<string> {
  const body = new TextEncoder().encode(JSON.stringify(numbered(1)))
  const receivedMs = Date.now()
  const directory = join(data, 'journal')
  const { journal } = await openJournal({
    directory,
    closedThrough: null,
    sink: { batch: async () => null },
    onAside: () => {},
    onCommit: null,
  })
  const form = { format: 'json', encoding: 'identity', strict: false } as const
  const counts = { accepted: 1, rejected: 0, decodedBytes: body.length }
  const outcome = await journal.append({
    sequence: 1,
    receivedMs,
    form,
    key: null,
    decoderVersion: 1,
    ...counts,
    body,
  })
  if (!outcome.ok) throw new Error(outcome.detail)
  await journal[Symbol.asyncDispose]()
  const minute = Math.floor(receivedMs / minuteMs)
  const path = join(directory, `${minute.toString(16).padStart(8, '0')}-0000.seg`)
  const bytes = Buffer.from(await Bun.file(path).arrayBuffer())
  // Byte 12 of a frame is its version; the checksum at byte 4 covers all from byte 8 to the frame's end.
  bytes[12] = version
  bytes.writeUInt32LE(crc32(bytes.subarray(8, bytes.readUInt32LE(8))), 4)
  writeFileSync(path, bytes)
  return path
}

/** Data of a server whose clock went before this machine's. */
async function bookAheadBy(ms: number): Promise<string> {
  const data = freshData()
  await using server = await startInProcess(data, clockAt(Date.now() + ms))
  await post(server.url, JSON.stringify(numbered(1)))
  return data
}

describe('a clock behind the book', () => {
  test('by more than 10 minutes ends with 7, and --accept-clock goes on from there', async () => {
    const data = await bookAheadBy(3_600_000)
    const { exitCode, message } = await refusal({ data })
    expect(message).toMatch(/60 minutes ahead of this machine's clock/)
    expect(message).toContain('--accept-clock')
    expect(exitCode).toBe(7)

    await using server = await startServer({ data, flags: ['--accept-clock'] })
    const { status, body } = await post(server.url, JSON.stringify(numbered(2)))
    expect(status).toBe(202)
    expect(Date.parse(String(body['minute']))).toBeGreaterThan(Date.now() + 3_400_000)
  })

  test('by less does not keep it from starting', async () => {
    await using server = await startServer({ data: await bookAheadBy(300_000) })
    expect((await post(server.url, JSON.stringify(numbered(2)))).status).toBe(202)
  })
})

describe('SIGTERM', () => {
  test('answers what is under way, ends with 0, closes nothing early and loses nothing', async () => {
    const data = freshData()
    const server = await startServer({ data })
    const minute = new Date().toISOString().slice(0, 16)
    await post(server.url, JSON.stringify(numbered(0)))
    const slow = slowBatch(server.url, 1)
    await slow.begun
    const ended = server.stop()
    slow.finish()
    expect((await slow.answer).status).toBe(202)
    expect(await ended).toBe(0)
    expect(server.log()).not.toContain('"level":50')

    const clock = clockAt(Date.now())
    await using after = await startInProcess(data, clock)
    const open = Date.parse(`${minute}:00Z`) + minuteMs > Date.now()
    if (open) expect(await pageDigests(after.url)).toEqual(new Map())
    pass(clock, 2 * minuteMs)
    await after.closeDue()
    expect((await allEvents(after.url)).map(numberOf)).toEqual([0, 1])
  })

  test('does not wait for a long poll', async () => {
    const server = await startServer()
    const poll = fetch(`${server.url}/api/v1/eventqry/minutes?since=2099-01-01&wait=300`)
    await fetch(`${server.url}/health/live`)
    const began = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - began).toBeLessThan(10_000)
    await poll.then((response) => response.text()).catch(() => null)
  })
})

/** A POST whose body ends only when it is told to. */
function slowBatch(url: string, n: number) {
  const text = JSON.stringify(numbered(n))
  const begun = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode(text.slice(0, 10)))
      await fetch(`${url}/health/live`)
      begun.resolve()
      await finish.promise
      controller.enqueue(new TextEncoder().encode(text.slice(10)))
      controller.close()
    },
  })
  const headers = { 'content-type': 'application/json' }
  const answer = fetch(`${url}${eventlog}`, { method: 'POST', body, headers })
  return { begun: begun.promise, finish: finish.resolve, answer }
}
