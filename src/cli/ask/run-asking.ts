import { type Command, exitCode } from '../command.ts'
import { AskError, messageOf, Unreachable } from './ask-server.ts'
import { type FlagKind, type Flags, oneOf, readFlags, UsageError } from './flags.ts'
import { type Question, readQuestion } from './question.ts'
import { printable, type Terminal, terminalOf } from './terminal.ts'
import { OutputClosed } from './text-output.ts'

/** The exit codes of all of these commands, as their help gives them. */
export const askingExits = `Exit codes: 0 all was written, or nobody reads on (| head); 1 the server could not be asked, failed, or
its answer was cut; 2 wrong usage, or a query that cannot be read.`

/** A command that asks a server about events. */
export interface Asking {
  readonly name: string
  readonly help: string
  readonly flags: Readonly<Record<string, FlagKind>>
  /** Options that are parameters of the API as they are. */
  readonly passed: readonly string[]
  readonly work: (flags: Flags, question: Question, terminal: Terminal) => Promise<void>
}

/** The command: it reads its options, asks, and says on standard error what goes wrong. */
export function askingCommand({ name, help, flags: kinds, passed, work }: Asking): Command {
  return {
    help,
    async run(args) {
      let query = ''
      try {
        const flags = readFlags(args, kinds)
        const question = readQuestion(flags, passed, process.env)
        query = question.query
        await work(flags, question, terminalOf(process.stdout, process.env))
        return exitCode.ok
      } catch (error) {
        if (error instanceof OutputClosed) return exitCode.ok
        process.stderr.write(`minutebook ${name}: ${explain(error, query)}\n`)
        if (error instanceof UsageError) return exitCode.usage
        return error instanceof AskError ? error.exitCode : exitCode.failed
      }
    },
  }
}

/** What --format says; without it the first of them on a terminal, NDJSON in a pipe. */
export function formatFor<T extends string>(
  flags: Flags,
  { isTerminal }: Terminal,
  formats: readonly [T, 'ndjson', ...T[]],
): T | 'ndjson' {
  return oneOf(flags, 'format', formats) ?? (isTerminal ? formats[0] : 'ndjson')
}

function explain(error: unknown, query: string): string {
  if (error instanceof Unreachable || error instanceof UsageError) return printable(error.message)
  if (!(error instanceof AskError) || error.column === null) return printable(messageOf(error))
  const expected = error.expected.length === 0 ? '' : `; expected ${error.expected.join(', ')}`
  return `${printable(error.message + expected)}\n${caretText(query, error.column)}`
}

/** Characters shown on either side of the place. */
const around = 60

/** The query, and under it a caret at the column. */
export function caretText(query: string, column: number): string {
  const at = column - 1
  const from = Math.max(0, at - around)
  const before = `${from > 0 ? '…' : ''}${query.slice(from, at)}`
  const after = query.slice(at, at + around)
  const cut = at + around < query.length ? '…' : ''
  const indent = ' '.repeat(Bun.stringWidth(printable(before)))
  return `  ${printable(before)}${printable(after)}${cut}\n  ${indent}^`
}
