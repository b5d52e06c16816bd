import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dir, '../..')

export interface StartOptions {
  /** Default: a new directory that is removed at the end. */
  readonly data?: string
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What runs the server: `['strace', '-f', …]`. */
  readonly wrapper?: readonly string[]
  /** How long after its start the minute ends, about; without it, whenever the machine's clock says. */
  readonly minuteEndsInMs?: number
}

/** A real server process on a port of its own. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly data: string
  /** What it has written to standard error so far. */
  readonly log: () => string
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number>
  /** SIGKILL; resolves when the process is gone. */
  kill9(): Promise<void>
}

/** What a server that did not come up said and how it ended. */
export class ServerEnded extends Error {
  readonly exitCode: number
  constructor(exitCode: number, log: string) {
    super(log)
    this.exitCode = exitCode
  }
}

/** Starts `minutebook serve` and waits for its line on standard output. Throws ServerEnded. */
export async function startServer(options: StartOptions = {}): Promise<ServerProcess> {
  const own = options.data === undefined
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'minutebook-server-'))
  const flags = ['--port', '0', '--data', data, ...(options.flags ?? [])]
  const shift = shiftOf(options.minuteEndsInMs ?? null)
  const child = Bun.spawn(
    [...(options.wrapper ?? []), process.execPath, ...shift.args, 'src/main.ts', 'serve', ...flags],
    {
      cwd: root,
      stdout: 'pipe',
      stderr: 'pipe',
      env: { ...process.env, ...shift.env, ...options.env },
    },
  )
  let log = ''
  const logged = collect(child.stderr, (text) => (log += text))
  const url = await listeningUrl(child.stdout)
  if (url === null) {
    const exitCode = await child.exited
    await logged
    throw new ServerEnded(exitCode, log)
  }
  // What wraps the server is not what a signal is for; the server says its own number in its lock.
  const wrapped = options.wrapper !== undefined
  const pid = wrapped ? Number(readFileSync(join(data, 'lock'), 'utf8')) : child.pid
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number> => {
    if (wrapped) process.kill(pid, signal)
    else child.kill(signal)
    return child.exited
  }
  return {
    url,
    pid,
    data,
    log: () => log,
    stop: () => end('SIGTERM'),
    kill9: async () => void (await end('SIGKILL')),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await end('SIGTERM')
      if (own) rmSync(data, { recursive: true, force: true })
    },
  }
}

/** What puts the server's clock so far ahead that the minute ends soon. */
function shiftOf(endsInMs: number | null): { args: string[]; env: Record<string, string> } {
  if (endsInMs === null) return { args: [], env: {} }
  const aheadMs = (120_000 - (Date.now() % 60_000) - endsInMs) % 60_000
  const args = ['--preload', join(import.meta.dir, 'shifted-clock.ts')]
  return { args, env: { MINUTEBOOK_TEST_AHEAD_MS: String(aheadMs) } }
}

async function collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void) {
  const decoder = new TextDecoder()
  for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }))
}

/** The URL of the server's first line, null when it ended before. */
async function listeningUrl(stream: ReadableStream<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder()
  const reader = stream.getReader()
  let line = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return null
    line += decoder.decode(value, { stream: true })
    const match = /\{"listening":"([^"]+)"\}/.exec(line)
    if (match === null) continue
    reader.releaseLock()
    return match[1] ?? null
  }
}

/** Waits until `holds` gives something else than null or false. Throws after `limitMs`. */
export async function until<T>(
  what: string,
  limitMs: number,
  holds: () => Promise<T | null | false>,
): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const value = await holds()
    if (value !== null && value !== false) return value
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms in vain for: ${what}`)
    await Bun.sleep(20)
  }
}
