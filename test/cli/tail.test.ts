import { afterAll, expect, test } from 'bun:test'
import { numbered, numberOf, post } from '../server/ask.ts'
import { asObject } from '../http/json-object.ts'
import { tempDirectory } from '../server/in-process.ts'
import { startServer, until } from '../server/process.ts'
import { runCli, runShell, startCli } from './run-cli.ts'

const waitMs = 20_000
const data = tempDirectory()
afterAll(() => data[Symbol.dispose]())

/** What a process writes, as it comes. */
class Output {
  text = ''

  constructor(stream: ReadableStream<Uint8Array>) {
    void this.#read(stream)
  }

  lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    for await (const bytes of stream) this.text += decoder.decode(bytes, { stream: true })
  }
}

const numbers = (output: Output): number[] =>
  output.lines().map((line) => numberOf(asObject(JSON.parse(line))))

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

test('minutebook tail goes on where it was when the server is killed and comes back', async () => {
  let server = await startServer({ data: data.path })
  const { url } = server
  const tail = startCli({ url }, 'tail', 'placed', '--from', '-1m')
  const out = new Output(tail.stdout)
  const err = new Output(tail.stderr)
  let posted = 0
  const more = async (count: number): Promise<void> => {
    const { status } = await post(url, JSON.stringify(upTo(count).map((n) => numbered(posted + n))))
    expect(status).toBe(202)
    posted += count
    await until(`${posted} lines`, waitMs, async () => out.lines().length >= posted)
  }
  await more(500)
  await more(3)
  await server.kill9()
  await until('word of it', waitMs, async () => err.text.includes('trying again'))
  server = await startServer({ data: data.path, flags: ['--port', new URL(url).port] })
  await using running = server
  await more(300)
  await more(1)
  expect(running.url).toBe(url)
  expect(numbers(out)).toEqual(upTo(posted))
  tail.kill('SIGINT')
  await tail.exited
}, 60_000)

test('minutebook tail ends quietly when nobody reads on', async () => {
  await using server = await startServer()
  const { url } = server
  const piped = runShell({ url }, 'minutebook tail | head -n 1; echo "${PIPESTATUS[0]}"')
  let isOver = false
  void piped.then(() => (isOver = true))
  await until('its end', waitMs, async () => {
    await post(url, JSON.stringify(numbered(1)))
    return isOver
  })
  const { out, err } = await piped
  expect(err).toBe('')
  expect(out).toMatch(/^\{"id":"[^\n]*\n0\n$/)
}, 60_000)

test('minutebook tail says what is wrong, with the exit code for it', async () => {
  await using server = await startServer()
  const { url } = server
  const wrong: readonly (readonly [number, RegExp, ...string[]])[] = [
    [2, /\(\n {3}\^/, '('],
    [2, /--after is an event's id/, '--after', '12'],
    [2, /--from is a time/, '--from', 'soon'],
    [2, /lies ahead/, '--after', 'fffffffe00000000'],
    [1, /cannot be reached/, '--url', 'http://127.0.0.1:1', '--tries', '2'],
  ]
  for (const [code, said, ...args] of wrong) {
    const run = await runCli({ url }, 'tail', ...args)
    expect({ args, code: run.code, out: run.out }).toEqual({ args, code, out: '' })
    expect(run.err).toMatch(said)
  }
}, 60_000)
