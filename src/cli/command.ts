/** One command of the command line: `minutebook NAME …`. Each is a file in this folder. */
export interface Command {
  /** The full text of `minutebook NAME --help`, without the trailing newline. */
  readonly help: string
  /** `args` are those after the command's name. Resolves to the exit code of the process. */
  run(args: readonly string[]): Promise<number>
}

/** Exit codes every command shares; `serve` adds its own, listed in its help. */
export const exitCode = { ok: 0, failed: 1, usage: 2 } as const
