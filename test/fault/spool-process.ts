import { join } from 'node:path'

const root = join(import.meta.dir, '../..')

/** A process that a test kills. */
export interface VictimProcess {
  readonly exited: Promise<number>
  /** What it has written to standard error so far. */
  readonly log: () => string
  /** SIGKILL; resolves when the process is gone. */
  kill9(): Promise<void>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number>
}

/** `minutebook forward` of a spool to a server. */
export function startForwarder(
  spool: string,
  url: string,
  flags: readonly string[] = [],
): VictimProcess {
  return start(['src/main.ts', 'forward', '--spool', spool, '--url', url, ...flags])
}

export interface SpoolLogging {
  readonly spool: string
  /** Which of the logging processes this is; events carry it as `who`. */
  readonly who: number
  /** Events are numbered from 0, as `n`. */
  readonly count: number
  readonly perTick: number
  /** A file that holds, as text, the number of the last event whose call has returned. */
  readonly progress: string
}

/** A process that logs events to a spool, some each tick of 10 ms. */
export const startLogging = (options: SpoolLogging): VictimProcess =>
  start(['test/fault/spool-logging.ts', JSON.stringify(options)])

function start(args: readonly string[]): VictimProcess {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: root,
    stdout: 'ignore',
    stderr: 'pipe',
  })
  let log = ''
  const logged = collect(child.stderr, (text) => (log += text))
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await logged
    return child.exited
  }
  return {
    exited: child.exited,
    log: () => log,
    kill9: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  }
}

async function collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void) {
  const decoder = new TextDecoder()
  for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }))
}
