import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dir, '../..')

/** The client as it is published, made anew: `client/logger.js` and so on are inside. */
export function buildClient(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'minutebook-client-'))
  const made = Bun.spawnSync(
    [join(root, 'node_modules/.bin/tsc'), '-p', 'tsconfig.client.json', '--outDir', path],
    { cwd: root },
  )
  if (made.exitCode !== 0) throw new Error(made.stdout.toString())
  // What the compiler leaves out: that these files are modules.
  Bun.spawnSync(['sh', '-c', `echo '{"type":"module"}' > '${path}/package.json'`])
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** The client has to work the same in both. */
export const runtimes: readonly (readonly [name: string, command: string])[] = [
  ['bun', process.execPath],
  ['node', Bun.which('node') ?? 'node'],
]

export interface ProgramEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | number | null
  readonly stdout: string
  readonly stderr: string
  /** From the program's line `end <ms since the epoch>` to its end. */
  readonly lingeredMs: number
}

export interface Program {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** Resolves when standard output holds the text. */
  says(text: string): Promise<void>
  readonly end: Promise<ProgramEnd>
}

/** Runs `programs/<name>.mjs` with the built client and JSON options. */
export function runProgram(
  command: string | readonly string[],
  client: string,
  name: string,
  options: object,
): Program {
  const child = Bun.spawn(
    [
      ...[command].flat(),
      join(import.meta.dir, 'programs', `${name}.mjs`),
      client,
      JSON.stringify(options),
    ],
    { stdout: 'pipe', stderr: 'pipe' },
  )
  let stdout = ''
  const read = (async () => {
    for await (const chunk of child.stdout) stdout += new TextDecoder().decode(chunk)
  })()
  const end = (async (): Promise<ProgramEnd> => {
    const stderr = await new Response(child.stderr).text()
    const exitCode = await child.exited
    const endedMs = Date.now()
    await read
    const said = /^end (\d+)$/m.exec(stdout)?.[1]
    return {
      exitCode,
      signal: child.signalCode,
      stdout,
      stderr,
      lingeredMs: said === undefined ? Number.NaN : endedMs - Number(said),
    }
  })()
  return {
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    async says(text) {
      const limit = performance.now() + 30_000
      while (!stdout.includes(text)) {
        if (performance.now() > limit || child.exitCode !== null) {
          throw new Error(`waited in vain for '${text}': ${stdout}`)
        }
        await Bun.sleep(5)
      }
    },
    end,
  }
}
