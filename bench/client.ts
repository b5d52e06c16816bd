import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine } from './machine.ts'
import { printResult, readOptions } from './result.ts'

/*
 * What does a call of the logger with four fields cost the application: in direct mode, in spool mode without syncs, and
 * when its level is off; beside pino writing to /dev/null? And does memory stay flat while the server is down?
 */

const root = join(import.meta.dir, '..')
const options = readOptions(process.argv.slice(2), {})

/** The client as it is published, so that both runtimes run the same JavaScript. */
function build(): string {
  const path = mkdtempSync(join(tmpdir(), 'minutebook-client-'))
  const tsc = join(root, 'node_modules/.bin/tsc')
  const made = Bun.spawnSync([tsc, '-p', 'tsconfig.client.json', '--outDir', path], { cwd: root })
  if (made.exitCode !== 0) throw new Error(made.stdout.toString())
  return path
}

function run(command: string, client: string): Record<string, number | string> {
  const child = Bun.spawnSync([
    command,
    join(import.meta.dir, 'client-calls.mjs'),
    client,
    join(root, 'node_modules/pino/pino.js'),
    options.smoke ? 'smoke' : 'full',
  ])
  if (child.exitCode !== 0) throw new Error(child.stderr.toString())
  const figures: Record<string, number | string> = JSON.parse(child.stdout.toString())
  return figures
}

const client = build()
try {
  await Bun.write(join(client, 'package.json'), '{"type":"module"}')
  const commands = [process.execPath, Bun.which('node')].filter((command) => command !== null)
  for (const command of commands) {
    const { runtime = '', ...figures } = run(command, client)
    const { cpu, kernel } = describeMachine()
    const name = `log.info with 4 fields, ${runtime}`
    printResult({ bench: 'client', name, figures: { ...figures, cpu, kernel } }, options.json)
  }
} finally {
  rmSync(client, { recursive: true, force: true })
}
