import pino from 'pino'
import { ConfigError, describeOptions, readConfig } from '../config.ts'
import { systemTime } from '../ring/server-clock.ts'
import { readFirstAdmin } from '../first-admin.ts'
import { startServer } from '../server.ts'
import { StartError, startExit } from '../start-error.ts'
import { version } from '../version.ts'
import { type Command, exitCode } from './command.ts'

const help = `Usage: minutebook serve [options]

Starts the server. When it is ready it prints one line of JSON on standard output,
{"listening":"http://127.0.0.1:8420"}, and logs to standard error from then on.
SIGTERM and SIGINT stop it: requests under way are answered, nothing is closed early.

Every option can also be given as an environment variable: --ring-bytes as MINUTEBOOK_RING_BYTES.

The first credential of a new data directory, for a container: MINUTEBOOK_ADMIN_PASSWORD, or the content of the
file that MINUTEBOOK_ADMIN_PASSWORD_FILE names, is the password of the user MINUTEBOOK_ADMIN_NAME (admin), who may do
everything. Once there is any credential they are not looked at.

Options:
${describeOptions()}

Exit codes: 0 stopped, 1 failed, ${exitCode.usage} wrong options, ${startExit.portInUse} port in use, ${startExit.dataUnusable} data directory not usable,
${startExit.dataLocked} data directory in use by another server, ${startExit.newerFormat} book written by a newer version, ${startExit.clockBehind} clock behind the book.`

export const serveCommand: Command = {
  help,
  run,
}

async function run(args: readonly string[]): Promise<number> {
  try {
    const config = readConfig(args, process.env)
    const firstAdmin = readFirstAdmin(process.env)
    const log = pino(
      { level: config.logLevel, base: null },
      pino.destination({ fd: 2, sync: true }),
    )
    const server = await startServer({ config, time: systemTime, log, version, firstAdmin })
    // Whoever reads the line may send a signal at once.
    const stopped = untilStopped(server)
    console.log(JSON.stringify({ listening: server.url }))
    return await stopped
  } catch (error) {
    if (error instanceof ConfigError) return failed(error, exitCode.usage)
    if (error instanceof StartError) return failed(error, error.exitCode)
    throw error
  }
}

type Server = Awaited<ReturnType<typeof startServer>>

async function untilStopped(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const stop = (): void => {
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
    server.stop().then(
      () => resolve(exitCode.ok),
      () => resolve(exitCode.failed),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  void server.failed.then(() => resolve(exitCode.failed))
  const code = await promise
  // Worker threads and open sockets must not keep a stopped server alive.
  process.exit(code)
}

function failed(error: Error, code: number): number {
  console.error(`minutebook: ${error.message}`)
  return code
}
