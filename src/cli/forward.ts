import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { Poster } from '../client/direct/post.ts'
import { Forwarder } from '../client/forwarder/forwarder.ts'
import { lockDataDirectory } from '../journal/data-lock.ts'
import { accessFlags, accessHelp, readAccess, type ServerAccess } from './access/server-access.ts'
import { type Flags, readFlags, UsageError } from './ask/flags.ts'
import { type Command, exitCode } from './command.ts'
import { ProblemLog } from './forward/problem-log.ts'

/** Another forwarder has the spool. */
const lockedExit = 4

const help = `Usage: minutebook forward --spool DIR [options]

Ships the events that processes append to a spool (docs/CLIENT.md) to a server, in order by producer,
and deletes them when the server says that they are durable. It may be killed at any time: nothing is
lost, and nothing is stored twice. One forwarder a directory. SIGTERM stops it.

Events that the server refuses for what they are go to DIR/dead-letters.ndjson, with the reason; see
minutebook spool. While the server is down, busy or does not know the credential, it waits and tries again.

  --spool DIR          the spool (MINUTEBOOK_SPOOL)
  --url URL            the server (MINUTEBOOK_URL; http://127.0.0.1:8420)
  --once               ship what is there now, then end
  --batch N            events in a batch, 1 to 100000 (5000)
  --connections N      producers served at a time, 1 to 64 (4)
  --linger MS          how long to wait for more events after a small batch, 0 to 60000 (100)
${accessHelp}

Exit codes: 0 stopped or done, 1 failed, 2 wrong usage, ${lockedExit} the spool has a forwarder already.`

/** Bytes of a batch before compression: well below what a server takes in one body. */
const batchBytesMax = 2 * 1024 * 1024
const timeoutMs = 60_000
const deniedWaitMs = 30_000

export const forwardCommand: Command = {
  help,
  async run(args) {
    try {
      return await forward(readArguments(args))
    } catch (error) {
      process.stderr.write(`minutebook forward: ${messageOf(error)}\n`)
      return error instanceof UsageError ? exitCode.usage : exitCode.failed
    }
  },
}

interface ForwardArguments {
  readonly directory: string
  readonly url: URL
  readonly access: ServerAccess
  readonly eventsMax: number
  readonly connections: number
  readonly lingerMs: number
  readonly once: boolean
}

function readArguments(args: readonly string[]): ForwardArguments {
  const flags = readFlags(args, {
    spool: 'text',
    url: 'text',
    batch: 'text',
    connections: 'text',
    linger: 'text',
    once: 'switch',
    ...accessFlags,
  })
  if (flags.words.length > 0) throw new UsageError(`'${flags.words[0]}' is no option`)
  const directory = flags.text('spool') ?? process.env['MINUTEBOOK_SPOOL'] ?? ''
  if (directory === '') throw new UsageError('--spool DIR is missing')
  const url = flags.text('url') ?? process.env['MINUTEBOOK_URL'] ?? 'http://127.0.0.1:8420'
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new UsageError(`--url must be an http or https address, not '${url}'`)
  }
  return {
    directory: resolve(directory),
    url: new URL('/api/v1/eventlog', url),
    access: readAccess(flags, process.env),
    eventsMax: wholeNumber(flags, 'batch', 5_000, [1, 100_000]),
    connections: wholeNumber(flags, 'connections', 4, [1, 64]),
    lingerMs: wholeNumber(flags, 'linger', 100, [0, 60_000]),
    once: flags.has('once'),
  }
}

function wholeNumber(
  flags: Flags,
  name: string,
  usual: number,
  [least, most]: readonly [number, number],
): number {
  const text = flags.text(name)
  if (text === null) return usual
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not '${text}'`)
}

async function forward(options: ForwardArguments): Promise<number> {
  const { directory, url, access, connections, once } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const lock = lockDataDirectory(directory)
  if (!lock.ok) {
    const holder = lock.holder === '' ? '' : ` (process ${lock.holder})`
    process.stderr.write(`minutebook forward: ${directory} has a forwarder already${holder}\n`)
    return lockedExit
  }
  const log = new ProblemLog((line) => process.stderr.write(line), Date.now)
  const poster = new Poster({ url, auth: access.auth, tls: access.tls, timeoutMs, connections })
  const stop = new AbortController()
  const end = (): void => stop.abort()
  // Its sockets do not keep the process alive; this does.
  const alive = setInterval(() => {}, 60_000)
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  try {
    const forwarder = new Forwarder({
      directory,
      post: (own, body) => poster.post({ ...access.headers, ...own }, body),
      limits: { eventsMax: options.eventsMax, bytesMax: batchBytesMax },
      lingerMs: options.lingerMs,
      deniedWaitMs,
      nowMs: Date.now,
      random: Math.random,
      onProblem: (problem) => log.tell(problem),
    })
    log.say('info', 'forwarding', { spool: directory, url: url.origin })
    await forwarder.run(stop.signal, once)
    log.say('info', once ? 'done' : 'stopped', { ...forwarder.counts })
    return exitCode.ok
  } finally {
    clearInterval(alive)
    process.off('SIGTERM', end)
    process.off('SIGINT', end)
    poster.close()
    lock.release()
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
