import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A real server process with its own empty data directory, and what the kernel says about it. */
export interface ServerUnderTest extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly dataDir: string
  /** From the start of the process to its `listening` line. */
  readonly readyMs: number
  /** User and system time of all threads since the process began. */
  cpuSeconds(): Promise<number>
  rssBytes(): Promise<number>
  /** The high-water mark since the process began. */
  peakRssBytes(): Promise<number>
  /** Blocks allocated below the data directory, as `du` counts them, once they no longer change. */
  bytesOnDisk(): Promise<number>
  /** Resolves when `minute` (2026-11-22T12:34Z) and all before it have closed. Throws after `limitMs`. */
  waitClosed(minute: string, limitMs?: number): Promise<void>
  /** SIGTERM, then the exit code. */
  stop(): Promise<number>
}

export interface ServerOptions {
  /** Kept afterwards when given; else a directory of its own below `data/`, removed at the end. */
  readonly dataDir?: string
  /** Further flags of `serve`. */
  readonly flags?: readonly string[]
}

const projectDir = join(import.meta.dir, '..')
/** What Linux calls USER_HZ: the unit of the times in /proc/PID/stat on every platform Bun runs on. */
const ticksPerSecond = 100
const readyLimitMs = 30_000
const stopLimitMs = 20_000

/** An empty directory on the disk that holds the project: /tmp may be memory. */
export async function makeDataDir(): Promise<string> {
  const { mkdir } = await import('node:fs/promises')
  const parent = join(projectDir, 'data')
  await mkdir(parent, { recursive: true })
  return mkdtemp(join(parent, 'bench-'))
}

export async function startServer(options: ServerOptions = {}): Promise<ServerUnderTest> {
  const dataDir = options.dataDir ?? (await makeDataDir())
  const started = performance.now()
  const child = Bun.spawn(
    [
      process.execPath,
      join(projectDir, 'src/main.ts'),
      'serve',
      '--port',
      '0',
      '--data',
      dataDir,
      ...(options.flags ?? []),
    ],
    { cwd: projectDir, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
  )
  const errors = tailOf(child.stderr)
  const url = await withLimit(readListening(child.stdout), readyLimitMs).catch(async (error) => {
    child.kill('SIGKILL')
    await child.exited
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    throw new Error(`the server did not start: ${String(error)}\n${errors.text()}`)
  })
  const readyMs = performance.now() - started
  const { pid } = child
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    dataDir,
    readyMs,
    cpuSeconds: () => cpuSecondsOf(pid),
    rssBytes: () => statusBytes(pid, 'VmRSS'),
    peakRssBytes: () => statusBytes(pid, 'VmHWM'),
    bytesOnDisk: () => settledBytes(dataDir),
    waitClosed: (minute, limitMs = 180_000) => waitClosed(url, minute, limitMs),
    async stop() {
      child.kill('SIGTERM')
      return child.exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      await child.exited
      clearTimeout(patience)
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The last 4 KiB of what a process wrote, for the message when it does not start. */
function tailOf(stream: ReadableStream<Uint8Array>): { text(): string } {
  let tail = ''
  void (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4_096)
    }
  })()
  return { text: () => tail }
}

/** Reads on after the line was found, so that the pipe never fills. */
function readListening(stream: ReadableStream<Uint8Array>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  void (async () => {
    const decoder = new TextDecoder()
    let text = ''
    let found = false
    for await (const chunk of stream) {
      if (found) continue
      text += decoder.decode(chunk, { stream: true })
      const match = /"listening"\s*:\s*"([^"]+)"/.exec(text)
      if (match?.[1] === undefined) continue
      found = true
      resolve(match[1])
    }
    reject(new Error('it ended before it listened'))
  })()
  return promise
}

function withLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const limit = Promise.withResolvers<never>()
  const timer = setTimeout(() => limit.reject(new Error(`nothing after ${limitMs} ms`)), limitMs)
  return Promise.race([work, limit.promise]).finally(() => clearTimeout(timer))
}

export async function cpuSecondsOf(pid: number | 'self'): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold spaces; the 14th and 15th fields are user and system time.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

async function statusBytes(pid: number, name: 'VmRSS' | 'VmHWM'): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8')
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)
  return Number(match?.[1] ?? Number.NaN) * 1024
}

/** Segments are unlinked a moment after their minute has closed. */
async function settledBytes(dir: string): Promise<number> {
  let bytes = await allocatedBytes(dir)
  for (let looked = 0; looked < 20; looked++) {
    await Bun.sleep(500)
    const now = await allocatedBytes(dir)
    if (now === bytes) break
    bytes = now
  }
  return bytes
}

async function allocatedBytes(dir: string): Promise<number> {
  let sum = 0
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    // A file may be unlinked between the listing and the look: it no longer counts.
    const info = await stat(join(entry.parentPath, entry.name)).catch(() => null)
    if (info !== null && info.isFile()) sum += info.blocks * 512
  }
  return sum
}

/** Asks only once the minute has ended: questions would cost the server CPU that is being measured. */
async function waitClosed(url: string, minute: string, limitMs: number): Promise<void> {
  const endsMs = Date.parse(minute.replace(/Z$/, ':00Z')) + 60_000
  if (Number.isNaN(endsMs)) throw new RangeError(`not a minute: '${minute}'`)
  await Bun.sleep(Math.max(0, endsMs - Date.now()) + 250)
  const until = performance.now() + limitMs
  for (;;) {
    const answer = await fetch(`${url}/api/v1/eventqry`)
    const index: unknown = await answer.json()
    const closed = closedThroughOf(index)
    // Both are written alike and to the minute, so their texts order as their times do.
    if (closed !== null && closed >= minute) return
    if (performance.now() > until) throw new Error(`${minute} had not closed after ${limitMs} ms`)
    await Bun.sleep(250)
  }
}

function closedThroughOf(index: unknown): string | null {
  if (typeof index !== 'object' || index === null || !('closedThrough' in index)) return null
  return typeof index.closedThrough === 'string' ? index.closedThrough : null
}
