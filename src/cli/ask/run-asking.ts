import { exitCode } from '../command.ts'
import { AskError, messageOf, Unreachable } from './ask-server.ts'
import { UsageError } from './flags.ts'
import { printable } from './terminal.ts'
import { OutputClosed } from './text-output.ts'

/** The exit codes of all of these commands, as their help gives them. */
export const askingExits = `Exit codes: 0 all was written, or nobody reads on (| head); 1 the server could not be asked, failed, or
its answer was cut; 2 wrong usage, or a query that cannot be read.`

/** Runs a command; what goes wrong is said on standard error. Resolves to the exit code. */
export async function runAsking(
  name: string,
  query: () => string,
  work: () => Promise<void>,
): Promise<number> {
  try {
    await work()
    return exitCode.ok
  } catch (error) {
    if (error instanceof OutputClosed) return exitCode.ok
    process.stderr.write(`minutebook ${name}: ${explain(error, query())}\n`)
    if (error instanceof UsageError) return exitCode.usage
    return error instanceof AskError ? error.exitCode : exitCode.failed
  }
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
