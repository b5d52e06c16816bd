import { join } from 'node:path'

const main = join(import.meta.dir, '../../src/main.ts')

export interface CliRun {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface CliOptions {
  readonly url: string
  readonly env?: Readonly<Record<string, string>>
}

function environment({ url, env }: CliOptions): Record<string, string | undefined> {
  const plain = { NO_COLOR: undefined, FORCE_COLOR: undefined, TZ: 'Asia/Kolkata' }
  return { ...process.env, ...plain, MINUTEBOOK_URL: url, ...env }
}

/** Runs `minutebook` as a process of its own, with pipes. */
export async function runCli(options: CliOptions, ...args: string[]): Promise<CliRun> {
  const child = startCli(options, ...args)
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, out, err }
}

export function startCli(options: CliOptions, ...args: string[]) {
  return Bun.spawn([process.execPath, main, ...args], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    env: environment(options),
  })
}

/** Runs a line of the shell in which `minutebook` is the command. */
export async function runShell(options: CliOptions, line: string): Promise<CliRun> {
  const command = line.replaceAll('minutebook', `"${process.execPath}" "${main}"`)
  const child = Bun.spawn(['bash', '-c', command], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    env: environment(options),
  })
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, out, err }
}

/** Runs it on a pseudo terminal, by script(1); null where there is none. */
export async function runOnTerminal(
  options: CliOptions,
  ...args: string[]
): Promise<string | null> {
  if (Bun.which('script') === null) return null
  const command = [process.execPath, main, ...args].map((each) => `'${each}'`).join(' ')
  const { out } = await runShell(options, `script -qec "${command}" /dev/null`)
  return out.replaceAll('\r\n', '\n')
}
